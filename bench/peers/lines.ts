import { eventText } from "../lib/load.ts";

/** Where lines go. */
export interface LineDoor {
  readonly port: number;
  readonly accountId: number;
}

/** Which events are sent; see `BurstOptions`. */
export interface LineOptions {
  readonly next: () => readonly number[] | undefined;
  /** Called as soon as the machine has taken the lines; nobody else says that they are. */
  readonly onAck?: (ids: readonly number[]) => void;
}

/** Sends events as lines over one connection, as fast as they are taken. */
export async function sendLines(
  { port, accountId }: LineDoor,
  options: LineOptions,
): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const writer = connection.writable.getWriter();
  const encoder = new TextEncoder();
  for (let ids = options.next(); ids !== undefined; ids = options.next()) {
    await writer.write(encoder.encode(ids.map((id) => `${eventText(id, accountId)}\n`).join("")));
    options.onAck?.(ids);
  }
}
