import { encodeBase64 } from "../../../src/std/encoding.ts";
import { fields, isSale, recordOf } from "../../lib/record.ts";
import type { Accounts } from "../../lib/sandbox.ts";

/** A node of a flow, as Node-RED keeps it. */
export type FlowNode = Readonly<Record<string, unknown>>;

const perCall = 100;
/** Seconds that ids wait for others. */
const linger = "0.25";

/**
 * The flow that somebody would draw: events in, answered at once, gathered by a hundred, read, mapped, pushed;
 * and beside it one that goes through the pages of history.
 */
export function flowOf({ sitoo, ometria }: Accounts): readonly FlowNode[] {
  const orders = `${sitoo.accountUrl}/orders.json?fields=${fields}&num=${perCall}`;
  const credentials = encodeBase64(`${sitoo.apiId}:${sitoo.apiKey}`);
  const read = `msg.headers = { authorization: "Basic ${credentials}" };`;
  const map = [
    `const isSale = ${isSale};`,
    `const recordOf = ${recordOf};`,
    `msg.payload = orders.filter(isSale).map(recordOf);`,
    `msg.headers = { "x-ometria-auth": "${ometria.apiKey}" };`,
  ].join("\n");
  return [
    { id: "tab", type: "tab", label: "orders" },
    receives("events-in", "/events", "split"),
    code("split", {
      outputs: [["answer"], ["gather"]],
      text: `const events = msg.payload.map((event) => ({ payload: event.data.order_id }));
msg.payload = "";
return [msg, events];`,
    }),
    node("answer", "http response", { statusCode: "200", headers: {}, wires: [] }),
    node("gather", "join", {
      mode: "custom",
      build: "array",
      property: "payload",
      propertyType: "msg",
      key: "topic",
      joiner: "",
      joinerType: "str",
      accumulate: false,
      timeout: linger,
      count: `${perCall}`,
      wires: [["ask"]],
    }),
    code("ask", {
      outputs: [["read"]],
      text: `${read}
return { headers: msg.headers, url: "${orders}&orderid=" + msg.payload.join(",") };`,
    }),
    calls("read", "use-get", ["map"]),
    code("map", {
      outputs: [["push"]],
      text: `const orders = msg.payload.items;
${map}
return { headers: msg.headers, payload: msg.payload };`,
    }),
    calls("push", { method: "POST", url: `${ometria.apiUrl}/push` }, []),
    receives("history-in", "/history", "first-page"),
    code("first-page", {
      outputs: [["answer"], ["read-page"]],
      text: `${read}
return [
  { ...msg, payload: "", headers: {} },
  { headers: msg.headers, url: "${orders}&sort=orderid&orderidfrom=0" },
];`,
    }),
    calls("read-page", "use-get", ["map-page"]),
    code("map-page", {
      outputs: [["read-page"], ["push"]],
      text: `const orders = msg.payload.items;
if (orders.length === 0) return null;
const from = orders.at(-1).orderid + 1;
${map}
const push = { headers: msg.headers, payload: msg.payload };
${read}
return [{ headers: msg.headers, url: "${orders}&sort=orderid&orderidfrom=" + from }, push];`,
    }),
  ];
}

function node(id: string, type: string, options: FlowNode): FlowNode {
  return { id, type, z: "tab", name: "", ...options };
}

function receives(id: string, url: string, next: string): FlowNode {
  return node(id, "http in", { url, method: "post", upload: false, wires: [[next]] });
}

function code(
  id: string,
  { outputs, text }: { readonly outputs: readonly (readonly string[])[]; readonly text: string },
): FlowNode {
  return node(id, "function", { func: text, outputs: outputs.length, libs: [], wires: outputs });
}

/** A call, whose address is that of the message or, of a push, its own. */
function calls(
  id: string,
  to: "use-get" | { readonly method: string; readonly url: string },
  next: readonly string[],
): FlowNode {
  const { method, url } = to === "use-get" ? { method: "GET", url: "" } : to;
  return node(id, "http request", {
    method,
    url,
    ret: "obj",
    paytoqs: "ignore",
    persist: true,
    senderr: false,
    wires: [next],
  });
}
