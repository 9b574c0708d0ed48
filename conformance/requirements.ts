import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const LEVELS = [
  "MUST NOT",
  "MUST",
  "SHALL NOT",
  "SHALL",
  "REQUIRED",
  "SHOULD NOT",
  "SHOULD",
  "NOT RECOMMENDED",
  "RECOMMENDED",
  "MAY",
] as const;
export type Level = (typeof LEVELS)[number];

export const BOUND = ["server", "client", "both", "authorization-server", "host", "author", "intermediary"] as const;
export type Bound = (typeof BOUND)[number];
export type Role = "server" | "client";
/** Whose statements are counted: those who take part in a conversation, and who issues tokens for it. */
export const PARTIES = ["server", "client", "authorization-server"] as const;
export type Party = (typeof PARTIES)[number];

/** What one statement of the specification asks for, or several that say the same. The form is described in `requirements/README.md`. */
export interface Requirement {
  readonly ids: readonly string[];
  readonly level: Level;
  readonly binds: Bound | readonly Bound[];
  /** The statement in our own words. */
  readonly says: string;
  /** Why nothing on a wire can show it: about everybody whom it binds, or about one party. */
  readonly unobservable?: string | Readonly<Partial<Record<Party, string>>>;
}

/** A trace, of either role, as far as it names requirements. */
export interface Naming {
  readonly path: string;
  readonly trace: { readonly role?: Role; readonly steps: readonly { readonly covers?: readonly string[] }[] };
}

/** A statement as `normative.py` lists it. `opens`: it only introduces the list that follows. */
export interface Statement {
  readonly id: string;
  readonly level: string;
  readonly text: string;
  readonly opens?: boolean;
}

/** `allowed`: a permission, which nobody can break. */
export type State = "covered" | "excused" | "open" | "allowed";

/** The folder of the registry, beside this file. */
export const REQUIREMENTS = fileURLToPath(new URL("./requirements", import.meta.url));

/** Two fields that are counted by themselves: authorization with the security practices, and all the rest. */
export type Field = "protocol" | "authorization";

