import { deadline } from "../../src/std/async.ts";
import { linesOf } from "./lines.ts";
import { type Answer, answer, type Question } from "./messages.ts";

const probe = new URL("probe.ts", import.meta.url);

/** ms without a word after which a mutant never comes to an end. */
const silence = 60_000;

/** After so many mutants a process is replaced, since modules once loaded stay in memory. */
const many = 500;

/** Has mutants judged by a process of its own, and replaces it when a mutant stops it. */
export class Prober implements AsyncDisposable {
  #process: Deno.ChildProcess | undefined;
  #lines: AsyncGenerator<string> | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #judged = 0;

  /** The test that notices a mutant; nothing when it survives. Throws when tests fail on sound code. */
  async noticedBy(question: Question): Promise<string | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (this.#judged++ % many === 0) await this.#stop();
      if (this.#process === undefined) this.#start();
      await this.#writer?.write(
        new TextEncoder().encode(`${JSON.stringify(question)}\n`),
      );
      const found = await this.#listen();
      if (!("unsound" in found)) return "noticed" in found ? found.noticed : undefined;
      await this.#stop();
    }
    throw new Error(
      "A test fails on sound code after another one failed: it leaves something behind",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }

  #start(): void {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-check", "-P=test", probe.pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#lines = linesOf(process.stdout);
  }

  async #listen(): Promise<Exclude<Answer, { begins: string }>> {
    let last = "loading";
    for (;;) {
      const next = await this.#next();
      if (next === undefined) {
        await this.#stop();
        return { noticed: `${last} (does not come back)` };
      }
      const said = answer.parse(JSON.parse(next));
      if (!("begins" in said)) return said;
      last = said.begins;
    }
  }

  /** Nothing when it is silent for too long, or ended. */
  async #next(): Promise<string | undefined> {
    if (this.#lines === undefined) return undefined;
    try {
      const { done, value } = await deadline(this.#lines.next(), silence);
      return done === true ? undefined : value;
    } catch (error) {
      if (error instanceof DOMException && error.name === "TimeoutError") return undefined;
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    try {
      process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it ended by itself
    }
    await this.#writer?.abort().catch(() => undefined);
    await this.#lines?.return(undefined);
    await process.status;
  }
}
