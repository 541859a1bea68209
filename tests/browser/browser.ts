/**
 * A real browser for tests: Debian's chromium, driven by playwright-core.
 *
 * @module
 */
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Where a chromium may be. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A page with everything that it complained of. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and of the console, and calls to any other host. */
  readonly complaints: string[];
}

/** How a page is looked at. */
export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly javaScriptEnabled?: boolean;
}

/** The width of a small phone. */
export const phone = { width: 360, height: 740 } as const;

/**
 * Declares a test that needs a browser. Where there is none the test says so and passes, since a machine without one
 * can still work on everything else; in CI it fails.
 */
export function browserTest(name: string, test: (browser: Browser) => Promise<void>): void {
  Deno.test(name, async () => {
    const executablePath = findChromium();
    if (executablePath === undefined) {
      const reason = `there is no chromium at ${places.join(", ")}`;
      if (Deno.env.get("CI") === "true") throw new Error(`Cannot test "${name}": ${reason}`);
      say(`Not tested, since ${reason}: ${name}`);
      return;
    }
    const browser = await launch(executablePath);
    try {
      await test(browser);
    } finally {
      await browser.close();
    }
  });
}

/** Where chromium is, if it is there. */
export function findChromium(): string | undefined {
  return places.find((place) => {
    try {
      return Deno.statSync(place).isFile;
    } catch {
      return false;
    }
  });
}

/** Starts it. Nobody else can reach what these tests open, so it needs no sandbox, which root cannot have. */
export async function launch(executablePath: string): Promise<Browser> {
  // As it loads, it looks below /proc for Windows, unless it believes that its own tests look at that; and whoever may
  // look there may do everything.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Opens a page for `base` that notes whatever is wrong with what it loads. */
export async function openPage(
  browser: Browser,
  base: string,
  look: Look = {},
): Promise<WatchedPage> {
  const { colorScheme = "light", viewport = { width: 1200, height: 800 } } = look;
  const context = await browser.newContext({
    baseURL: base,
    colorScheme,
    viewport,
    javaScriptEnabled: look.javaScriptEnabled ?? true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !url.startsWith("data:")) complaints.push(`asks ${url}`);
  });
  return { page, context, complaints };
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