/** To which field a statement belongs, by its page. */
export function fieldOf(id: string): Field {
  return /^[^/]+\/basic\/authorization[/#]|^extensions\/auth\/|^security\//.test(id) ? "authorization" : "protocol";
}

type Entry = Omit<Requirement, "ids"> & { readonly id?: string; readonly ids?: readonly string[] };

/** Reads every entry of the registry below `folder`. Throws with the path where a file is no array of JSON. */
export function loadRequirements(folder = REQUIREMENTS): readonly Requirement[] {
  const all = readdirSync(folder, { recursive: true }) as string[];
  const paths = all.filter((path) => path.endsWith(".json") && dirname(path) !== ".").sort();
  return paths.flatMap((path) => {
    try {
      const entries = JSON.parse(readFileSync(join(folder, path), "utf8")) as readonly Entry[];
      return entries.map(({ id, ids, ...rest }) => ({
        ...rest,
        ids: [...(ids ?? []), ...(id === undefined ? [] : [id])],
      }));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`);
    }
  });
}

/** Lists the specification's statements by the program `normative.py` in `folder`. Throws where there is none. */
export function readStatements(folder: string): readonly Statement[] {
  const program = join(folder, "normative.py");
  if (!existsSync(program)) throw new Error(`${program} is missing`);
  const text = execFileSync("python3", [program], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Statement);
}

/** Whether the statement asks something of that party. */
export function bindsRole({ binds }: Requirement, party: Party): boolean {
  const bound = [binds].flat();
  return bound.includes(party) || (party !== "authorization-server" && bound.includes("both"));
}

/** Whether it has to be kept: MUST, MUST NOT and their synonyms. */
export function isMandatory({ level }: Requirement): boolean {
  return /^(MUST|SHALL|REQUIRED)/.test(level);
}

/** Why nothing on a wire shows whether that party keeps it. */
export function excuse({ unobservable }: Requirement, party: Party): string | undefined {
  return typeof unobservable === "object" ? unobservable[party] : unobservable;
}

/** The requirement ids that traces which judge `role` name, each with the paths of these traces. */
export function coveringTraces(files: readonly Naming[], role: Party): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { path, trace } of files) {
    if ((trace.role ?? "server") !== role) continue;
    for (const id of trace.steps.flatMap(({ covers }) => covers ?? [])) {
      found.set(id, (found.get(id) ?? new Set<string>()).add(path));
    }
  }
  return found;
}

/** How it stands with one id of a requirement that binds `party`; no trace judges an authorization server. */
export function stateOf(one: Requirement, id: string, party: Party, covering: ReadonlyMap<string, unknown>): State {
  if (covering.has(id)) return "covered";
  if (excuse(one, party) !== undefined) return "excused";
  return one.level === "MAY" ? "allowed" : "open";
}

export type Count = Record<State, number>;

/** Counts a field's mandatory statements that bind `party`, by revision (`extensions` and `security` count as such). */
export function countMandatory(
  registry: readonly Requirement[],
  files: readonly Naming[],
  party: Party,
  field: Field = "protocol",
): ReadonlyMap<string, Count> {
  const covering = coveringTraces(files, party);
  const counts = new Map<string, Count>();
  for (const one of registry) {
    if (!isMandatory(one) || !bindsRole(one, party)) continue;
    for (const id of one.ids.filter((id) => fieldOf(id) === field)) {
      const revision = id.slice(0, id.indexOf("/"));
      const count = counts.get(revision) ?? { covered: 0, excused: 0, open: 0, allowed: 0 };
      count[stateOf(one, id, party, covering)] += 1;
      counts.set(revision, count);
    }
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The largest part of a role's mandatory statements that may be excused. */
const EXCUSED_AT_MOST = 0.25;

/**
 * What is wrong with the registry, by itself and beside the traces; beside the specification too, where its statements
 * are given. One line for each defect.
 */
export function audit(
  registry: readonly Requirement[],
  files: readonly Naming[],
  statements?: readonly Statement[],
): readonly string[] {
  const byId = new Map<string, Requirement>();
  const findings: string[] = [];
  for (const one of registry) {
    const name = one.ids[0] ?? JSON.stringify(one.says);
    if (one.ids.length === 0) findings.push(`${name}: has no id`);
    if (!LEVELS.includes(one.level)) findings.push(`${name}: level ${JSON.stringify(one.level)} is unknown`);
    for (const bound of [one.binds].flat())
      if (!BOUND.includes(bound)) findings.push(`${name}: binds ${JSON.stringify(bound)} is unknown`);
    if (typeof one.says !== "string" || !/^.{8,160}\.$/u.test(one.says))
      findings.push(`${name}: says is no short sentence`);
    const reasons = typeof one.unobservable === "object" ? Object.values(one.unobservable) : [one.unobservable];
    for (const reason of reasons)
      if (reason?.trim().length === 0) findings.push(`${name}: unobservable gives no reason`);
    if (one.level !== "MAY" && one.unobservable === undefined && !PARTIES.some((party) => bindsRole(one, party)))
      findings.push(`${name}: binds nobody on a wire, and says not why that is unobservable`);
    for (const id of one.ids) {
      if (byId.has(id)) findings.push(`${id}: has two entries`);
      byId.set(id, one);
    }
  }
  for (const role of ["server", "client"] as const) {
    for (const [id, paths] of coveringTraces(files, role)) {
      const one = byId.get(id);
      const where = [...paths].join(", ");
      if (one === undefined) {
        findings.push(`${id}: named by ${where}, but not in the registry`);
        continue;
      }
      const bound = [one.binds].flat().join();
      if (!bindsRole(one, role)) findings.push(`${id}: binds ${bound}, but ${where} judges a ${role} by it`);
      if (excuse(one, role) !== undefined) findings.push(`${id}: unobservable, but covered by ${where}`);
    }
  }
  for (const field of ["protocol", "authorization"] as const) {
    const counts = [...countMandatory(registry, files, "server", field).values()];
    const excused = counts.reduce((sum, count) => sum + count.excused, 0);
    const all = counts.reduce((sum, count) => sum + count.covered + count.excused + count.open, 0);
    if (excused > all * EXCUSED_AT_MOST)
      findings.push(`${excused} of ${all} mandatory statements are excused for servers (${field})`);
  }
  if (statements !== undefined) findings.push(...auditAgainst(statements, byId));
  return findings;
}

function auditAgainst(statements: readonly Statement[], byId: ReadonlyMap<string, Requirement>): readonly string[] {
  const words = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  const findings: string[] = [];
  const known = new Set<string>();
  for (const { id, level, text, opens } of statements) {
    if (opens === true) continue;
    known.add(id);
    const one = byId.get(id);
    if (one === undefined) {
      findings.push(`${id}: is missing from the registry`);
      continue;
    }
    if (one.level !== level) findings.push(`${id}: is ${level}, not ${one.level}`);
    if (words(one.says) === words(text)) findings.push(`${id}: says what the page says, word for word`);
  }
  for (const id of byId.keys()) if (!known.has(id)) findings.push(`${id}: is no statement of the specification`);
  return findings;
}

/** How many statements one part of the specification has, and which: the digest is over their ids and levels. */
export interface Total {
  readonly statements: number;
  readonly mandatory: number;
  readonly sha256: string;
}

/** Counts statements by revision (`extensions` and `security` count as such). */
export function totalsOf(statements: Iterable<Pick<Statement, "id" | "level">>): Readonly<Record<string, Total>> {
  const parts = new Map<string, string[]>();
  for (const { id, level } of statements) {
    const part = id.slice(0, id.indexOf("/"));
    parts.set(part, [...(parts.get(part) ?? []), `${id} ${level}`]);
  }
  const total = (lines: readonly string[]): Total => ({
    statements: lines.length,
    mandatory: lines.filter((line) => / (MUST|SHALL|REQUIRED)/.test(line)).length,
    sha256: createHash("sha256").update(lines.toSorted().join("\n")).digest("hex"),
  });
  return Object.fromEntries(
    [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([part, lines]) => [part, total(lines)]),
  );
}

/** Reads `totals.json` of the registry: what the specification was last counted to have. */
export function loadTotals(folder = REQUIREMENTS): Readonly<Record<string, Total>> {
  return JSON.parse(readFileSync(join(folder, "totals.json"), "utf8")) as Record<string, Total>;
}

/** Where the registry has other ids or levels than the totals say, one line for each part; needs no pages. */
export function auditTotals(
  registry: readonly Requirement[],
  totals: Readonly<Record<string, Total>>,
): readonly string[] {
  const found = totalsOf(registry.flatMap(({ ids, level }) => ids.map((id) => ({ id, level }))));
  return [...new Set([...Object.keys(found), ...Object.keys(totals)])].flatMap((part) => {
    const [ours, theirs] = [found[part], totals[part]];
    if (ours?.sha256 === theirs?.sha256) return [];
    const counts = `${ours?.statements ?? 0} statements of ${theirs?.statements ?? 0}`;
    return [`${part}: an id or level is missing, unknown or wrong (${counts} in totals.json)`];
  });
}
