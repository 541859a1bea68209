/** Passes connections on to a local port, and can break one before its answer. */
export interface TcpGate {
  readonly port: number;
  /** Breaks the connection that reaches the inner server from this port; no byte is answered. */
  break(innerPort: number): void;
  close(): Promise<void>;
}

/**
 * Stands between callers and a local server. `Deno.serve` always answers something; only here can a
 * connection end without.
 */
export function openGate(port: number, innerPort: number): TcpGate {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const pairs = new Map<number, readonly Deno.Conn[]>();
  const open = new Set<Deno.Conn>();
  const passing = new Set<Promise<void>>();

  async function pass(outer: Deno.Conn): Promise<void> {
    open.add(outer);
    const inner = await Deno.connect({ hostname: "127.0.0.1", port: innerPort });
    open.add(inner);
    const from = portOf(inner.localAddr);
    pairs.set(from, [outer, inner]);
    await Promise.allSettled([
      outer.readable.pipeTo(inner.writable),
      inner.readable.pipeTo(outer.writable),
    ]);
    pairs.delete(from);
    for (const conn of [outer, inner]) {
      open.delete(conn);
      closeQuietly(conn);
    }
  }

  async function accept(): Promise<void> {
    for await (const outer of listener) {
      const work: Promise<void> = pass(outer).catch(() => closeQuietly(outer))
        .finally(() => passing.delete(work));
      passing.add(work);
    }
  }

  const accepting = accept();
  return {
    port: listener.addr.port,
    break(innerPort): void {
      for (const conn of pairs.get(innerPort) ?? []) closeQuietly(conn);
    },
    async close(): Promise<void> {
      listener.close();
      await accepting;
      for (const conn of open) closeQuietly(conn);
      await Promise.all(passing);
    },
  };
}

function portOf(address: Deno.Addr): number {
  return "port" in address ? address.port : 0;
}

/** A connection may have ended by itself. */
function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
