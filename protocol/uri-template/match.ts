import { styles } from "./expand.js";
import type { Part, Variable } from "./parse.js";
import { type Units, textOf, unitOf, unitsOf } from "./units.js";

/** What a match found of one variable: where its pieces stand in the units of the URI. */
export interface Capture {
  readonly variable: Variable;
  readonly list: boolean;
  /** A `name=value` parameter, whose value may be empty. */
  readonly named: boolean;
  /** Pairs of start and end. */
  readonly pieces: (readonly [start: number, end: number])[];
}

interface Span {
  kind: "span";
  variable: Variable;
  barred: number;
  lead?: number;
}

interface Pairs {
  kind: "pairs";
  keys: ReadonlyMap<string, Variable>;
  first: number;
  separator: number;
  barred: number;
}

/**
 * A step of the matcher. A literal must stand there; where it does not, an optional one goes on at step `otherwise`.
 * A span is a run of units without the barred ones; with a `lead` it is a list: nothing, or pieces that each begin with
 * it. Pairs are `name=value` in any order.
 */
export type Step = { kind: "literal"; units: Units; otherwise?: number } | Span | Pairs;

const SLASH = 1;
const QUERY_OR_FRAGMENT = 2;
const AMPERSAND = 4;
const SEMICOLON = 8;
const EQUALS = 0x3d;
/** What each unit is, where it is one of those that end a span. */
const flags: Readonly<Record<number, number>> = {
  0x2f: SLASH,
  0x3f: QUERY_OR_FRAGMENT,
  0x23: QUERY_OR_FRAGMENT,
  0x26: AMPERSAND,
  0x3b: SEMICOLON,
};
const isBarred = (unit: number, barred: number) => unit < 128 && ((flags[unit] ?? 0) & barred) !== 0;

