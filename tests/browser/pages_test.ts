/** The operator pages in a real browser, as an operator uses them. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import * as z from "zod";
import { assert, assertEquals } from "../../src/std/assert.ts";
import { browserTest, type Look, openPage, phone } from "./browser.ts";
import { startSystem, unlimited } from "../support/system.ts";
import { announce, bury, password, pipelineName, serve, startSite } from "./site.ts";

const pipeline = `/pipelines/${pipelineName}`;

/** Every page that is reached by a link from the navigation, and the deeper ones. */
const pages: readonly string[] = [
  "/",
  "/orders",
  "/orders/50003",
  `${pipeline}/dead`,
  `${pipeline}/dead?reason=money-mismatch`,
  `${pipeline}/dead/50001`,
  `${pipeline}/dead/confirm?action=replay&id=50001`,
  `${pipeline}/dead/confirm?action=discard&all=yes`,
  `${pipeline}/receipts`,
  `${pipeline}/receipts?state=unknown`,
  `${pipeline}/reconcile`,
  `${pipeline}/backfill`,
  pipeline,
];

const letters = [
  { orderId: 50001, reason: "money-mismatch", detail: "199.00 instead of 249.00" },
  { orderId: 50002, reason: "money-mismatch", detail: "10.00 instead of 20.00" },
  { orderId: 50004, reason: "unexpected-currency", detail: "XTS" },
];

const axeResult = z.object({
  violations: z.array(z.object({
    id: z.string(),
    impact: z.string().nullish(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().nullish() })),
  })),
});

/** What axe-core finds that keeps somebody from using the page. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = axeResult.parse(await page.evaluate("axe.run()"));
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

/** Waits until the page says something, without loading it anew. */
async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

async function figure(page: Page, name: string): Promise<number> {
  const term = page.locator("dt", { hasText: new RegExp(`^${name}$`) }).first();
  return Number((await term.locator("xpath=following-sibling::dd").innerText()).replace(/\D/g, ""));
}

/** Waits until a figure has this value. */
async function shows(page: Page, name: string, value: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (await figure(page, name) !== value) {
    if (performance.now() > deadline) throw new Error(`${name} is not ${value} in time`);
    await page.waitForTimeout(50);
  }
}

browserTest(
  "an operator logs in, is asked again after a wrong password, and logs out",
  async (browser) => {
    await using site = await startSite({ withPassword: true });
    const { page, context, complaints } = await openPage(browser, site.url);
    await page.goto(`${pipeline}/dead`);
    await page.getByLabel("The operator's password").fill("a wrong one");
    await page.keyboard.press("Enter");
    await says(page, "This is not the password");
    assertEquals(complaints.splice(0).length, 1, "the browser notes the 401");
    await page.getByLabel("The operator's password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(`${site.url}${pipeline}/dead`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL(`${site.url}/login`);
    await page.goto("/");
    assertEquals(new URL(page.url()).pathname, "/login");
    assertEquals(await barriers(page), []);
    assertEquals(complaints, []);
    await context.close();
  },
);

const looks: readonly (readonly [string, Look])[] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["on a phone", { viewport: phone }],
];
for (const [name, look] of looks) {
  browserTest(`every page is sound and open to everyone, ${name}`, async (browser) => {
    await using site = await startSite({ history: 30 });
    await bury(site.system.context, letters);
    const { page, context, complaints } = await openPage(browser, site.url, look);
    for (const path of pages) {
      const response = await page.goto(path);
      assertEquals(response?.status(), 200, path);
      assertEquals(await barriers(page), [], path);
      const linked = await page.locator("header nav a").evaluateAll((links) =>
        links.map((link) => link.getAttribute("href"))
      );
      assertEquals(linked.filter((href) => !pages.includes(href ?? "")), [], "pages not looked at");
      const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      assertEquals(wide, false, `${path} is wider than the window`);
    }
    assertEquals(complaints, []);
    await context.close();
  });
}

browserTest(
  "a dead order is sent again in two clicks, and its letter goes by itself",
  async (browser) => {
    await using site = await startSite({ history: 30 });
    await bury(site.system.context, letters);
    site.work();
    const { page, context, complaints } = await openPage(browser, site.url);
    await page.goto(`${pipeline}/dead`);
    await page.getByRole("link", { name: "Try again: order 50001" }).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await says(page, "1 order is due again");
    const row = page.getByRole("link", { name: "50001", exact: true });
    await row.waitFor({ state: "detached" });
    assertEquals(await page.getByRole("link", { name: "50002", exact: true }).count(), 1);
    assertEquals(complaints, []);
    await context.close();
  },
);

