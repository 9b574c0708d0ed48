import { isMandatoryLevel, tally } from "./verdict.js";
import type { Broken, Verdict } from "./verdict.js";
import type { Run } from "./suite.js";

/** The report for programs: one object, whose form is written down in `README.md`. */
export function jsonReport(verdict: Verdict): string {
  const { subject, wire, revisions, runs, requirements, unobservable } = verdict;
  const of = (mandatory: boolean) => tally(requirements.filter(({ level }) => isMandatoryLevel(level) === mandatory));
  const report = {
    format: 1,
    subject,
    wire,
    revisions,
    summary: { must: of(true), should: of(false), unobservable },
    requirements,
    runs: runs.map((run) => told(run, verdict)),
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

const brokenOf = (run: Run, { broken }: Verdict): Broken | undefined => broken.find((one) => one.run === run);

/** What a run came to: a failed one that broke no statement is unclear, a skipped one untested or inapplicable. */
export function statusOf(run: Run, verdict: Verdict): string {
  const { outcome } = run;
  if (outcome.status === "passed") return "passed";
  if (outcome.status === "skipped") return outcome.applies ? "untested" : "inapplicable";
  const broken = brokenOf(run, verdict);
  if (!broken) return "unclear";
  return broken.mandatory ? "failed" : "warned";
}

function told(run: Run, verdict: Verdict): object {
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
export function junitReport(verdict: Verdict): string {
  const suites = verdict.revisions.map((revision) => {
    const runs = verdict.runs.filter((run) => run.revision === revision);
    const count = (...statuses: readonly string[]) =>
      runs.filter((run) => statuses.includes(statusOf(run, verdict))).length;
    const attributes = [
      `name="${escape(`${revision} ${verdict.wire}`)}"`,
      `tests="${runs.length}"`,
      `failures="${count("failed")}"`,
      `skipped="${count("untested", "inapplicable", "unclear")}"`,
      'errors="0"',
    ];
    return [`  <testsuite ${attributes.join(" ")}>`, ...runs.map((run) => testCase(run, verdict)), "  </testsuite>"];
  });
  const name = escape(verdict.subject);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}">`,
    ...suites.flat(),
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(run: Run, verdict: Verdict): string {
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
