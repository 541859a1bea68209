/** Why something may not be done, in words for the user. */
export interface PermissionProblem {
  readonly message: string;
  readonly hint: string;
  /** Whether it was Deno that said no, and not the operating system. */
  readonly byDeno: boolean;
}

/** How Deno says it. */
const sentence = /Requires ([\w-]+) access(?: to (.+?))?, run again with the --allow-[\w-]+ flag/;

/** What each permission lets a program do, as it follows "may not". */
const verbs: Readonly<Record<string, string>> = {
  read: "read",
  write: "write",
  net: "call",
  import: "load code from",
  env: "see the variable",
  sys: "ask the system for",
  run: "start",
  ffi: "load the library",
  // Files of the system that stand for the machine itself.
  all: "touch",
};

/**
 * Says in plain words that a permission was missing, wherever in the causes of an error that was. Each task may do
 * only what its command needs; what Deno then says speaks of flags that a user of tasks never sees.
 */
export function permissionProblem(error: unknown): PermissionProblem | undefined {
  const message = messageOf(error);
  for (const link of causes(error)) {
    const found = sentence.exec(link.message);
    if (found !== null) return byDeno(message, found);
    if (link instanceof Deno.errors.PermissionDenied) return bySystem(message, link.message);
  }
  return undefined;
}

/** An error and what it came from; not for ever, since an error may be its own cause. */
function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  let link = error;
  while (link instanceof Error && found.length < 5) {
    found.push(link);
    link = link.cause;
  }
  return found;
}

function byDeno(
  message: string,
  [said, kind = "", target = ""]: RegExpExecArray,
): PermissionProblem {
  const what = `${verbs[kind] ?? "do this with"} ${target === "" ? "that" : target}`;
  const hint = kind === "net"
    ? 'Its task reaches only the hosts in deno.json under "permissions": add this one there if it is meant'
    : 'Name another place, or widen the set of its task in deno.json under "permissions" if this is meant';
  if (message === said) return { message: `This command may not ${what}`, hint, byDeno: true };
  // Whoever caught it first said what it was for.
  const text = message.replace(said, () => `this command may not ${what}`);
  return { message: text, hint, byDeno: true };
}

function bySystem(message: string, said: string): PermissionProblem {
  const path = /['"]([^'"]+)['"]\s*$/.exec(said)?.[1];
  const what = path === undefined ? "do this" : `use "${path}"`;
  const text = `the system does not let this user ${what}`;
  return {
    message: message === said ? text.replace(/^t/, "T") : message.replace(said, () => text),
    hint: "Look at the owner and the rights of the file and of its folder",
    byDeno: false,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