browserTest(
  "the overview shows what happens by itself, and stands still when paused",
  async (browser) => {
    await using site = await startSite({ history: 30 });
    const { context: pipelineContext } = site.system;
    const { page, context, complaints } = await openPage(browser, site.url);
    await page.goto("/");
    assert(await figure(page, "Delivered") > 0, "nothing was delivered");
    await announce(pipelineContext, 90_000_001);
    await shows(page, "Due", 1);
    const asOf = await page.locator("#as-of").innerText();
    const pause = page.getByRole("button", { name: "Pause updates" });
    await pause.click();
    await announce(pipelineContext, 90_000_002);
    await page.waitForTimeout(4_000);
    assertEquals([await figure(page, "Due"), await page.locator("#as-of").innerText()], [1, asOf]);
    await pause.click();
    await shows(page, "Due", 2);
    assertEquals(complaints, []);
    await context.close();
  },
);

browserTest("the pages work without scripts", async (browser) => {
  await using site = await startSite({ history: 30, withPassword: true });
  await bury(site.system.context, letters);
  const { page, context, complaints } = await openPage(browser, site.url, {
    javaScriptEnabled: false,
  });
  await page.goto("/");
  await page.getByLabel("The operator's password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("link", { name: "Dead letters" }).click();
  await page.getByRole("link", { name: "Let go of all" }).click();
  await page.getByRole("button", { name: "Let go" }).click();
  await says(page, "3 letters are gone");
  await page.getByLabel("Order id or receipt number").fill("till-50003");
  await page.keyboard.press("Enter");
  await says(page, "Order 50003 in sitoo-to-ometria");
  assertEquals(complaints, []);
  await context.close();
});

browserTest(
  "the keyboard leads past the navigation to the content, and through it",
  async (browser) => {
    await using site = await startSite({ history: 30 });
    const { page, context } = await openPage(browser, site.url);
    await page.goto("/");
    await page.keyboard.press("Tab");
    assertEquals(await page.evaluate("document.activeElement.textContent"), "To the content");
    await page.keyboard.press("Enter");
    assertEquals(await page.evaluate("document.activeElement.id"), "content");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assertEquals(await page.locator("#pause").getAttribute("aria-pressed"), "true");
    await context.close();
  },
);

browserTest("a server that is told to stop does not wait for open pages", async (browser) => {
  await using site = await startSite();
  const { page, context } = await openPage(browser, site.url);
  const stream = page.waitForRequest((request) => request.url().endsWith("/live"));
  await page.goto("/");
  await stream;
  assert(await site.stop() < 3_000);
  await page.getByText("No connection").waitFor();
  await context.close();
});

browserTest(
  "a link on another site leads an operator who is logged in right to the page",
  async (browser) => {
    await using site = await startSite({ withPassword: true });
    const chat = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () =>
        new Response(`<a href="${site.url}${pipeline}/dead">Orders are dead</a>`, {
          headers: { "content-type": "text/html" },
        }),
    );
    const { page, context } = await openPage(browser, site.url);
    const fromChat = async (): Promise<void> => {
      await page.goto(`http://localhost:${chat.addr.port}/`);
      await page.getByRole("link", { name: "Orders are dead" }).click();
    };
    await fromChat();
    await page.getByLabel("The operator's password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Dead letters" }).waitFor();
    await fromChat();
    await page.getByRole("heading", { name: "Dead letters" }).waitFor();
    await context.close();
    await chat.shutdown();
  },
);

browserTest(
  "history is brought from its page, and comparing says that all of it has arrived",
  async (browser) => {
    await using system = await startSystem({ orders: 120, days: 5, change: unlimited });
    await using site = serve(system);
    site.work();
    const { page, context, complaints } = await openPage(browser, site.url);
    await page.goto(`${pipeline}/backfill`);
    await page.getByRole("button", { name: "How much is it?" }).click();
    await says(page, "120 orders on 2 pages");
    await page.getByRole("button", { name: "Bring history" }).click();
    await says(page, "Backfill: done");
    // Sales that took a refund up are due once more.
    while ((await system.context.store.inboxSummary(100)).due > 0) await page.waitForTimeout(50);
    await page.getByRole("link", { name: "Reconcile" }).click();
    const day = (ago: number): string =>
      new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("First day").fill(day(8));
    await page.getByLabel("Last day").fill(day(0));
    await page.getByRole("button", { name: "Compare" }).click();
    await says(page, "Every order is explained");
    assertEquals(await barriers(page), []);
    assertEquals(complaints, []);
    await context.close();
  },
);
