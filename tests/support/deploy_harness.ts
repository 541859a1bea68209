// Runs the entry of Deno Deploy as that platform does: the cron is found at top level, the database is opened
// without an argument, and ticks come from outside: one for every line on standard input.
const path = Deno.args[0];
if (path === undefined) throw new Error("Name the file of the database");
const open = Deno.openKv;
const serve = Deno.serve;
const read = Deno.readTextFile;
const ticks: (() => Promise<void> | void)[] = [];

Object.defineProperty(Deno, "openKv", {
  value: (target?: string) => {
    if (target !== undefined) {
      throw new Error("On Deploy the database is opened without an argument");
    }
    return open(path);
  },
});
Object.defineProperty(Deno, "cron", {
  value: (_name: string, schedule: string, handler: () => Promise<void>) => {
    if (schedule !== "* * * * *") throw new Error(`The cron runs at "${schedule}"`);
    ticks.push(handler);
    return Promise.resolve();
  },
});
Object.defineProperty(Deno, "serve", {
  value: (_options: Deno.ServeTcpOptions, handler: Deno.ServeHandler) =>
    serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`port ${port}\n`)),
    }, handler),
});

// Pushes of one order a minute apart would make the test long.
Object.defineProperty(Deno, "readTextFile", {
  value: async (path: string | URL) =>
    (await read(path)).replace("- use: ometria-orders", "$&\n    with: { settle: 1s }"),
});

await import("../../src/server/deploy.ts");
if (ticks.length !== 1) throw new Error(`${ticks.length} crons were found at top level, not one`);

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
for await (const line of lines) {
  for (const _tick of line.split("\n").slice(1)) for (const run of ticks) void run();
}
