import { findOrder } from "../../runtime/explain/find.ts";
import { appendTest, newTestsFile, testNames } from "../../runtime/record/append.ts";
import { type RecordedCase, recordOrder } from "../../runtime/record/record.ts";
import { TestSetupError } from "../../runtime/pipeline_tests/test_definition.ts";
import { toFileUrl } from "../../std/path.ts";
import { type Command, JSON_OUTPUT } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { DEFAULT_PIPELINE, readPipelineFiles } from "../pipelines.ts";

/** Makes a test of a real order. */
export const record: Command = {
  name: "record",
  summary: "Make a test of a real order, with everybody in it made up",
  details: [
    "Reads the order from Sitoo, with the sale it credits or the refunds it has, and adds a case to NAME_test.yaml beside the pipeline; comments and other cases stay as they are. The case expects what the pipeline makes of the order now, so it holds at once: deno task validate --tests.",
    "Exit code 1 when Sitoo does not know the order.",
    "Names, addresses, phone numbers, free texts and codes are replaced by made-up ones, the same original always by the same. Fields that are not known are left out, and named.",
  ],
  positionals: ["ORDERID"],
  options: [
    { name: "output", value: "FILE", summary: "Add it to this file instead" },
    {
      name: "stdout",
      summary: "Write it to standard output instead, as YAML or with --json as JSON",
    },
    { name: "name", value: "CASE", summary: "What the case is called (Order ORDERID)" },
    { name: "pipeline", value: "FILE", summary: "The pipeline that it tests (pipeline.yaml)" },
    JSON_OUTPUT,
  ],
  examples: ["50211", '50211 --name "A sale with a voucher"', "50230 --stdout"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  if (options.flag("stdout") && options.text("output") !== undefined) {
    throw new CommandError("--stdout and --output do not go together");
  }
  const [pipeline] = await readPipelineFiles(options.list("pipeline"), host);
  if (pipeline === undefined) throw new CommandError(`Cannot find ${DEFAULT_PIPELINE}`);
  const signal = host.stopSignal();
  await using installation = await composeFromUser(options, host, { storeUse: "empty" });
  // What the case makes happen on purpose is no news.
  host.logging.only("fatal");
  const [context] = installation.contexts;
  if (context === undefined) throw new CommandError("No pipeline was loaded");
  const [named = ""] = options.positionals;
  const name = options.text("name");
  try {
    const orderId = await findOrder(context, { name: named }, signal);
    if (orderId === undefined) throw unknown(named);
    const recorded = await recordOrder(context, {
      orderId,
      ...(name === undefined ? {} : { name }),
      pipeline: { file: pipeline.file, text: pipeline.text, url: toFileUrl(pipeline.path) },
      env: host.env,
    }, signal);
    await put(recorded, { options, file: pipeline.file, path: pipeline.path }, host);
    return 0;
  } catch (cause) {
    if (cause instanceof TestSetupError) {
      throw new CommandError(cause.message, {
        cause,
        hint:
          "Tests read no .env: a variable that is no credential needs a default, or the environment",
      });
    }
    throw cause;
  }
}

interface Target {
  readonly options: Options;
  readonly file: string;
  readonly path: string;
}

/** Writes the case to where it was asked for, and says so. */
async function put(
  recorded: RecordedCase,
  { options, file, path }: Target,
  host: Host,
): Promise<void> {
  const { terminal } = host;
  const text = newTestsFile(recorded.test);
  if (options.flag("stdout")) {
    return options.flag("json") ? terminal.data(recorded) : terminal.print(text.trimEnd());
  }
  const output = options.text("output");
  const name = output ?? testsBeside(file);
  const found = await host.readFile(name);
  if (found !== undefined && testNames(found.text).includes(recorded.name)) {
    throw new CommandError(`"${name}" has a case called "${recorded.name}" already`, {
      hint: "Give this one another name with --name, or remove that one first",
    });
  }
  const whole = found === undefined ? text : appendTest(found.text, recorded.test, name);
  await Deno.writeTextFile(found?.path ?? output ?? testsBeside(path), whole);
  if (options.flag("json")) {
    const { test: _, ...facts } = recorded;
    return terminal.data({ file: name, ...facts });
  }
  tell(recorded, name, host);
}

function tell({ name, orders, replaced, dropped }: RecordedCase, file: string, host: Host): void {
  const { terminal } = host;
  terminal.print(`${terminal.style.good("Added:")} "${name}" in ${file}`);
  terminal.print(`Orders in it: ${orders.join(", ")}`);
  if (replaced.length > 0) terminal.print(`Made up: ${replaced.join(", ")}`);
  if (dropped.length > 0) {
    terminal.print(`Left out, as nothing is known of it: ${dropped.join(", ")}`);
  }
  terminal.print("Read it once before you share it, then: deno task validate --tests");
}

function testsBeside(file: string): string {
  return file.replace(/\.(ya?ml)$/, "_test.$1");
}

function unknown(named: string): CommandError {
  return new CommandError(`No order is called "${named}"`, {
    exitCode: 1,
    hint: `deno task explain ${named} says what was looked at`,
  });
}
