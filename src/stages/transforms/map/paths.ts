/** Fields of a record that can be set or left out, by their dotted path. */
const optional: ReadonlySet<string> = new Set([
  "web_id",
  "store",
  "discount",
  "coupon_code",
  "payment_method",
  "shipping_method",
  "shipping_address",
  "billing_address",
  "customer",
  "properties",
]);

/** Fields every record needs. */
const required: ReadonlySet<string> = new Set([
  "timestamp",
  "status",
  "is_valid",
  "channel",
  "currency",
  "grand_total",
  "subtotal",
  "tax",
  "shipping",
  "lineitems",
]);

/** Fields inside others. Whatever stands under `properties` is the integrator's own. */
const inner: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["customer", new Set(["id", "email", "firstname", "lastname"])],
  ["shipping_address", new Set(["city", "state", "postcode", "country_code"])],
  ["billing_address", new Set(["city", "state", "postcode", "country_code"])],
]);

/** Fields of a line that it can do without. */
const optionalInLine: ReadonlySet<string> = new Set([
  "variant_id",
  "sku",
  "discount",
  "variant_options",
  "properties",
]);

/** Why nothing can be set at a path, with the hint in a second line, or `undefined`. */
export function setPathProblem(path: string): string | undefined {
  const [head = "", key, ...rest] = path.split(".");
  if (head === "id" || head === "@type") {
    return `Expected a field other than ${head}\nAn order keeps its id; see the stage namespace`;
  }
  if (path === "customer.email") {
    return "Expected a field other than customer.email\nIt is the order's address, so that a person who asked to be forgotten stays forgotten";
  }
  if (head === "lineitems") {
    return "Expected a field of the order, not of its lines\nUse a custom stage to change lines";
  }
  const known = key === undefined
    ? required.has(head) || (optional.has(head) && !inner.has(head) &&
      head !== "properties")
    : rest.length === 0 && isInner(head, key);
  return known ? undefined : unknownPath;
}

/** Why a path cannot be left out, with the hint in a second line, or `undefined`. */
export function unsetPathProblem(path: string): string | undefined {
  const [head = "", key, ...rest] = path.split(".");
  if (key === undefined && (required.has(head) || head === "id" || head === "@type")) {
    return "Expected a field that an order can do without";
  }
  if (head === "lineitems" && key !== undefined) {
    const known = rest.length === 0
      ? optionalInLine.has(key)
      : key === "properties" && rest.length === 1 && rest[0] !== "";
    return known ? undefined : "Expected a field that a line can do without";
  }
  const known = key === undefined ? optional.has(head) : rest.length === 0 && isInner(head, key);
  return known ? undefined : unknownPath;
}

const unknownPath =
  "Expected a field of an Ometria order\nWrite its path with dots, such as customer.firstname or properties.member";

function isInner(head: string, key: string): boolean {
  if (key === "") return false;
  return head === "properties" || inner.get(head)?.has(key) === true;
}
