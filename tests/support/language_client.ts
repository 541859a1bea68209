import { Buffer } from "node:buffer";
import { root } from "./system.ts";

type Message = Readonly<Record<string, unknown>>;

/** A place in a document, both from 0, as editors count. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Talks to the YAML language server as an editor does: JSON-RPC over its standard input and output. */
export class LanguageClient implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #versions = new Map<string, number>();
  /** Whoever waits for the problems of a document, by its URI. */
  readonly #problems = new Map<string, (problems: readonly unknown[]) => void>();
  readonly #reading: Promise<void>;
  #lastId = 0;

  constructor() {
    this.#process = new Deno.Command(Deno.execPath(), {
      // No net: all that it may learn of a file is in the file and in the schema that the file names.
      args: [
        ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys"],
        ...["tests/support/language_server.ts", "--stdio"],
      ],
      cwd: root,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Starts the server, and opens nothing yet. */
  static async start(): Promise<LanguageClient> {
    const client = new LanguageClient();
    await client.request("initialize", {
      processId: null,
      rootUri: root.href,
      workspaceFolders: [{ uri: root.href, name: "tillpipe" }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          completion: { completionItem: { snippetSupport: true } },
          hover: { contentFormat: ["markdown"] },
          publishDiagnostics: {},
        },
      },
    });
    await client.notify("initialized", {});
    return client;
  }

  /** Asks, and gives the answer. Throws what the server answers as an error. */
  async request(method: string, params: Message): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    await this.#send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Opens a document or changes its text, and gives what the server says is wrong with it. */
  async show(uri: string, text: string): Promise<readonly unknown[]> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const published = new Promise<readonly unknown[]>((resolve) =>
      this.#problems.set(uri, resolve)
    );
    if (version === 1) {
      const textDocument = { uri, languageId: "yaml", version, text };
      await this.notify("textDocument/didOpen", { textDocument });
    } else {
      const textDocument = { uri, version };
      await this.notify("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
    return await published;
  }

  async notify(method: string, params: Message): Promise<void> {
    await this.#send({ method, params });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.request("shutdown", {});
    await this.notify("exit", {});
    await this.#writer.close().catch(() => {});
    await this.#reading;
    await this.#process.status;
  }

  async #send(message: Message): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
    await this.#writer.write(head);
    await this.#writer.write(body);
  }

  async #read(): Promise<void> {
    let buffer = Buffer.alloc(0);
    for await (const chunk of this.#process.stdout) {
      buffer = Buffer.concat([buffer, chunk]);
      for (;;) {
        const end = buffer.indexOf("\r\n\r\n");
        const length = Number(
          /Content-Length: (\d+)/.exec(buffer.subarray(0, end).toString())?.[1],
        );
        if (end < 0 || buffer.length < end + 4 + length) break;
        const message: unknown = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
        buffer = buffer.subarray(end + 4 + length);
        if (isMessage(message)) await this.#take(message);
      }
    }
  }

  async #take(message: Message): Promise<void> {
    const { id, method, params } = message;
    if (typeof method !== "string") {
      if (typeof id === "number") this.#waiting.get(id)?.(message);
    } else if (method === "textDocument/publishDiagnostics" && isMessage(params)) {
      const { uri, diagnostics } = params;
      this.#problems.get(String(uri))?.(Array.isArray(diagnostics) ? diagnostics : []);
    } else if (id !== undefined) {
      await this.#send({
        id,
        result: method === "workspace/configuration" ? settings(params) : null,
      });
    }
  }
}

/** What editors have as settings without the user's doing, except that no list of schemas is fetched. */
function settings(params: unknown): readonly unknown[] {
  const items = isMessage(params) && Array.isArray(params["items"]) ? params["items"] : [];
  const known: Message = {
    yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
  };
  return items.map((item: unknown) =>
    isMessage(item) && typeof item["section"] === "string" ? known[item["section"]] ?? {} : {}
  );
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