/** Turns the parts of a template into the matcher's steps. */
export function stepsOf(parts: readonly Part[]): Step[] {
  const steps: Step[] = [];
  const literal = (text: string) => ({ kind: "literal" as const, units: unitsOf(text) ?? new Uint32Array() });
  for (const part of parts) {
    if (typeof part === "string") {
      steps.push(literal(part));
      continue;
    }
    const { operator, variables } = part;
    const style = styles[operator];
    const [first, separator] = [unitOf(style.first || "\0"), unitOf(style.separator)];
    if (style.named) {
      const keys = new Map(variables.map((variable) => [decodeName(variable.name), variable]));
      const barred = SLASH | QUERY_OR_FRAGMENT | (operator === ";" ? SEMICOLON : AMPERSAND);
      steps.push({ kind: "pairs", keys, first, separator, barred });
      continue;
    }
    const opening = steps.length;
    for (const [index, variable] of variables.entries()) {
      if (variable.exploded && (operator === "/" || operator === ".")) {
        const barred = operator === "/" ? QUERY_OR_FRAGMENT : SLASH | QUERY_OR_FRAGMENT;
        steps.push({ kind: "span", variable, barred, lead: separator });
        continue;
      }
      const before = index === 0 ? style.first : style.separator;
      if (before) steps.push(literal(before));
      const multiple = operator === "" && variable.exploded;
      const barred = style.reserved ? 0 : multiple ? QUERY_OR_FRAGMENT : SLASH | QUERY_OR_FRAGMENT;
      steps.push({ kind: "span", variable, barred });
    }
    if (operator === "#") (steps[opening] as Step & { kind: "literal" }).otherwise = steps.length;
  }
  return steps;
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function standsAt(literal: Units, units: Units, at: number): boolean {
  if (at + literal.length > units.length) return false;
  for (let i = 0; i < literal.length; i++) if (literal[i] !== units[at + i]) return false;
  return true;
}

/** Where the name of the pair whose separator stands at `at` ends, and whose it is. */
function keyAt(step: Pairs, units: Units, at: number): [end: number, variable: Variable] | undefined {
  let end = at + 1;
  while (end < units.length && units[end] !== EQUALS && !isBarred(units[end]!, step.barred)) end++;
  const variable = step.keys.get(textOf(units, at + 1, end));
  return variable && [end, variable];
}

/** For each position: whether a pair's value can go on or end there, and whether a whole pair can begin there. */
function pairsFrom(step: Pairs, units: Units, next: Uint8Array): { inside: Uint8Array; pair: Uint8Array } {
  const inside = new Uint8Array(units.length + 1);
  const pair = new Uint8Array(units.length + 1);
  for (let i = units.length; i >= 0; i--) {
    const unit = units[i];
    if (unit !== undefined && (unit === step.first || unit === step.separator)) {
      const key = keyAt(step, units, i);
      if (key) {
        const [end] = key;
        const ends = next[end]! || (units[end] === step.separator && pair[end]!);
        pair[i] = (units[end] === EQUALS ? inside[end + 1]! : ends) ? 1 : 0;
      }
    }
    const again = unit === step.separator && pair[i]!;
    const onward = unit !== undefined && !isBarred(unit, step.barred) && inside[i + 1]!;
    inside[i] = next[i]! || again || onward ? 1 : 0;
  }
  return { inside, pair };
}

/** For each position: whether the step, and after it all that `next` stands for, can match from there to the end. */
function reachable(step: Step, units: Units, next: Uint8Array, tables: readonly Uint8Array[]): Uint8Array {
  const length = units.length;
  const here = new Uint8Array(length + 1);
  if (step.kind === "literal") {
    const otherwise = step.otherwise === undefined ? undefined : tables[step.otherwise]!;
    for (let i = 0; i <= length; i++) {
      const reached = next[i + step.units.length] === 1 && standsAt(step.units, units, i);
      here[i] = reached || otherwise?.[i] ? 1 : 0;
    }
  } else if (step.kind === "pairs") {
    const { pair } = pairsFrom(step, units, next);
    for (let i = 0; i <= length; i++) here[i] = next[i]! || (units[i] === step.first && pair[i]!) ? 1 : 0;
  } else {
    const most = step.lead === undefined ? (step.variable.prefix ?? length) : length;
    if (step.lead !== undefined) here[length] = next[length]!;
    // The nearest position after i where the rest can match, and the end of the run of allowed units that i is in.
    let [nearest, runEnd] = [next[length] ? length : Infinity, length];
    for (let i = length - 1; i >= 0; i--) {
      if (isBarred(units[i]!, step.barred)) runEnd = i;
      const filled = nearest <= Math.min(runEnd, i + most) && (step.lead === undefined || units[i] === step.lead);
      here[i] = filled || (step.lead !== undefined && next[i]) ? 1 : 0;
      if (next[i]) nearest = i;
    }
  }
  return here;
}

/**
 * Matches units against steps; each value takes as much as it can, those to the left first, but only what it must where
 * an optional step follows: in `{+path}{?q}` the query is not the path's. The work is the product of the number of
 * steps and the number of units, whatever they hold. Undefined: no match.
 */
export function matchSteps(steps: readonly Step[], units: Units): Capture[] | undefined {
  const first = steps[0];
  if (first?.kind === "literal" && first.otherwise === undefined && !standsAt(first.units, units, 0)) return undefined;
  const tables: Uint8Array[] = [];
  tables[steps.length] = new Uint8Array(units.length + 1);
  tables[steps.length]![units.length] = 1;
  for (let s = steps.length - 1; s >= 0; s--) tables[s] = reachable(steps[s]!, units, tables[s + 1]!, tables);
  if (!tables[0]![0]) return undefined;

  const captures: Capture[] = [];
  let at = 0;
  for (let s = 0; s < steps.length; s++) {
    const step = steps[s]!;
    const next = tables[s + 1]!;
    if (step.kind === "literal") {
      if (next[at + step.units.length] && standsAt(step.units, units, at)) at += step.units.length;
      else s = step.otherwise! - 1;
    } else if (step.kind === "pairs") {
      at = capturePairs(step, units, next, at, captures);
    } else {
      const start = at;
      at = spanEnd(step, units, next, start, isOptional(steps[s + 1]));
      const pieces = step.lead === undefined ? [[start, at] as const] : piecesOf(units, start, at, step.lead);
      captures.push({ variable: step.variable, list: step.lead !== undefined, named: false, pieces });
    }
  }
  return captures;
}

/** Whether a step can match nothing. */
function isOptional(step: Step | undefined): boolean {
  if (step?.kind === "literal") return step.otherwise !== undefined;
  return step?.kind === "pairs" || step?.lead !== undefined;
}

/** Where a span from `start` ends: the nearest or the farthest position that lets the rest match. */
function spanEnd(step: Span, units: Units, next: Uint8Array, start: number, nearest: boolean): number {
  const { barred, lead, variable } = step;
  if (lead !== undefined && (units[start] !== lead || (nearest && next[start]))) return start;
  const last = Math.min(units.length, lead === undefined ? start + (variable.prefix ?? Infinity) : Infinity);
  let end = start;
  for (let i = start; i < last && !isBarred(units[i]!, barred); i++) {
    if (!next[i + 1]) continue;
    end = i + 1;
    if (nearest) break;
  }
  return end;
}

function piecesOf(units: Units, start: number, end: number, lead: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let i = start; i < end;) {
    let stop = i + 1;
    while (stop < end && units[stop] !== lead) stop++;
    pieces.push([i + 1, stop]);
    i = stop;
  }
  return pieces;
}

/** Takes the parameters from `start` on, adds what they hold to `captures`, and tells where they end. */
function capturePairs(step: Pairs, units: Units, next: Uint8Array, start: number, captures: Capture[]): number {
  const { inside, pair } = pairsFrom(step, units, next);
  const found = new Map<Variable, [number, number][]>();
  let at = start;
  for (let lead = step.first; units[at] === lead && pair[at]; lead = step.separator) {
    const [end, variable] = keyAt(step, units, at)!;
    at = end;
    let from = end;
    if (units[end] === EQUALS) {
      at = from = end + 1;
      while (at < units.length && !isBarred(units[at]!, step.barred) && inside[at + 1]) at++;
    }
    const pieces = found.get(variable);
    if (pieces) pieces.push([from, at]);
    else found.set(variable, [[from, at]]);
  }
  for (const [variable, pieces] of found) captures.push({ variable, list: variable.exploded, named: true, pieces });
  return at;
}
