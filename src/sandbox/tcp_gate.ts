/** Passes connections on to a local port, and can break one before its answer. */
export interface TcpGate {
  readonly port: number;
  /** Breaks the connection that reaches the inner server from this port; no byte is answered. */
  break(innerPort: number): void;
  /** Resolves when the caller has ended the connection that reaches the inner server from this port. */
  ended(innerPort: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Stands between callers and a local server. `Deno.serve` always answers something; only here can a
 * connection end without.
 */
export function openGate(port: number, innerPort: number): TcpGate {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const pairs = new Map<number, Pair>();
  const open = new Set<Deno.Conn>();
  const passing = new Set<Promise<void>>();
  let closed = false;

  async function pass(outer: Deno.Conn): Promise<void> {
    open.add(outer);
    const inner = await Deno.connect({ hostname: "127.0.0.1", port: innerPort });
    open.add(inner);
    if (closed) { for (const conn of [outer, inner]) closeQuietly(conn); }
    const from = portOf(inner.localAddr);
    const asking = outer.readable.pipeTo(inner.writable).catch(() => {});
    const answering = inner.readable.pipeTo(outer.writable).catch(() => {});
    pairs.set(from, { outer, inner, ended: asking });
    await Promise.all([asking, answering]);
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
      const pair = pairs.get(innerPort);
      if (pair === undefined) return;
      closeQuietly(pair.outer);
      closeQuietly(pair.inner);
    },
    ended: (innerPort) => pairs.get(innerPort)?.ended ?? Promise.resolve(),
    async close(): Promise<void> {
      closed = true;
      listener.close();
      await accepting;
      for (const conn of open) closeQuietly(conn);
      await Promise.all(passing);
    },
  };
}

interface Pair {
  readonly outer: Deno.Conn;
  readonly inner: Deno.Conn;
  readonly ended: Promise<void>;
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
