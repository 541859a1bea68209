/** The report's only style sheet: system fonts, light and dark, printable. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --card: #fff; --ink: #1c2024; --soft: #5c646c; --line: #dfe2e5;
  --good: #0b7a4b; --bad: #c02f2f;
  --delivered: #2f8f6b; --linked: #4a7fc1; --skipped: #a9b0b7; --waiting: #d9b44a;
  --due: #e08a3c; --dead: #c02f2f; --unexplained: #7d1f8a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --card: #1c2024; --ink: #e8eaed; --soft: #9aa3ab; --line: #343a40;
    --good: #58c796; --bad: #ff8080;
    --delivered: #4fb58d; --linked: #74a5e0; --skipped: #6b747c; --waiting: #e0c264;
    --due: #eda35f; --dead: #ef6b6b; --unexplained: #d08be0;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
h3 { margin: 0; font-size: 1rem; }
p { margin: .35rem 0; } .soft { color: var(--soft); }
.verdict { font-size: 1.15rem; font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
.note { padding-left: .75rem; border-left: .2rem solid var(--waiting); }
.card { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); break-inside: avoid; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; } .n { text-align: right; }
td.detail { white-space: normal; }
svg { display: block; width: 100%; height: auto; margin-top: .5rem; }
svg .axis { stroke: var(--line); } svg .scale { fill: var(--soft); font-size: 11px; }
svg rect { shape-rendering: crispEdges; }
.delivered { fill: var(--delivered); background: var(--delivered); }
.linked { fill: var(--linked); background: var(--linked); }
.skipped { fill: var(--skipped); background: var(--skipped); }
.waiting { fill: var(--waiting); background: var(--waiting); }
.due { fill: var(--due); background: var(--due); }
.dead { fill: var(--dead); background: var(--dead); }
.unexplained { fill: var(--unexplained); background: var(--unexplained); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; color: var(--soft); font-size: .85rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; margin-right: .35rem; border-radius: .15rem; }
summary { cursor: pointer; color: var(--soft); margin-top: .5rem; }
@media print { body { background: #fff; } .card { border-color: #ccc; } }
`;
