import { randomBytes } from "node:crypto";
import { keyedHash } from "../../crypto/keyed_hash.ts";
import { resolveFrom } from "../../definition/module_url.ts";
import { Bench } from "../../runtime/doctor/bench.ts";
import { examine, MOST_CALLS } from "../../runtime/doctor/doctor.ts";
import type { Finding, FindingLevel } from "../../runtime/doctor/finding.ts";
import type { Side } from "../../runtime/doctor/sightings.ts";
import { isLoopback } from "../../runtime/doctor/webhook_checks.ts";
import type { LoadedPipeline } from "../../server/compose.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { checkSetting, type Setting } from "../doctor_setting.ts";
import { environmentWithFile } from "../environment.ts";
import { findingLine, remedyLine } from "../finding_text.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { checkPipelines, readPipelineFiles, usablePipelines } from "../pipelines.ts";
import { allowsInsecureHosts } from "../settings.ts";
import { plural } from "../../server/figures.ts";

/** Looks at everything that pipelines need outside themselves. */
export const doctor: Command = {
  name: "doctor",
  summary: "Examine keys, rights, ids, products, limits, clock, store and webhook; changes nothing",
  details: [
    `Only reads: up to ${MOST_CALLS.sitoo} calls to Sitoo and ${MOST_CALLS.ometria} to Ometria for a pipeline, one at a time and within its rates, so it may run beside a live server. Nothing is pushed and no email is sent. Where PUBLIC_URL is set, an empty list of events is posted to the server's own webhook, which changes nothing there.`,
    "Each finding has its remedy. Exit code 1 if something does not work; warnings are none.",
  ],
  options: [PIPELINE, JSON_OUTPUT],
  examples: ["", "--json", "--pipeline pipelines/outlet.yaml"],
  run,
};

/** What an examination came to. */
interface Report {
  readonly installation: readonly Finding[];
  readonly pipelines: Record<string, readonly Finding[]>;
  readonly calls: Record<Side, number>;
}

async function run(options: Options, host: Host): Promise<number> {
  const stop = host.stopSignal();
  const env = await environmentWithFile(host);
  const sources = await readPipelineFiles(options.list("pipeline"), host);
  const settings = { env, allowInsecureHosts: allowsInsecureHosts(env) };
  const pipelines = usablePipelines(checkPipelines(sources, settings, host), host.terminal);
  // What stages log of what they find is a finding here.
  host.logging.only("error");
  hideSecrets(pipelines, host);
  const json = options.flag("json");
  const real = pipelines.some(({ definition }) =>
    !isLoopback(definition.connections.sitoo.accountUrl)
  );
  const setting = await checkSetting(env, host, { real });
  await using _store = setting.store;
  const started = host.clock.monotonic();
  const report: Report = {
    installation: setting.findings,
    pipelines: {},
    calls: { sitoo: 0, ometria: 0 },
  };
  if (!json) show("Installation", setting.findings, host);
  try {
    for (const pipeline of pipelines) {
      await examineOne(pipeline, { setting, report, json, stop }, host);
    }
  } catch (error) {
    if (!stop.aborted) throw error;
    host.terminal.note("Stopped before the end");
    return 1;
  }
  const all = [report.installation, ...Object.values(report.pipelines)].flat();
  const failed = all.some(({ level }) => level === "fail");
  if (json) host.terminal.print(JSON.stringify({ ok: !failed, ...report }, undefined, 2));
  else host.terminal.print(summary(all, report, host.clock.monotonic() - started));
  return failed ? 1 : 0;
}

interface Examination {
  readonly setting: Setting;
  readonly report: Report;
  readonly json: boolean;
  readonly stop: AbortSignal;
}

async function examineOne(
  { definition, url }: LoadedPipeline,
  { setting, report, json, stop }: Examination,
  host: Host,
): Promise<void> {
  const { terminal, clock } = host;
  const { store } = setting;
  // Without a store there is nobody to share a limit with, so any key will do.
  const secret = setting.secret ?? await store?.secret() ?? randomBytes(32).toString("hex");
  const bench = new Bench({
    definition,
    clock,
    keyedHash: (text) => keyedHash(secret, text),
    resolve: resolveFrom(url),
    ...(store === undefined ? {} : { store }),
  });
  if (!json) terminal.print(`\n${terminal.style.bold(definition.name)}`);
  const findings: Finding[] = [];
  const onCheck = (what: string): void => {
    if (!json) terminal.live(terminal.errStyle.dim(`  Looks at ${what} …`));
  };
  for await (const found of examine(bench, { publicUrl: setting.publicUrl, onCheck }, stop)) {
    const { text, remedy } = found;
    // An answer of an API may repeat what it was sent.
    const finding = {
      ...found,
      text: host.logging.redact(text),
      ...(remedy === undefined ? {} : { remedy: host.logging.redact(remedy) }),
    };
    findings.push(finding);
    if (!json) line(finding, host);
  }
  terminal.endLive();
  report.pipelines[definition.name] = findings;
  const { sitoo, ometria } = bench.sightings.calls;
  report.calls.sitoo += sitoo;
  report.calls.ometria += ometria;
}

function hideSecrets(pipelines: readonly LoadedPipeline[], { logging }: Host): void {
  for (const { definition } of pipelines) {
    const { sitoo, ometria } = definition.connections;
    for (const key of [sitoo.apiKey, ometria.apiKey, ometria.emailApiKey]) {
      logging.hide(key.reveal());
    }
  }
}

function show(title: string, findings: readonly Finding[], host: Host): void {
  host.terminal.print(host.terminal.style.bold(title));
  for (const finding of findings) line(finding, host);
}

function line(finding: Finding, { terminal }: Host): void {
  terminal.print(`  ${findingLine(finding, terminal.style)}`);
  const remedy = remedyLine(finding, terminal.style);
  if (remedy !== "") terminal.print(`  ${remedy}`);
}

function summary(findings: readonly Finding[], { calls }: Report, took: number): string {
  const number = (level: FindingLevel): number =>
    findings.filter((finding) => finding.level === level).length;
  const parts = [
    `${number("ok")} good`,
    `${number("warn")} to look at`,
    `${number("fail")} broken`,
    ...(number("skipped") === 0 ? [] : [`${number("skipped")} not looked at`]),
  ];
  const made = `${plural(calls.sitoo, "call")} to Sitoo and ${calls.ometria} to Ometria`;
  return `\n${parts.join(", ")}; ${made} in ${Math.round(took / 1000)} s`;
}
