/** One thing wrong with a record, as `GET /push/_errors` words it. */
export interface RecordError {
  readonly error_message: string;
  readonly error_path: string;
}

type Fields = Readonly<Record<string, unknown>>;

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
const NO_DECIMALS = new Set(["JPY", "KRW", "CLP", "ISK", "VND", "UGX", "XAF", "XOF", "PYG"]);
const THREE_DECIMALS = new Set(["KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"]);
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const OPT_IN = new Set(["EXPLICITLY_OPTEDIN", "EXPLICITLY_OPTEDOUT", "NOT_SPECIFIED"]);

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Everything that is wrong with a pushed record; empty when it will be stored. */
export function checkRecord(record: Fields): RecordError[] {
  const check = new Check();
  check.noNulls(record, "root");
  if (record["@type"] === "order") checkOrder(record, check);
  else if (record["@type"] === "contact") checkContact(record, check);
  else if (record["@type"] !== "product" && record["@type"] !== "custom_event") {
    check.wrong("root > @type");
  }
  return check.errors;
}

function checkOrder(order: Fields, check: Check): void {
  check.text(order, "root", ["id", "timestamp", "currency", "status"]);
  check.optionalText(order, "root", [
    "web_id",
    "channel",
    "store",
    "coupon_code",
    "payment_method",
    "shipping_method",
  ]);
  if (!isTimestamp(order["timestamp"])) check.wrong("root > timestamp");
  const currency = order["currency"];
  if (typeof currency !== "string" || !CURRENCIES.has(currency)) check.wrong("root > currency");
  const decimals = decimalsOf(currency);
  if (typeof order["is_valid"] !== "boolean") check.wrong("root > is_valid");
  check.money(order, "root", ["grand_total", "subtotal", "tax", "shipping"], decimals);
  check.optionalMoney(order, "root", ["discount"], decimals);
  if (!addsUp(order)) check.wrong("root > grand_total");
  check.scalars(order["properties"], "root > properties");
  if (order["customer"] !== undefined) checkCustomer(order["customer"], check);
  for (const name of ["shipping_address", "billing_address"]) {
    checkAddress(order[name], `root > ${name}`, check);
  }
  const lines = order["lineitems"];
  if (!Array.isArray(lines)) return check.wrong("root > lineitems");
  for (const [index, line] of lines.entries()) {
    checkLine(line, `root > lineitems > ${index}`, { check, decimals });
  }
}

function checkLine(
  line: unknown,
  path: string,
  { check, decimals }: { readonly check: Check; readonly decimals: number },
): void {
  if (!isFields(line)) return check.wrong(path);
  check.text(line, path, ["product_id"]);
  check.optionalText(line, path, ["variant_id", "sku"]);
  const { quantity, quantity_refunded: back } = line;
  if (!Number.isSafeInteger(quantity)) check.wrong(`${path} > quantity`);
  if (line["unit_price"] === undefined && line["subtotal"] === undefined) {
    check.wrong(`${path} > unit_price`);
  }
  check.optionalMoney(line, path, ["unit_price", "discount", "subtotal", "tax", "total"], decimals);
  check.optionalMoney(line, path, ["refunded"], decimals);
  if (back !== undefined && (!Number.isSafeInteger(back) || Number(back) < 0)) {
    check.wrong(`${path} > quantity_refunded`);
  }
  if (typeof quantity === "number" && typeof back === "number" && back > Math.abs(quantity)) {
    check.wrong(`${path} > quantity_refunded`);
  }
  const { refunded, total } = line;
  if (typeof refunded === "number" && typeof total === "number" && refunded > total + 0.001) {
    check.wrong(`${path} > refunded`);
  }
  if (line["is_on_sale"] !== undefined && typeof line["is_on_sale"] !== "boolean") {
    check.wrong(`${path} > is_on_sale`);
  }
  check.scalars(line["properties"], `${path} > properties`);
  const options = line["variant_options"];
  if (options === undefined) return;
  if (!Array.isArray(options)) return check.wrong(`${path} > variant_options`);
  for (const [index, option] of options.entries()) {
    const at = `${path} > variant_options > ${index}`;
    if (isFields(option)) check.text(option, at, ["type", "id", "label"]);
    else check.wrong(at);
  }
}

