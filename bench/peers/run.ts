/**
 * Measures other programs that do the same job as Tillpipe, with the same fakes and in turn with it.
 *
 * @module
 */
import { CommandError } from "../../src/cli/failure.ts";
import { type CommandLine, didYouMean, type Options, readOptions } from "../../src/cli/options.ts";
import { fromFileUrl } from "../../src/std/path.ts";
import { killAll } from "../lib/child.ts";
import type { Sample } from "../lib/scenario.ts";
import { InstallError } from "./install.ts";
import { peers } from "./list.ts";
import {
  measureAcks,
  measureHistory,
  measureLive,
  measureLoss,
  type PeerContext,
} from "./measure.ts";
import type { Installed, Peer } from "./peer.ts";
import { markdownTable, type Measured, textTable } from "./table.ts";

const line: CommandLine = {
  options: [
    { name: "only", value: "NAME", summary: "One of the programs", repeat: true },
    { name: "rounds", value: "N", summary: "How often each is measured (3)" },
    { name: "quick", summary: "A tenth of the work, once: whether all of it runs" },
    { name: "markdown", summary: "Print the table for a document" },
    { name: "help", summary: "Show this" },
  ],
};
const home = new URL("../../", import.meta.url);
const measures = [
  ["acks", measureAcks],
  ["live orders", measureLive],
  ["history", measureHistory],
] as const;

/** What {@linkcode runPeers} works with. */
export interface RunOptions {
  /** Told before each step. */
  readonly note: Note;
  /** A folder for what programs keep while they are measured. */
  readonly scratch: string;
}

/** Takes what is told to people meanwhile. */
export type Note = (text: string) => void;

/**
 * Installs, measures and compares what the arguments ask for; gives the table. Throws `CommandError` for
 * arguments it does not know.
 */
export async function runPeers(
  args: readonly string[],
  { note, scratch }: RunOptions,
): Promise<string> {
  const options = readOptions(args, line);
  if (options.flag("help")) return help();
  const chosen = choose(options);
  const quick = options.flag("quick");
  const rounds = options.wholeNumber("rounds", { min: 1, max: 100 }) ?? (quick ? 1 : 3);
  const context: PeerContext = { home, scale: quick ? 0.1 : 1, scratch };
  const contenders = await installAll(chosen, note);
  for (let round = 0; round < rounds; round++) {
    // In turn first: a machine that grows slower meanwhile does so for all of them.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      for (const [what, measure] of measures) {
        note(`${round + 1}/${rounds}: ${contender.peer.title}, ${what}`);
        contender.samples.push(...await attempt(() => measure(contender.installed, context), note));
      }
    }
  }
  for (const { peer, installed, samples } of contenders) {
    note(`kill -9: ${peer.title}`);
    samples.push(...await attempt(() => measureLoss(installed, context), note));
  }
  const table = options.flag("markdown") ? markdownTable : textTable;
  return table(contenders.map(measuredOf));
}

interface Contender {
  readonly peer: Peer;
  readonly installed: Installed;
  readonly samples: Sample[];
}

async function installAll(chosen: readonly Peer[], note: Note): Promise<readonly Contender[]> {
  const folder = fromFileUrl(new URL(".tillpipe/peers", home));
  await Deno.mkdir(folder, { recursive: true });
  const contenders: Contender[] = [];
  for (const peer of chosen) {
    note(`install: ${peer.title}`);
    try {
      contenders.push({ peer, installed: await peer.install(folder), samples: [] });
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      note(`${peer.title} is left out: ${error.message}`);
    }
  }
  return contenders;
}

/** One that fails is told of, leaves its cell empty, and nothing running that the next would suffer from. */
async function attempt(
  measure: () => Promise<readonly Sample[]>,
  note: Note,
): Promise<readonly Sample[]> {
  try {
    return await measure();
  } catch (error) {
    await killAll();
    note(`  not measured: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function measuredOf({ peer, installed, samples }: Contender): Measured {
  return { title: peer.title, version: installed.version, keeps: peer.keeps, samples };
}

function choose(options: Options): readonly Peer[] {
  const only = options.list("only");
  const names = peers.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = didYouMean(unknown, names);
    const hint = near === undefined ? `There are ${names.join(", ")}` : `Did you mean ${near}?`;
    throw new CommandError(`There is no program "${unknown}". ${hint}`);
  }
  return only.length === 0 ? peers : peers.filter(({ name }) => only.includes(name));
}

function help(): string {
  return [
    "Measures other programs that do the same job, in turn with Tillpipe and with the same fakes.",
    "",
    "Programs",
    ...peers.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`),
    "",
    "Options",
    ...line.options.map(({ name, value, summary }) =>
      `  --${`${name}${value === undefined ? "" : ` ${value}`}`.padEnd(12)} ${summary}`
    ),
    "",
    "What is installed goes to .tillpipe/peers and stays there for the next time.",
  ].join("\n");
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Runs as a command, and gives its exit code; what was started ends, and what it kept goes, however it ends. */
async function main(): Promise<number> {
  const scratch = await Deno.makeTempDir({ prefix: "tillpipe-peers-" });
  const clear = async (): Promise<void> => {
    await killAll();
    await Deno.remove(scratch, { recursive: true });
  };
  const stop = (): void => {
    clear().finally(() => Deno.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  try {
    const text = await runPeers(Deno.args, { note: say, scratch });
    await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(error.message);
    return 2;
  } finally {
    await clear();
  }
}

if (import.meta.main) Deno.exit(await main());
