import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TraceFile } from "./load.js";
import { standsFor } from "./likeness.js";
import { holdsIn } from "./trace.js";
import type { JsonObject, Revision, Trace } from "./trace.js";

/** An example message of the specification, or of one of its types a part of a message. */
export interface Example {
  /** `REVISION/PAGE#HEADING/N`, or `REVISION/examples/TYPE/NAME.json`. */
  readonly id: string;
  readonly revision: Revision;
  /** Of an example file: which definition of the schema it is one of. */
  readonly type?: string;
  readonly message: JsonObject;
  /** Of a response: with what the method of the request that it answers begins, one of these. */
  readonly answers?: readonly string[];
}

/** Examples that stand in no trace, and why. `open`: one is still to be written; else none can. */
export interface Account {
  readonly ids: readonly string[];
  readonly reason: string;
  readonly open?: true;
}

/** What the responses of a page answer, where the page does not show the request. */
const ANSWERED_ON: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^server\/tools#/, ["tools/"]],
  [/^server\/resources#/, ["resources/"]],
  [/^server\/discover#/, ["server/discover"]],
  [/^client\/roots#/, ["roots/list"]],
  [/^client\/sampling#/, ["sampling/createMessage"]],
  [/^client\/elicitation#url-elicitation-required-error/, ["tools/call"]],
  [/^client\/elicitation#/, ["elicitation/create"]],
  [/^basic\/lifecycle#/, ["initialize"]],
  [/^basic\/utilities\/tasks#/, ["tasks/", "tools/call"]],
  [/^basic\/utilities\/ping#/, ["ping"]],
  [/^basic\/patterns\/subscriptions#/, ["subscriptions/listen"]],
];

type Line = { revision: Revision; where: string; n: number; type?: string; message: JsonObject };

/** Lists the specification's examples by the program `spec-messages.py` in `folder`. Throws where there is none. */
export function readExamples(folder: string): readonly Example[] {
  const program = join(folder, "spec-messages.py");
  if (!existsSync(program)) throw new Error(`${program} is missing`);
  const text = execFileSync("python3", [program], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const lines = text.trim().split("\n");
  const asked = new Map<string, string>();
  return lines.map((line) => {
    const { revision, where, n, type, message } = JSON.parse(line) as Line;
    if (type !== undefined) return { id: `${revision}/${where}`, revision, type, message };
    const page = `${revision}/${where}`;
    const key = `${page} ${JSON.stringify(message["id"])}`;
    const method = message["method"];
    if (typeof method === "string") asked.set(key, method);
    if (typeof method === "string") return { id: `${page}/${n}`, revision, message };
    const shown = asked.get(key);
    const answers = shown === undefined ? ANSWERED_ON.find(([one]) => one.test(where))?.[1] : [shown];
    return { id: `${page}/${n}`, revision, message, ...(answers === undefined ? {} : { answers }) };
  });
}

/** Reads the accounts of examples that stand in no trace (`conformance/examples.json`). */
export function loadAccounts(path: string): readonly Account[] {
  return JSON.parse(readFileSync(path, "utf8")) as Account[];
}

/** Example ids with the step that names them. */
export function labelsIn(files: readonly TraceFile[]): readonly { id: string; file: TraceFile; at: number }[] {
  return files.flatMap((file) =>
    file.trace.steps.flatMap((step, at) => (step.examples ?? []).map((id) => ({ id, file, at }))),
  );
}

/** What is wrong with the examples that traces name and with the accounts of the others, one line for each defect. */
export function auditExamples(
  examples: readonly Example[],
  files: readonly TraceFile[],
  accounts: readonly Account[],
): readonly string[] {
  const byId = new Map(examples.map((one) => [one.id, one]));
  const findings: string[] = [];
  const named = new Set<string>();
  for (const { id, file, at } of labelsIn(files)) {
    const where = `${file.path} step ${at + 1}`;
    named.add(id);
    const example = byId.get(id);
    if (example === undefined) findings.push(`${id}: named by ${where}, but no example of the specification`);
    else if (!playedIn(file.trace, at, example.revision))
      findings.push(`${id}: ${where} is not played in its revision`);
    else if (!standsFor(example, file, at)) findings.push(`${id}: ${where} has not its method and members`);
  }
  const accounted = new Set<string>();
  for (const { ids, reason } of accounts) {
    if (reason.trim().length < 12) findings.push(`${ids[0] ?? "an account"}: gives no reason`);
    for (const id of ids) {
      if (!byId.has(id)) findings.push(`${id}: has an account, but is no example of the specification`);
      if (named.has(id)) findings.push(`${id}: stands in a trace, and has an account why it does not`);
      if (accounted.has(id)) findings.push(`${id}: has two accounts`);
      accounted.add(id);
    }
  }
  for (const id of byId.keys())
    if (!named.has(id) && !accounted.has(id)) findings.push(`${id}: stands in no trace, and has no account why`);
  return findings;
}

/** Whether a step is played in that revision. */
export function playedIn(trace: Trace, at: number, revision: Revision): boolean {
  return holdsIn(trace.revisions, revision) && holdsIn(trace.steps[at]?.only, revision);
}
