import { html, raw } from "hono/html";
import { ruleText } from "../../runtime/reconcile/rules.ts";
import { causeText } from "../../runtime/reconcile/causes.ts";
import {
  type Bucket,
  bucketNames,
  buckets,
  bucketsShown,
  daysText,
  type Difference,
  type Figures,
  type Group,
  type ReconcileReport,
  type StoreTotal,
} from "../../runtime/reconcile/report.ts";
import { amount, count, moment, plural } from "../../server/figures.ts";
import { binsOf } from "./bins.ts";
import { chart, legend, type Markup } from "./chart.ts";
import { bucketMeanings, countsOf, ruleTitles } from "./columns.ts";
import { pageStyle } from "./page_style.ts";
import { verdict } from "./text.ts";

/** Differences of one cause that a page lists. */
const listed = 500;

/** Reports as one HTML file that needs nothing beside itself: style within, charts as SVG, no script. */
export async function reportPage(reports: readonly ReconcileReport[]): Promise<string> {
  const title = `Reconciliation ${reports.map((report) => daysText(report)).at(0) ?? ""}`;
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${raw(pageStyle)}</style>
      </head>
      <body>
    ${reports.map(reportSection)}
      </body>
    </html>
  `;
  return `${String(await page).trim()}\n`;
}

function reportSection(report: ReconcileReport): Markup {
  const zone = report.zone ?? "each shop's own time zone";
  const verified = report.verified;
  return html`
    <header>
    <h1>${report.pipeline}: ${daysText(report)}</h1>
    <p class="soft">Sitoo against Ometria account “${report
      .account}”, days in ${zone}, made ${moment(report.at)}</p>
    <p class="verdict ${report.agrees ? "good" : "bad"}">${verdict(report)}</p>
    ${verified === undefined
      ? ""
      : html`<p>Read back from Ometria: ${plural(verified.orders, "order")}, ${
        count(verified.different)
      } missing or different</p>`}
    ${report.notes.map((note) => html`<p class="note">${note}</p>`)}
    </header>
    ${report.causes.map(({ cause, orders }) => causeCard(report, cause, orders))}
    <h2>What became of the orders</h2>
    ${totalsTable(report)}
    ${ruleTables(report)}
    <h2>Stores</h2>
    ${legend()}
    ${report.stores.map((store) => storeCard(report, store))}
  `;
}

function causeCard(
  { differences }: ReconcileReport,
  cause: Difference["cause"],
  orders: number,
): Markup {
  const { means, remedy } = causeText(cause);
  const own = differences.filter((one) => one.cause === cause).slice(0, listed);
  return html`
    <section class="card">
      <h3 class="bad">${cause}: ${count(orders)}</h3>
      <p>${means}.</p>
      <p class="soft">${remedy}.</p>
      <details${own.length <= 20 ? raw(" open") : ""}><summary>Orders</summary>
    <div class="wide"><table>
    <tr><th class="n">Order</th><th>Day</th><th>Store</th><th>Currency</th><th class="n">Sitoo</th><th>Detail</th></tr>
    ${own.map((one) =>
      html`
        <tr>
          <td class="n">${one.orderId}</td>
          <td>${one.day}</td>
          <td>${one.store}</td>
          <td>${one.currency}</td>
          <td class="n">${amount(one.money)}</td>
          <td class="detail">${one.detail ?? ""}</td>
        </tr>
      `
    )}</table></div>
    ${orders > own.length ? html`<p class="soft">and ${count(orders - own.length)} more</p>` : ""}
    </details>
    </section>
  `;
}

/** Each currency: how many orders, and how their money adds up to Sitoo's. */
function totalsTable({ totals }: ReconcileReport): Markup {
  return html`
    <div class="wide">
      <table>
    <tr><th></th>${totals.map(({ currency }) =>
      html`
        <th class="n">Orders</th>
        <th class="n">${currency}</th>
      `
    )}<th></th></tr>
    ${bucketsShown(totals).map((bucket) =>
      html`
        <tr><td>${bucketNames[bucket]}</td>${totals.map((total) =>
          sumCells(total, bucket)
        )}<td class="soft">${bucketMeanings[bucket]}</td></tr>
      `
    )}<tr><td><strong>Sitoo</strong></td>${totals.map((total) =>
      sumCells(total, "sitoo")
    )}<td class="soft">all of the above</td></tr>
    <tr><td>Sent to Ometria</td>${totals.map((total) =>
      html`
        <td class="n">${count(total.delivered.orders)}</td>
        <td class="n">${amount(total.sent)}</td>
      `
    )}<td class="soft">the delivered orders, as they were sent</td></tr>
    <tr><td>Not sent in them</td>${totals.map((total) =>
      html`
        <td class="n"></td>
        <td class="n">${amount(total.notSent)}</td>
      `
    )}<td class="soft">gift cards, lines that came back</td></tr>
    <tr><td>Confirmed</td>${totals.map((total) =>
      sumCells(total, "confirmed")
    )}<td class="soft">delivered, read back, and as it was sent</td></tr>
      </table>
    </div>
  `;
}

function sumCells(figures: Figures, name: Bucket | "sitoo" | "confirmed"): Markup {
  const { orders, money } = figures[name];
  return html`
    <td class="n">${count(orders)}</td>
    <td class="n">${amount(money)}</td>
  `;
}

function ruleTables({ totals }: ReconcileReport): Markup {
  return html`${
    (["skipped", "due", "dead"] as const).map((bucket) => {
      const counts = Object.entries(countsOf(totals.map((total) => total[`${bucket}By`])));
      return counts.length === 0 ? "" : html`
        <details>
          <summary>${ruleTitles[bucket]}</summary>
          <div class="wide">
            <table>
        ${counts.toSorted(([, a], [, b]) => b - a).map(([rule, orders]) =>
          html`
            <tr>
              <td>${rule}</td>
              <td class="n">${count(orders)}</td>
              <td class="detail soft">${ruleText(bucket, rule)}</td>
            </tr>
          `
        )}</table>
          </div>
        </details>
      `;
    })
  }`;
}

function storeCard(report: ReconcileReport, store: StoreTotal): Markup {
  const name = `${store.store || "No store"}, ${store.currency || "no currency"}`;
  const groups = report.groups.filter((group) =>
    group.store === store.store && group.currency === store.currency
  );
  return html`
    <section class="card">
    <h3>${name}</h3>
    <p>${plural(store.sitoo.orders, "order")}, ${amount(store.sitoo.money)} at Sitoo; ${count(
      store.delivered.orders,
    )} delivered, sent as ${amount(store.sent)}${store.unexplained.orders + store.dead.orders === 0
      ? ""
      : html`; <span class="bad">${count(store.unexplained.orders)} unexplained, ${
        count(store.dead.orders)
      } dead</span>`}</p>
    ${chart(name, binsOf(groups, report))}
    <details><summary>Day by day</summary>
    <div class="wide"><table>
    <tr><th>Day</th><th class="n">Sitoo</th><th class="n">Money</th>${buckets.map((bucket) =>
      html`<th class="n">${bucketNames[bucket]}</th>`
    )}<th class="n">Sent</th></tr>
    ${groups.map(dayRow)}</table></div>
    </details>
    </section>
  `;
}

function dayRow(group: Group): Markup {
  return html`
    <tr><td>${group.day}</td><td class="n">${count(group.sitoo.orders)}</td><td class="n">${amount(
      group.sitoo.money,
    )}</td>${buckets.map((bucket) =>
      html`<td class="n">${count(group[bucket].orders)}</td>`
    )}<td class="n">${amount(group.sent)}</td></tr>
  `;
}
