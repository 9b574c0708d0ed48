import { charge } from "../bounds.js";
import type { Site } from "../builder.js";
import { describe, literal } from "../messages.js";
import type { Run } from "../node.js";
import { costOf, isAnchored } from "./cost.js";
import { LinearMatcher } from "./linear.js";
import { parse, unescape, type Expression } from "./parse.js";

/** Whether a pattern matches somewhere in a text. Charges steps for long texts. */
export type Matches = (text: string, run: Run) => boolean;

/** Up to this many ways, and characters to compare for each, `RegExp` is as good as linear. */
const FEW = 64;

/** Ways that a backtracking matcher goes in the time of one step. */
const WAYS_PER_STEP = 16;

/** States of the automata of all patterns of a schema: some 5 MB at most. */
const MAX_STATES = 50_000;

/** Texts up to this length are matched without charge where the time is linear. */
const SHORT = 256;

/**
 * Compiles a regular expression of ECMA-262 with the flag `u`, as JSON Schema has them. What `RegExp` matches in linear
 * time is left to it; the rest is matched by automata, which never backtrack. What no automaton does (looking around
 * in the middle, back-references) is charged with the steps that it may take at worst, and refused where they are
 * exponential.
 */
export function compilePattern(keyword: string, source: unknown, site: Site): Matches {
  if (typeof source !== "string") site.malformed(keyword, "a regular expression", source);
  const { maxPatternLength } = site.builder.bounds;
  if (source.length > maxPatternLength) {
    const problem = `must be at most ${maxPatternLength} characters long, is ${source.length}`;
    site.refuse("schema-too-large", keyword, problem);
  }
  const expression = expressionOf(keyword, source, site);
  const parsed = parse(expression.source);
  if (parsed === undefined)
    site.refuse(
      "unsafe-pattern",
      keyword,
      `${literal(source)} has too many groups in groups, or some of an unknown kind`,
    );

  const { ways, loops, peak, width, regular } = costOf(parsed);
  const power = peak + (isAnchored(parsed) ? 0 : 1);
  if (ways <= FEW && (power === 0 || (width <= FEW && power === 1 && regular))) {
    return (text, run) => {
      if (text.length > SHORT) charge(run, text.length >> 4);
      return expression.test(text);
    };
  }
  const automata = automataOf(parsed);
  if (automata !== undefined) {
    site.builder.states += automata.reduce((sum, each) => sum + costOf(each.expression).states, 0);
    if (site.builder.states > MAX_STATES) {
      site.refuse("unsafe-pattern", keyword, `${literal(source)} has too many repetitions`);
    }
    return allOf(automata);
  }
  if (ways * 2 ** loops > FEW * FEW) {
    const problem = `${literal(source)} can take time exponential in the length of a text`;
    site.refuse("unsafe-pattern", keyword, problem);
  }
  return (text, run) => {
    charge(run, Math.ceil((ways * text.length ** power) / WAYS_PER_STEP));
    return expression.test(text);
  };
}

interface Automaton {
  readonly expression: Expression;
  /** Must not match. */
  readonly negative: boolean;
}

/**
 * The expression as a conjunction of regular ones: itself, or, as is usual for passwords and the like, what it looks
 * ahead at from the start, and the rest. Undefined where it is more involved.
 */
function automataOf(expression: Expression): readonly Automaton[] | undefined {
  if (costOf(expression).regular) return [{ expression, negative: false }];
  if (expression.kind !== "sequence" || expression.parts[0]?.kind !== "start") return undefined;
  const [start, ...parts] = expression.parts;
  const automata: Automaton[] = [];
  for (let part = parts[0]; part?.kind === "look" && part.ahead; part = parts[0]) {
    automata.push({ expression: { kind: "sequence", parts: [start, part.body] }, negative: part.negative });
    parts.shift();
  }
  automata.push({ expression: { kind: "sequence", parts: [start, ...parts] }, negative: false });
  return automata.every((each) => costOf(each.expression).regular) ? automata : undefined;
}

function allOf(automata: readonly Automaton[]): Matches {
  const made: LinearMatcher[] = [];
  return (text, run) =>
    automata.every(({ expression, negative }, i) => {
      const matcher = (made[i] ??= new LinearMatcher(expression));
      return matcher.matches(text, run) !== negative;
    });
}

function expressionOf(keyword: string, source: string, site: Site): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    try {
      return new RegExp(unescape(source), "u");
    } catch {
      site.refuse("malformed-pattern", keyword, `must be a regular expression, got ${describe(source)}: ${error}`);
    }
  }
}
