import { orderFields } from "../../sitoo/list_query.ts";
import { isStatus, itemsOf, oddAnswer, totalOf, unreachable } from "./access.ts";
import type { Bench } from "./bench.ts";
import { fail, type Finding, ok, skipped, warn } from "./finding.ts";
import { plural } from "../../definition/wording.ts";

/** Fields without which an order cannot be mapped, or a refund not be joined. */
const essential = ["orderid", "eshopid", "orderitems", "moneytotal_gross_all", "creditorderid"];

/** Whether orders can be read with a list of fields, so that the rest of them stays at Sitoo. */
export async function checkFields(
  { probe }: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "sitoo-fields";
  const query = { num: 1, sort: "-orderid", fields: orderFields };
  const answer = await probe.sitoo("/orders", query, signal);
  if (answer.kind === "none") return [unreachable(check, "Sitoo", answer.error)];
  if (isStatus(answer, 400)) {
    return [
      warn(
        check,
        "Sitoo refuses to be asked for single fields: every order takes a call of its own",
        "It works, but history takes about a hundred times as long; ask Sitoo about the parameter fields",
      ),
    ];
  }
  if (answer.status !== 200) return [oddAnswer(check, "Sitoo", answer.status)];
  const [row] = itemsOf(answer.body);
  if (row === undefined) return [skipped(check, "Sitoo has no order to look at yet")];
  const missing = essential.filter((field) => !(field in row));
  if (missing.includes("orderitems")) {
    return [
      warn(
        check,
        "Sitoo leaves the lines out of lists: every order takes a call of its own",
        "It works, but history takes about a hundred times as long; ask Sitoo about orderitems in lists",
      ),
    ];
  }
  if (missing.length > 0) {
    return [
      warn(
        check,
        `Sitoo leaves fields out that were asked for: ${missing.join(", ")}`,
        "Compare one order at Sitoo with what explain shows of it; without creditorderid some refunds find no original",
      ),
    ];
  }
  return [ok(check, "Sitoo gives the fields that are asked for")];
}

/** What is needed of a bench to look at pages. */
export interface Pages {
  readonly probe: Pick<Bench["probe"], "sitoo">;
  readonly options: Bench["options"];
}

/** Whether pages are as long as the pipeline asks for, and in the order it asks for. */
export async function checkPageSize(
  bench: Pages,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "sitoo-page-size";
  const asked = bench.options("sitoo-history")["page_size"];
  const size = typeof asked === "number" ? asked : 100;
  const query = { num: size, sort: "orderid", start: 0, fields: ["orderid", "eshopid"] };
  const answer = await bench.probe.sitoo("/orders", query, signal);
  if (answer.kind === "none") return [unreachable(check, "Sitoo", answer.error)];
  if (answer.status !== 200) return [oddAnswer(check, "Sitoo", answer.status)];
  const ids = itemsOf(answer.body).map((row) => Number(row["orderid"]));
  const total = totalOf(answer.body) ?? ids.length;
  if (ids.some((id, index) => id <= (ids[index - 1] ?? -1))) {
    return [
      fail(
        check,
        "Sitoo does not sort orders by their id when it is asked to",
        "History would lose orders like this; ask Sitoo about the parameter sort",
      ),
    ];
  }
  if (ids.length < Math.min(size, total)) {
    return [
      warn(
        check,
        `Sitoo gives ${plural(ids.length, "order")} a page where ${size} were asked for`,
        `Set page_size: ${
          Math.max(1, ids.length)
        } for sitoo-history, so that the page is what it says`,
      ),
    ];
  }
  return [ok(check, `Sitoo gives pages of ${plural(Math.min(size, total), "order")}, sorted`)];
}

/** Whether the settings of every site can be read: they hold currency and time zone. */
export async function checkSettings(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "sitoo-settings";
  const sites = await sitesOf(bench, signal);
  if (sites === undefined || sites.length === 0) {
    return [
      warn(
        check,
        "Sitoo does not let its sites be listed, so their settings were not tried",
        "Ask Sitoo for the right to read sites and settings, or set timezone for map",
      ),
    ];
  }
  const closed: number[] = [];
  for (const site of sites) {
    const answer = await bench.probe.sitoo(
      `/sites/${site}/settings`,
      { fields: ["eshopid", "currencycode", "timezone"] },
      signal,
    );
    if (!isStatus(answer, 200)) closed.push(site);
  }
  const zone = bench.options("map")["timezone"];
  if (closed.length === 0) {
    return [ok(check, `Sitoo lets the settings of its sites be read (${sites.join(", ")})`)];
  }
  if (typeof zone === "string") {
    return [
      ok(check, `Sitoo keeps the settings of site ${closed.join(", ")} to itself; ${zone} is set`),
    ];
  }
  return [
    warn(
      check,
      `Sitoo does not let the settings of site ${
        closed.join(", ")
      } be read: orders without a time zone count as UTC`,
      "Set timezone for map, such as Europe/Stockholm, or ask Sitoo for the right to read settings",
    ),
  ];
}

/** Whether stores and warehouses can be read, which `map` needs for some ways of naming stores. */
export async function checkPlaces(bench: Bench, signal: AbortSignal): Promise<readonly Finding[]> {
  const check = "sitoo-stores";
  const closed: string[] = [];
  for (const list of ["stores", "warehouses"]) {
    const answer = await bench.probe.sitoo(`/${list}`, { num: 1 }, signal);
    // Where they are not under the account, they are under its sites.
    if (!isStatus(answer, 200) && !isStatus(answer, 404)) closed.push(list);
  }
  if (closed.length === 0) return [ok(check, "Sitoo lets stores and warehouses be read")];
  const text = `Sitoo does not let its ${closed.join(" and ")} be read`;
  return [
    bench.options("map")["store"] === "store-name"
      ? fail(
        check,
        `${text}, and map names stores by them`,
        "Ask Sitoo for the right, or take store: store-externalid or a table",
      )
      : warn(
        check,
        `${text}: an order that does not name its store goes without`,
        "Ask Sitoo for the right, or name stores by a table under map, store",
      ),
  ];
}

/** The sites that the pipeline looks at: those it names, or all of the account. */
async function sitesOf(bench: Bench, signal: AbortSignal): Promise<readonly number[] | undefined> {
  const own = bench.pipeline.webhook?.sites ?? bench.pipeline.history?.sites ?? [];
  if (own.length > 0) return own;
  const answer = await bench.probe.sitoo("/sites", { num: 100 }, signal);
  if (answer.kind === "none" || answer.status !== 200) return undefined;
  return itemsOf(answer.body).map((row) => Number(row["eshopid"])).filter(Number.isSafeInteger);
}
