/** What one evaluation may cost at most. All are options of `compile`, with its defaults. */
export interface Bounds {
  readonly maxSchemaDepth: number;
  readonly maxSubschemas: number;
  readonly maxInstanceDepth: number;
  readonly maxSteps: number;
  readonly maxErrors: number;
  readonly maxPatternLength: number;
}

/** The limit that ended an evaluation. Thrown, so that no `not` or `anyOf` can take it for a plain failure. */
export class Exceeded {
  readonly limit: "maxSteps" | "maxInstanceDepth";

  constructor(limit: "maxSteps" | "maxInstanceDepth") {
    this.limit = limit;
  }
}

const TOO_MANY_STEPS = new Exceeded("maxSteps");
const TOO_DEEP = new Exceeded("maxInstanceDepth");

/**
 * Schemas applied within each other, on whatever instance. Static loops are refused by `compile`; this ends those that
 * arise through `$dynamicRef`, and keeps the JavaScript stack from overflowing.
 */
const MAX_NESTING = 1_000;

/** The state of one evaluation. */
export class Run<Scope = unknown> {
  readonly bounds: Bounds;
  steps: number;
  /** Levels that are left to go down into the instance. */
  depth: number;
  /** Schemas that may still be applied within each other. */
  nesting: number = MAX_NESTING;
  /** The dynamic scope, innermost first. */
  scope: Scope;

  constructor(bounds: Bounds, scope: Scope) {
    this.bounds = bounds;
    this.steps = bounds.maxSteps;
    this.depth = bounds.maxInstanceDepth;
    this.scope = scope;
  }
}

/** Charges `count` steps. */
export function charge(run: Run, count: number): void {
  if ((run.steps -= count) < 0) throw TOO_MANY_STEPS;
}

/** Goes one level down into the instance, to look at `count` members or items there. `leave` goes back up. */
export function enter(run: Run, count: number): void {
  if ((run.steps -= count) < 0) throw TOO_MANY_STEPS;
  if (--run.depth < 0) throw TOO_DEEP;
}

export function leave(run: Run): void {
  run.depth++;
}

/** Begins to apply a schema that applies others. `unnest` ends it. */
export function nest(run: Run): void {
  if (--run.steps < 0) throw TOO_MANY_STEPS;
  if (--run.nesting < 0) throw TOO_DEEP;
}

export function unnest(run: Run): void {
  run.nesting++;
}
