import { getLogger } from "@logtape/logtape";
import { encodeBase64 } from "../src/std/encoding.ts";
import { extraRules, itemRules, orderRules, taxRules } from "../src/runtime/record/field_rules.ts";
import { personalKind } from "../src/runtime/desk/personal.ts";
import { startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals } from "../src/std/assert.ts";
import { isLogField } from "../src/telemetry/log_fields.ts";
import { setUpLogging } from "../src/telemetry/logging.ts";
import { root } from "./support/system.ts";

async function sources(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) {
      for (const [inner, text] of await sources(`${path}/`)) texts.set(inner, text);
    } else if (/\.tsx?$/.test(path) && !/_test\.tsx?$/.test(path)) {
      texts.set(path, await Deno.readTextFile(new URL(path, root)));
    }
  }
  return texts;
}

/** Every field of the records that flow, and of what the APIs answer, as far as the source names them. */
async function apiFields(): Promise<ReadonlySet<string>> {
  const names = new Set(
    [orderRules, itemRules, taxRules, extraRules].flatMap((rules) => Object.keys(rules)),
  );
  for (const folder of ["src/records/", "src/sitoo/", "src/ometria/"]) {
    for (const text of (await sources(folder)).values()) {
      for (const [, name = ""] of text.matchAll(/readonly "?(@?[\w-]+)"?\??:/g)) names.add(name);
    }
  }
  const personal = await Deno.readTextFile(new URL("src/runtime/desk/personal.ts", root));
  for (const [, name = ""] of personal.matchAll(/^ {2}(\w+): "/gm)) names.add(name);
  return names;
}

async function linesOf(act: (log: ReturnType<typeof getLogger>) => void): Promise<string> {
  const lines: string[] = [];
  for (const json of [true, false]) {
    await using _logging = await setUpLogging({
      json,
      color: false,
      level: "debug",
      write: (line) => lines.push(line),
    });
    act(getLogger(["tillpipe", "test"]));
  }
  return lines.join("");
}

Deno.test("no field that the APIs can carry tells of a person in the log, whatever it is called", async () => {
  const names = [...await apiFields()];
  assert(names.length > 150, `only ${names.length} fields were found`);
  for (const known of ["email", "namefirst", "firstname", "delivery_zip", "phone", "customerref"]) {
    assert(names.includes(known), `${known} was not found`);
  }
  const planted = "Maja Planted 7731";
  const text = await linesOf((log) => {
    for (const name of names) {
      // Words of ours about a failure are texts; no field of an order is called so.
      if (["reason", "detail", "text", "problem", "action"].includes(name)) continue;
      log.info(`{${name}}`, { [name]: planted });
      log.info("{order}", { order: { [name]: planted }, [name]: { [name]: planted } });
    }
  });
  assert(!text.includes("Planted"), text.slice(0, 500));
  assertEquals(names.filter((name) => personalKind(name) !== undefined && isLogField(name)), []);
});

Deno.test("an order as Sitoo answers it leaves nothing of its people in the log", async () => {
  await using sandbox = await startSandbox({ orders: 40, seed: 8 });
  const { accountUrl, apiId, apiKey } = sandbox.sitoo;
  const fields =
    "orderid,email,namefirst,namelast,phone,delivery_address,delivery_city,invoice_address,additionaldata,orderitems";
  const response = await fetch(`${accountUrl}/orders.json?num=40&fields=${fields}`, {
    headers: { authorization: `Basic ${encodeBase64(`${apiId}:${apiKey}`)}` },
  });
  const { items } = await response.json();
  const people = new Set<string>();
  const text = await linesOf((log) => {
    for (const order of items) {
      for (const name of ["email", "namefirst", "namelast", "phone", "delivery_address"]) {
        const value = String(order[name] ?? "").trim();
        if (value.length >= 5) people.add(value);
      }
      log.info("Read {orderid} of {namefirst}", order);
      log.warn("Odd: {order}", { order, orders: [order] });
    }
  });
  assert(people.size > 20, `only ${people.size} values to look for`);
  assertEquals([...people].filter((value) => text.includes(value)), []);
  assert(text.includes(String(items[0].orderid)), "the order's id is told");
});

Deno.test("every field that the program hands to a logger is one that its log shows", async () => {
  const unknown: string[] = [];
  let calls = 0;
  for (const [path, text] of await sources("src/")) {
    for (const match of text.matchAll(/\blog(?:ger)?\.(?:debug|info|warn|error)\(/g)) {
      calls++;
      const call = argumentsFrom(text, match.index + match[0].length);
      const names = [...call.matchAll(/(?<![${])\{(\w+)\}(?!\})/g)].map(([, name = ""]) => name);
      const object = /,\s*(\{[\s\S]*\})\s*,?\s*$/.exec(call)?.[1] ?? "";
      const plain = object.replaceAll(/"[^"]*"|`[^`]*`/g, "");
      for (const [, name = ""] of plain.matchAll(/(?<=[{,]\s*)(\w+)\s*(?=[:,}])/g)) {
        names.push(name);
      }
      for (const name of names) if (!isLogField(name)) unknown.push(`${path}: ${name}`);
    }
  }
  assert(calls > 50, `only ${calls} calls were found`);
  assertEquals([...new Set(unknown)], [], "name them in src/telemetry/log_fields.ts");
});

/** The text from behind an opening bracket to the one that closes it. */
function argumentsFrom(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < text.length; end++) {
    if ("([{".includes(text.charAt(end))) depth++;
    else if (")]}".includes(text.charAt(end))) depth--;
  }
  return text.slice(start, end - 1);
}
