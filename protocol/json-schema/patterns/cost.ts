import type { Expression } from "./parse.js";

/** What a backtracking matcher may have to do, at worst. */
export interface Cost {
  /** Ways to match that do not depend on the length of the text. Infinite where they grow exponentially with it. */
  readonly ways: number;
  /** Repetitions one after the other that depend on the length: the power by which the ways grow. */
  readonly loops: number;
  /** The highest number of `loops`, those of what is looked at on the way included. */
  readonly peak: number;
  /** Characters matched at least. */
  readonly width: number;
  /** States of a finite automaton that does the same. */
  readonly states: number;
  /** A finite automaton can do it. */
  readonly regular: boolean;
}

const NOTHING: Cost = { ways: 1, loops: 0, peak: 0, width: 0, states: 0, regular: true };

/** Fewer different counts than this make a repetition one of a fixed number of ways. */
const SMALL_RANGE = 8;

export function costOf(expression: Expression): Cost {
  switch (expression.kind) {
    case "start":
    case "end":
      return { ...NOTHING, states: 1 };
    case "set":
      return { ...NOTHING, width: 1, states: 1 };
    case "edge":
      return { ...NOTHING, regular: false };
    case "recall":
      return { ...NOTHING, loops: 1, peak: 1, regular: false };
    case "look": {
      const { ways, peak } = costOf(expression.body);
      return { ...NOTHING, ways: ways === Number.POSITIVE_INFINITY ? ways : 1, peak, regular: false };
    }
    case "sequence":
      return expression.parts.map(costOf).reduce(
        (a, b) => ({
          ways: a.ways * b.ways,
          loops: a.loops + b.loops,
          peak: Math.max(a.peak, a.loops + b.peak),
          width: a.width + b.width,
          states: a.states + b.states,
          regular: a.regular && b.regular,
        }),
        NOTHING,
      );
    case "choice":
      return expression.parts.map(costOf).reduce((a, b) => ({
        ways: a.ways + b.ways,
        loops: Math.max(a.loops, b.loops),
        peak: Math.max(a.peak, b.peak),
        width: Math.max(a.width, b.width),
        states: a.states + b.states + 1,
        regular: a.regular && b.regular,
      }));
    case "repeat":
      return repeated(costOf(expression.body), expression.min, expression.max);
  }
}

function repeated(body: Cost, min: number, max: number): Cost {
  const copies = max === Number.POSITIVE_INFINITY ? min + 1 : max;
  const rest = {
    width: body.width * min,
    states: (body.states + 1) * copies,
    regular: body.regular,
  };
  const plain = body.ways === 1 && body.loops === 0;
  if (max === min) {
    const loops = body.loops * min;
    return { ...rest, ways: body.ways ** min, loops, peak: Math.max(loops, body.peak) };
  }
  if (plain && max - min >= SMALL_RANGE) return { ...rest, ways: 1, loops: 1, peak: 1 + body.peak };
  if (plain) return { ...rest, ways: max - min + 1, loops: 0, peak: body.peak };
  if (max === 1) return { ...rest, ways: body.ways + 1, loops: body.loops, peak: body.peak };
  return { ...rest, ways: Number.POSITIVE_INFINITY, loops: body.loops, peak: body.peak };
}

/** Whether every match must begin at the start of the text. */
export function isAnchored(expression: Expression): boolean {
  if (expression.kind === "start") return true;
  if (expression.kind === "choice") return expression.parts.every(isAnchored);
  return expression.kind === "sequence" && expression.parts[0] !== undefined && isAnchored(expression.parts[0]);
}
