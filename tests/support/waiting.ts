/** How tests and benchmarks wait for what runs in processes of its own. Loads nothing of the product. */

/** Waits until something holds, looking again and again; fails after `within` ms. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  within: number,
  what: string,
): Promise<void> {
  const end = performance.now() + within;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Did not happen within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a server answers, and is ready. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
