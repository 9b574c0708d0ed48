import { isMandatoryLevel, tally } from "./verdict.js";
import type { Broken, Verdict } from "./verdict.js";
import type { AnyRun } from "./any-run.js";

/** The report for programs: one object, whose form is written down in `README.md`. */
export const jsonReport = (verdict: Verdict): string => `${JSON.stringify(reportOf(verdict), null, 1)}\n`;

/** The same for a client, which is judged on several wires. */
export const jsonReports = (verdicts: readonly Verdict[]): string =>
  `${JSON.stringify({ format: 1, role: "client", reports: verdicts.map(reportOf) }, null, 1)}\n`;

function reportOf(verdict: Verdict): object {
  const { role, subject, wire, revisions, locked, runs, requirements, unobservable } = verdict;
  const of = (mandatory: boolean) => tally(requirements.filter(({ level }) => isMandatoryLevel(level) === mandatory));
  return {
    format: 1,
    role,
    subject,
    wire,
    revisions,
    ...(locked ? { locked } : {}),
    summary: { must: of(true), should: of(false), unobservable },
    requirements,
    runs: runs.map((run) => told(run, verdict)),
  };
}

const brokenOf = (run: AnyRun, { broken }: Verdict): Broken | undefined => broken.find((one) => one.run === run);

/** What a run came to: a failed one that broke no statement is unclear, a skipped one untested or inapplicable. */
export function statusOf(run: AnyRun, verdict: Verdict): string {
  const { outcome } = run;
  if (outcome.status === "passed") return "passed";
  if (outcome.status === "skipped") return outcome.applies ? "untested" : "inapplicable";
  const broken = brokenOf(run, verdict);
  if (!broken) return "unclear";
  return broken.mandatory ? "failed" : "warned";
}

function told(run: AnyRun, verdict: Verdict): object {
  const { file, revision, wire, outcome } = run;
  const base = { trace: file.path, title: file.trace.title, revision, wire, status: statusOf(run, verdict) };
  if (outcome.status === "skipped") return { ...base, reason: outcome.reason };
  if (outcome.status === "passed") return { ...base, requirements: outcome.covered };
  const { step, reason, expected, received, crossings, said } = outcome;
  const requirements = brokenOf(run, verdict)?.ids ?? [];
  const messages = crossings.map(({ by, caller, text }) => ({ by, ...(caller === undefined ? {} : { caller }), text }));
  return { ...base, step: step + 1, reason, expected, received, requirements, messages, said };
}

/** The report for continuous integration: a suite for each revision, a case for each trace. */
export function junitReport(...verdicts: readonly Verdict[]): string {
  const suites = verdicts.flatMap((verdict) => suitesOf(verdict));
  const name = escape([...new Set(verdicts.map(({ subject }) => subject))].join(", "));
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="${name}">`, ...suites, "</testsuites>", ""].join(
    "\n",
  );
}

function suitesOf(verdict: Verdict): readonly string[] {
  return verdict.revisions.flatMap((revision) => {
    const runs = verdict.runs.filter((run) => run.revision === revision);
    const count = (...statuses: readonly string[]) =>
      runs.filter((run) => statuses.includes(statusOf(run, verdict))).length;
    const attributes = [
      `name="${escape(`${verdict.role === "client" ? "client " : ""}${revision} ${verdict.wire}`)}"`,
      `tests="${runs.length}"`,
      `failures="${count("failed")}"`,
      `skipped="${count("untested", "inapplicable", "unclear")}"`,
      'errors="0"',
    ];
    return [`  <testsuite ${attributes.join(" ")}>`, ...runs.map((run) => testCase(run, verdict)), "  </testsuite>"];
  });
}

function testCase(run: AnyRun, verdict: Verdict): string {
  const { file, revision, wire, outcome } = run;
  const open = `    <testcase classname="${escape(`${revision}.${wire}.${file.page}`)}" name="${escape(file.path)}"`;
  const status = statusOf(run, verdict);
  if (outcome.status === "passed") return `${open}/>`;
  if (outcome.status === "skipped")
    return `${open}><skipped message="${escape(`${status}: ${outcome.reason}`)}"/></testcase>`;
  const ids = brokenOf(run, verdict)?.ids ?? [];
  const says = ids.map((id) => `${id} ${verdict.requirements.find((one) => one.id === id)?.says ?? ""}`);
  const text = [...says, outcome.reason, `expected ${outcome.expected ?? ""}`, `received ${outcome.received ?? ""}`];
  const body = escape(text.join("\n"));
  if (status === "failed")
    return `${open}><failure message="${escape(`${ids.join(" ")}: ${outcome.reason}`)}">${body}</failure></testcase>`;
  if (status === "warned") return `${open}><system-out>warning: ${body}</system-out></testcase>`;
  return `${open}><skipped message="${escape(`unclear: ${outcome.reason}`)}"/></testcase>`;
}

/** For XML; what XML cannot hold at all is shown as a question mark. */
const escape = (text: string): string =>
  text
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?");
