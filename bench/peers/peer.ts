import { type Child, usageOf } from "../lib/child.ts";
import type { Target } from "../lib/load.ts";
import type { Accounts } from "../lib/sandbox.ts";

/** Where a program runs: starting it again in the same place finds what it left behind. */
export interface Place {
  /** A folder of its own. */
  readonly folder: string;
  readonly accounts: Accounts;
  /** Ports that were free when the place was made. */
  readonly ports: Ports;
}

/** As many as the hungriest program takes. */
export type Ports = readonly [number, number, number, number];

/** A program at work. */
export interface Running {
  readonly children: readonly Child[];
  /** It starts others by itself, so that nobody knows how much memory it takes. */
  readonly hasHelpers?: true;
  /** Where it takes events, if it waits for any. */
  readonly door?: Door;
}

/** How events get in: as webhooks, each answered, or as lines over TCP, which nobody answers. */
export type Door =
  | { readonly kind: "webhook"; readonly target: Target }
  | { readonly kind: "lines"; readonly port: number; readonly accountId: number };

/** A program that is installed. */
export interface Installed {
  readonly version: string;
  /** Starts it for live orders. */
  readonly live?: (place: Place) => Promise<Running>;
  /** Starts bringing history. */
  readonly history?: (place: Place) => Promise<Running>;
}

/** A program that does the same job. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** Where an acknowledged event is kept, or what stands for an acknowledgement, in a few words. */
  readonly keeps: string;
  /** Puts it below `folder`, unless it is there. Throws `InstallError` when it cannot be had. */
  install(folder: string): Promise<Installed>;
}

/** Ends all of its processes at once. */
export async function killed({ children }: Running): Promise<void> {
  await Promise.all(children.map((child) => child.kill()));
}

/** Gives a function that throws once one of its processes has failed, and until then says that none has. */
export function watch({ children }: Running): () => true {
  let failure: string | undefined;
  for (const { ended } of children) {
    ended.then(({ code, complaints }) => {
      if (code !== 0) failure ??= `A process ended with ${code}: ${complaints.trim()}`;
    });
  }
  return () => {
    if (failure !== undefined) throw new Error(failure);
    return true;
  };
}

/** MB that all its processes took together at most, as far as anybody knows. */
export async function peakOf({ children, hasHelpers }: Running): Promise<number | undefined> {
  if (hasHelpers) return undefined;
  const usages = await Promise.all(children.map(({ pid }) => usageOf(pid)));
  const peaks = usages.flatMap((usage) => usage === undefined ? [] : [usage.peak]);
  return peaks.length < children.length ? undefined : peaks.reduce((sum, peak) => sum + peak, 0);
}

/** What the programs on Node learn of the fakes (see `apis.ts`). */
export function accountsFor({ accounts: { sitoo, ometria } }: Place): Record<string, string> {
  return { PEER_ACCOUNTS: JSON.stringify({ sitoo, ometria }) };
}

/** A webhook of a program that asks for no credentials. */
export function openDoor({ accounts }: Place, port: number, path: string): Door {
  const { accountId } = accounts.sitoo;
  return { kind: "webhook", target: { port, path, accountId, username: "till", password: "till" } };
}