function checkCustomer(customer: unknown, check: Check): void {
  if (!isFields(customer)) return check.wrong("root > customer");
  check.optionalText(customer, "root > customer", ["id", "email", "firstname", "lastname"]);
  const { id, email } = customer;
  if (typeof id === "string" && id.includes("@")) check.wrong("root > customer > id");
  if (email !== undefined && !isEmail(email)) check.wrong("root > customer > email");
  for (const name of Object.keys(customer)) {
    if (name.startsWith("phone")) check.wrong(`root > customer > ${name}`);
  }
}

function checkAddress(address: unknown, path: string, check: Check): void {
  if (address === undefined) return;
  if (!isFields(address)) return check.wrong(path);
  check.optionalText(address, path, Object.keys(address));
}

function checkContact(contact: Fields, check: Check): void {
  check.text(contact, "root", ["@collection", "id", "email"]);
  check.optionalText(contact, "root", ["customer_id", "firstname", "lastname"]);
  if (typeof contact["id"] === "string" && contact["id"].includes("@")) check.wrong("root > id");
  if (!isEmail(contact["email"])) check.wrong("root > email");
  const optin = contact["marketing_optin"];
  if (optin !== undefined && !(typeof optin === "string" && OPT_IN.has(optin))) {
    check.wrong("root > marketing_optin");
  }
  if ("@force_optin" in contact) check.wrong("root > @force_optin");
  for (const name of ["timestamp_acquired", "timestamp_subscribed", "timestamp_unsubscribed"]) {
    if (contact[name] !== undefined && !isTimestamp(contact[name])) check.wrong(`root > ${name}`);
  }
  check.scalars(contact["properties"], "root > properties");
}

/** grand_total = subtotal + tax + shipping, within half a hundredth. */
function addsUp(order: Fields): boolean {
  const { grand_total: total, subtotal, tax, shipping } = order;
  return typeof total === "number" && typeof subtotal === "number" && typeof tax === "number" &&
    typeof shipping === "number" && Math.abs(total - subtotal - tax - shipping) < 0.005;
}

/** The form Ometria documents: UTC, whole seconds. */
function isTimestamp(value: unknown): boolean {
  if (typeof value !== "string" || !TIMESTAMP.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value.slice(0, 19));
}

/** An address as Ometria wants it: trimmed, lower case, one `@`. */
export function isEmail(value: unknown): boolean {
  return typeof value === "string" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) &&
    value === value.toLowerCase();
}

function decimalsOf(currency: unknown): number {
  if (typeof currency !== "string") return 2;
  return NO_DECIMALS.has(currency) ? 0 : THREE_DECIMALS.has(currency) ? 3 : 2;
}

class Check {
  readonly errors: RecordError[] = [];

  wrong(path: string): void {
    this.errors.push({ error_message: "not a valid value", error_path: path });
  }

  text(fields: Fields, path: string, names: readonly string[]): void {
    for (const name of names) {
      const value = fields[name];
      if (typeof value !== "string" || value === "") this.wrong(`${path} > ${name}`);
    }
  }

  optionalText(fields: Fields, path: string, names: readonly string[]): void {
    this.text(fields, path, names.filter((name) => fields[name] !== undefined));
  }

  money(fields: Fields, path: string, names: readonly string[], decimals: number): void {
    for (const name of names) {
      const value = fields[name];
      if (typeof value !== "number" || Number(value.toFixed(decimals)) !== value) {
        this.wrong(`${path} > ${name}`);
      }
    }
  }

  optionalMoney(fields: Fields, path: string, names: readonly string[], decimals: number): void {
    this.money(fields, path, names.filter((name) => fields[name] !== undefined), decimals);
  }

  scalars(value: unknown, path: string): void {
    if (value === undefined) return;
    if (!isFields(value)) return this.wrong(path);
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === "object") this.wrong(`${path} > ${name}`);
    }
  }

  /** Keys without a value must be left out; `null` anywhere is an error. */
  noNulls(value: unknown, path: string): void {
    if (value === null) return this.wrong(path);
    if (typeof value !== "object") return;
    for (const [name, one] of Object.entries(value)) this.noNulls(one, `${path} > ${name}`);
  }
}
