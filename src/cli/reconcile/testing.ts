/** Reports for tests of how they are shown. */
import type {
  Difference,
  Figures,
  Group,
  ReconcileReport,
  Sum,
} from "../../runtime/reconcile/report.ts";

const none: Sum = { orders: 0, money: "0.00" };

/** Ten delivered orders of 100.00 each, one of them confirmed. */
export function figures(fields: Partial<Figures> = {}): Figures {
  return {
    sitoo: { orders: 10, money: "1000.00" },
    delivered: { orders: 10, money: "1000.00" },
    confirmed: { orders: 1, money: "100.00" },
    sent: "1000.00",
    notSent: "0.00",
    linked: none,
    skipped: none,
    waiting: none,
    due: none,
    dead: none,
    unexplained: none,
    gone: none,
    skippedBy: {},
    deadBy: {},
    dueBy: {},
    ...fields,
  };
}

/** A group of store S-1 on the first of March. */
export function group(fields: Partial<Group> = {}): Group {
  return { store: "S-1", day: "2025-03-01", currency: "SEK", ...figures(), ...fields };
}

/** An order that nobody has looked at. */
export function difference(fields: Partial<Difference> = {}): Difference {
  return {
    orderId: 50211,
    store: "S-1",
    day: "2025-03-01",
    currency: "SEK",
    money: "1249.50",
    cause: "never-seen",
    fixable: true,
    ...fields,
  };
}

/** A report of one store and day that agrees. */
export function report(fields: Partial<ReconcileReport> = {}): ReconcileReport {
  return {
    pipeline: "till",
    account: "default",
    from: "2025-03-01",
    to: "2025-03-01",
    at: Date.parse("2025-03-02T06:00:00Z"),
    agrees: true,
    totals: [{ currency: "SEK", ...figures() }],
    stores: [{ store: "S-1", currency: "SEK", ...figures() }],
    groups: [group()],
    causes: [],
    differences: [],
    notes: [],
    ...fields,
  };
}

/** A report in which two orders were never seen. */
export function differingReport(fields: Partial<ReconcileReport> = {}): ReconcileReport {
  return report({
    agrees: false,
    causes: [{ cause: "never-seen", orders: 2, fixable: 2 }],
    differences: [difference(), difference({ orderId: 50212, detail: "<b>&" })],
    ...fields,
  });
}
