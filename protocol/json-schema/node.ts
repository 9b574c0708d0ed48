import { nest, unnest, type Run as AnyRun } from "./bounds.js";
import type { SchemaError } from "./errors.js";
import type { Resource } from "./references.js";

/** The resources entered so far in one evaluation, innermost first: what `$dynamicRef` looks through. */
export interface Scope {
  readonly resource: Resource;
  readonly outer: Scope | undefined;
}

export type Run = AnyRun<Scope | undefined>;

/** Which members and items of an instance the schemas applied to it have looked at: for the `unevaluated*` keywords. */
export class Seen {
  readonly names = new Set<string>();
  readonly indexes = new Set<number>();
  /** All items before this index are seen. */
  items = 0;

  merge(other: Seen): void {
    for (const name of other.names) this.names.add(name);
    for (const index of other.indexes) this.indexes.add(index);
    if (other.items > this.items) this.items = other.items;
  }
}

/** Says whether an instance is valid, and notes in `seen`, where given, what it looked at. */
export type Check = (value: unknown, run: Run, seen: Seen | undefined) => boolean;

/** Says why it is not: adds to `out`, nothing where the instance is valid. `path` is the instance's. */
export type Explain = (value: unknown, path: string, run: Run, out: SchemaError[], seen?: Seen) => void;

/** One keyword with its value. */
export interface Rule {
  readonly check: Check;
  readonly explain: Explain;
  /** Applies other schemas, and so counts for the bounds. */
  readonly applies?: true;
  /** Needs what the other keywords of its schema have seen. */
  readonly late?: Late;
}

/** How the rules that need what others have seen come after these. */
export interface Late {
  check(first: Check, last: Check): Check;
  explain(
    first: readonly Rule[],
    last: readonly Rule[],
    value: unknown,
    path: string,
    run: Run,
    out: SchemaError[],
  ): void;
}

/** A keyword that looks at the value alone. */
export function assertion(
  check: (value: unknown, run: Run) => boolean,
  error: (path: string, value: unknown) => SchemaError,
): Rule {
  return {
    check,
    explain: (value, path, run, out) => {
      if (!check(value, run)) report(out, run, error(path, value));
    },
  };
}

/** Whether as many errors are found as are asked for, so that a search for more can end. */
export const full = (out: readonly SchemaError[], run: Run): boolean => out.length >= run.bounds.maxErrors;

export function report(out: SchemaError[], run: Run, error: SchemaError): void {
  if (full(out, run)) return;
  // Several branches of `allOf` often refuse the same for the same reason.
  for (let i = out.length - 1; i >= 0 && i >= out.length - LOOK_BACK; i--) {
    if (out[i]?.message === error.message && out[i]?.path === error.path) return;
  }
  out.push(error);
}

const LOOK_BACK = 10;

const always: Check = () => true;

/** A compiled schema. References hold the node, as its rules may not be there yet; parents hold its `check`. */
export class Node {
  check: Check = always;
  complete = false;
  /** The nodes that it applies to the same instance. */
  readonly inPlace: Node[] = [];
  readonly resource: Resource | undefined;
  /** The resource around it: differs from `resource` where the schema has an `$id`. */
  readonly outer: Resource | undefined;
  /** Where it stands, for errors. */
  readonly location: () => string;
  #rules: readonly Rule[] = [];
  #late: readonly Rule[] = [];

  constructor(resource: Resource | undefined, outer: Resource | undefined, location: () => string) {
    this.resource = resource;
    this.outer = outer;
    this.location = location;
  }

  /** Sets the rules; `around` is what checking them stands in. */
  finish(rules: readonly Rule[], around: (check: Check) => Check = (check) => check): this {
    this.#rules = rules.filter((rule) => !rule.late);
    this.#late = rules.filter((rule) => rule.late);
    let check = allOf(this.#rules);
    const [late] = this.#late;
    if (late) check = late.late!.check(check, allOf(this.#late));
    this.check = around(rules.some((rule) => rule.applies) ? nested(check) : check);
    this.complete = true;
    return this;
  }

  explain(value: unknown, path: string, run: Run, out: SchemaError[]): void {
    nest(run);
    const outer = run.scope;
    if (this.resource !== undefined && outer?.resource !== this.resource)
      run.scope = { resource: this.resource, outer };
    const before = out.length;
    for (const rule of this.#rules) {
      if (full(out, run)) break;
      rule.explain(value, path, run, out);
    }
    // What a failing keyword has not seen would be reported as unexpected: noise beside its own error.
    if (out.length === before) this.#late[0]?.late!.explain(this.#rules, this.#late, value, path, run, out);
    run.scope = outer;
    unnest(run);
  }
}

function allOf(rules: readonly Rule[]): Check {
  const checks = rules.map((rule) => rule.check);
  const [a, b, c] = checks;
  if (!a) return always;
  if (!b) return a;
  if (!c) return (value, run, seen) => a(value, run, seen) && b(value, run, seen);
  if (checks.length === 3) {
    return (value, run, seen) => a(value, run, seen) && b(value, run, seen) && c(value, run, seen);
  }
  return (value, run, seen) => {
    for (let i = 0; i < checks.length; i++) if (!(checks[i] as Check)(value, run, seen)) return false;
    return true;
  };
}

function nested(check: Check): Check {
  return (value, run, seen) => {
    nest(run);
    const valid = check(value, run, seen);
    unnest(run);
    return valid;
  };
}

/** Applies `check` with `resource` in the dynamic scope. */
export function checkWithin(
  resource: Resource,
  check: Check,
  value: unknown,
  run: Run,
  seen: Seen | undefined,
): boolean {
  const outer = run.scope;
  run.scope = { resource, outer };
  const valid = check(value, run, seen);
  run.scope = outer;
  return valid;
}
