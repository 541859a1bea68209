import { ApiError } from "../http/error.ts";
import { StoreUnwritableError } from "../store/unwritable.ts";
import { RefusalError, UnknownOrderError } from "../runtime/refusal.ts";
import { CommandError, type CommandErrorOptions } from "./failure.ts";
import type { Host } from "./host.ts";
import { permissionProblem } from "./permission.ts";
import { isToldToStop } from "./shutdown.ts";

/** Why a command ended, as it is told. */
interface Explanation extends Pick<CommandErrorOptions, "hint" | "problems"> {
  readonly exitCode: 1 | 2;
  readonly message: string;
}

/** Whether a command line asks for JSON, also one that cannot be read otherwise. */
export function asksForJson(args: readonly string[]): boolean {
  return args.some((arg, index) =>
    arg === "--json" || arg === "--format=json" ||
    (arg === "--format" && args[index + 1] === "json")
  );
}

/**
 * Tells why a command ended and returns the exit code: in words on standard error, or, for programs, as one JSON
 * object on standard output, `{"error":{"message","hint","exitCode","diagnostics"}}`. Stack traces are shown only
 * with `TILLPIPE_DEBUG=1`.
 */
export function tellFailure(
  error: unknown,
  { json }: { readonly json: boolean },
  host: Host,
): number {
  const { terminal, logging } = host;
  const { exitCode, message, hint, problems } = explain(error);
  const { errStyle: style } = terminal;
  terminal.endLive();
  if (json) {
    terminal.data({
      error: {
        message: logging.redact(message),
        ...(hint === undefined ? {} : { hint: logging.redact(hint) }),
        exitCode,
        ...(problems === undefined ? {} : { diagnostics: problems.json }),
      },
    });
  } else {
    if (problems !== undefined && problems.text !== "") terminal.note(problems.text);
    const lead = isToldToStop(error) ? "" : `${style.bad("Error:")} `;
    terminal.note(`${lead}${logging.redact(message)}`);
    if (hint !== undefined) terminal.note(logging.redact(hint));
  }
  if (host.env("TILLPIPE_DEBUG") === "1" && error instanceof Error) {
    terminal.note(logging.redact(Deno.inspect(error)));
  }
  return exitCode;
}

function explain(error: unknown): Explanation {
  if (isToldToStop(error)) return { exitCode: 1, message: "Stopped before the end" };
  const refused = permissionProblem(error);
  if (refused !== undefined) {
    const { message, hint, byDeno } = refused;
    return { exitCode: byDeno ? 2 : 1, message, hint };
  }
  if (error instanceof CommandError) {
    const { exitCode, message, hint, problems } = error;
    return {
      exitCode,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(problems === undefined ? {} : { problems }),
    };
  }
  if (error instanceof UnknownOrderError) {
    return { exitCode: 1, message: error.message, hint: error.remedy };
  }
  if (error instanceof RefusalError) {
    return { exitCode: 2, message: error.message, hint: error.remedy };
  }
  if (error instanceof StoreUnwritableError) {
    return { exitCode: 1, message: error.message, hint: error.remedy };
  }
  if (error instanceof ApiError) {
    return {
      exitCode: 1,
      message: error.message,
      hint: "deno task doctor looks at the connections",
    };
  }
  return {
    exitCode: 1,
    message: error instanceof Error ? error.message : String(error),
    hint: "Set TILLPIPE_DEBUG=1 to see where this comes from",
  };
}
