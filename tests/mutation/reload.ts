import { registerHooks, stripTypeScriptTypes } from "node:module";

const root = new URL("../../", import.meta.url).href;

/** Loads modules of this tree anew, any number of times, one of them with another text. */
export class Reloader {
  readonly #plain = new Map<string, string>();
  #round = 0;
  #changed = "";
  #text = "";

  constructor() {
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        const own = found.url.startsWith(root) && found.url.endsWith(".ts");
        return this.#round > 0 && own ? { ...found, url: `${found.url}?${this.#round}` } : found;
      },
      load: (url, context, next) => {
        const [path = url, round] = url.split("?");
        if (round === undefined || !path.startsWith(root)) return next(url, context);
        return { format: "module", source: this.#source(path), shortCircuit: true };
      },
    });
  }

  /** From here on, modules are loaded anew, and the file (from the tree's root) has this text. */
  change(file: string, text: string): void {
    this.#round++;
    this.#changed = root + file;
    this.#text = text;
  }

  /** Loads a file as it is; only the first time does anything run. */
  async loadSound(file: string): Promise<void> {
    const round = this.#round;
    this.#round = 0;
    try {
      await import(`${root}${file}`);
    } finally {
      this.#round = round;
    }
  }

  /** Loads a file of the tree, with all that it imports. */
  async load(file: string): Promise<void> {
    await import(`${root}${file}?${this.#round}`);
  }

  #source(path: string): string {
    if (path === this.#changed) return stripTypeScriptTypes(this.#text);
    const known = this.#plain.get(path);
    if (known !== undefined) return known;
    const plain = stripTypeScriptTypes(Deno.readTextFileSync(new URL(path)));
    this.#plain.set(path, plain);
    return plain;
  }
}
