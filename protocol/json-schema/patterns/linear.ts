import { charge } from "../bounds.js";
import type { Run } from "../node.js";
import type { Expression } from "./parse.js";

/** Instructions of a nondeterministic automaton: what is read or asserted, and where it goes on. */
type Instruction =
  | { readonly kind: "set"; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: "split"; readonly next: readonly number[] }
  | { readonly kind: "start" | "end"; readonly next: number }
  | { readonly kind: "match" };

/** Several instructions at once: a state of the deterministic automaton, made when it is first reached. */
interface State {
  readonly sets: readonly { readonly set: CharacterSet; readonly next: number }[];
  /** A match, whatever follows. */
  readonly matched: boolean;
  /** A match, if nothing follows. */
  readonly matchedAtEnd: boolean;
  readonly next: Map<number, State>;
}

/** The instruction that every program begins with. */
const MATCH = 0;

/** What tells states apart: what they read, and what they are at the end. */
const decides: ReadonlySet<Instruction["kind"]> = new Set(["set", "end", "match"]);

/** States kept. Beyond, all are forgotten and made anew: slower, but bounded in memory. */
const MAX_STATES = 500;
const MAX_STATE_SIZE_IN_ALL = 50_000;

/** Which characters one place of a pattern accepts: asked of `RegExp` once for each character. */
class CharacterSet {
  readonly #expression: RegExp | undefined;
  readonly #only: number | undefined;
  readonly #ascii = new Uint8Array(128);

  constructor(source: string) {
    // Most places of most patterns take one character, for which an expression costs too much.
    if (/^[^.[\\]$/u.test(source)) this.#only = source.codePointAt(0);
    else this.#expression = new RegExp(`^(?:${source})$`, "u");
  }

  has(codePoint: number): boolean {
    if (this.#expression === undefined) return codePoint === this.#only;
    if (codePoint >= 128) return this.#expression.test(String.fromCodePoint(codePoint));
    let known = this.#ascii[codePoint];
    if (!known) this.#ascii[codePoint] = known = this.#expression.test(String.fromCharCode(codePoint)) ? 2 : 1;
    return known === 2;
  }
}

/**
 * Finds matches of an expression in time linear in the text, whatever the expression, by following all ways at once
 * (Thompson's construction, made deterministic as the text needs it).
 */
export class LinearMatcher {
  readonly #program: Instruction[] = [{ kind: "match" }];
  readonly #sets = new Map<string, CharacterSet>();
  readonly #start: number;
  readonly #states = new Map<string, State>();
  #size = 0;
  #initial: State | undefined;

  constructor(expression: Expression) {
    this.#start = this.#compile(expression, MATCH);
  }

  /** Whether the expression matches somewhere in `text`. Steps are charged to `run`. */
  matches(text: string, run: Run): boolean {
    charge(run, text.length >> 3);
    let state = (this.#initial ??= this.#reach([], true, run));
    for (let i = 0; i < text.length;) {
      if (state.matched) return true;
      const codePoint = text.codePointAt(i) as number;
      i += codePoint > 0xffff ? 2 : 1;
      state = state.next.get(codePoint) ?? this.#advance(state, codePoint, run);
    }
    return state.matched || state.matchedAtEnd;
  }

  #add(instruction: Instruction): number {
    return this.#program.push(instruction) - 1;
  }

  /** Adds what matches `expression` and then goes on at `next`; returns where it begins. */
  #compile(expression: Expression, next: number): number {
    switch (expression.kind) {
      case "set": {
        let set = this.#sets.get(expression.source);
        if (set === undefined) this.#sets.set(expression.source, (set = new CharacterSet(expression.source)));
        return this.#add({ kind: "set", set, next });
      }
      case "start":
      case "end":
        return this.#add({ kind: expression.kind, next });
      case "sequence":
        return expression.parts.reduceRight((then, part) => this.#compile(part, then), next);
      case "choice":
        return this.#add({ kind: "split", next: expression.parts.map((part) => this.#compile(part, next)) });
      case "repeat": {
        const { body, min, max } = expression;
        let at = next;
        if (max === Number.POSITIVE_INFINITY) {
          const targets = [next];
          at = this.#add({ kind: "split", next: targets });
          targets.push(this.#compile(body, at));
        } else {
          for (let i = min; i < max; i++) at = this.#add({ kind: "split", next: [next, this.#compile(body, at)] });
        }
        for (let i = 0; i < min; i++) at = this.#compile(body, at);
        return at;
      }
      default:
        throw new TypeError(`a finite automaton cannot ${expression.kind}`);
    }
  }

  #advance(state: State, codePoint: number, run: Run): State {
    charge(run, state.sets.length);
    const targets: number[] = [];
    for (const { set, next } of state.sets) if (set.has(codePoint)) targets.push(next);
    const reached = this.#reach(targets, false, run);
    // Texts of many different characters must not fill the memory either.
    if (state.next.size >= MAX_STATES) state.next.clear();
    state.next.set(codePoint, reached);
    return reached;
  }

  /** The state of being at `targets`, or at the beginning: a match may begin anywhere. */
  #reach(targets: readonly number[], atStart: boolean, run: Run): State {
    const from = [...targets, this.#start];
    const here = this.#closure(from, atStart, false, run);
    const key = `${atStart ? "^" : ""}${here.join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const instructions = here.map((index) => this.#program[index] as Instruction);
    const state: State = {
      sets: instructions.filter((each) => each.kind === "set"),
      matched: instructions.some((each) => each.kind === "match"),
      matchedAtEnd: this.#closure(from, atStart, true, run).includes(MATCH),
      next: new Map(),
    };
    this.#size += here.length;
    if (this.#states.size >= MAX_STATES || this.#size > MAX_STATE_SIZE_IN_ALL) {
      this.#states.clear();
      this.#initial = undefined;
      this.#size = here.length;
    }
    this.#states.set(key, state);
    return state;
  }

  /** All that is reached without reading, in order; without what only led there. */
  #closure(from: readonly number[], atStart: boolean, atEnd: boolean, run: Run): number[] {
    const visited = new Set<number>();
    const open = [...from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (visited.has(index)) continue;
      visited.add(index);
      const instruction = this.#program[index] as Instruction;
      if (instruction.kind === "split") open.push(...instruction.next);
      else if (instruction.kind === "start" && atStart) open.push(instruction.next);
      else if (instruction.kind === "end" && atEnd) open.push(instruction.next);
    }
    charge(run, 2 * visited.size);
    return [...visited]
      .filter((index) => decides.has((this.#program[index] as Instruction).kind))
      .sort((a, b) => a - b);
  }
}
