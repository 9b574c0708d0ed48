/** A regular expression, as far as its cost matters: what one character may be is left to `RegExp`. */
export type Expression =
  | { readonly kind: "set"; readonly source: string }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Expression[] }
  | { readonly kind: "repeat"; readonly body: Expression; readonly min: number; readonly max: number }
  | { readonly kind: "start" | "end" }
  /** What no finite automaton does: a look at `body` around here, `\b` and back-references. */
  | { readonly kind: "look"; readonly body: Expression; readonly ahead: boolean; readonly negative: boolean }
  | { readonly kind: "edge" | "recall" };

/** Groups within each other, so that a hostile pattern does not overflow the stack. */
const MAX_GROUPS = 100;

/** Parses what `RegExp` accepts with the flag `u`; undefined where groups are too deep or of an unknown kind. */
export function parse(source: string): Expression | undefined {
  return new Parser(source).whole();
}

/** Too many groups within each other, or unknown ones. */
class TooDeep extends Error {}

let set: RegExp | undefined;

class Parser {
  readonly #source: string;
  #at = 0;
  #groups = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Expression | undefined {
    try {
      return this.#choice();
    } catch (error) {
      if (error instanceof TooDeep) return undefined;
      throw error;
    }
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takesMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }

  #choice(): Expression {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Expression) : { kind: "choice", parts };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source.charAt(this.#at))) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: "sequence", parts };
  }

  #repeated(body: Expression): Expression {
    const match = this.#takesMatch(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
    if (match === null) return body;
    const [, sign, least, comma, most] = match;
    if (sign !== undefined) {
      return { kind: "repeat", body, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
    }
    const min = Number(least);
    return { kind: "repeat", body, min, max: most ? Number(most) : comma ? Number.POSITIVE_INFINITY : min };
  }

  #atom(): Expression {
    if (this.#takes("^")) return { kind: "start" };
    if (this.#takes("$")) return { kind: "end" };
    if (this.#takesMatch(/\\[bB]/y)) return { kind: "edge" };
    if (this.#takesMatch(/\\(?:[1-9]\d*|k<[^>]*>)/y)) return { kind: "recall" };
    const look = this.#takesMatch(/\(\?(<?)([=!])/y);
    if (look !== null || this.#takesMatch(/\((?:\?:|\?<[^>]*>)?/y) !== null) {
      if (++this.#groups > MAX_GROUPS || this.#source.startsWith("?", this.#at)) throw new TooDeep();
      const body = this.#choice();
      this.#groups--;
      this.#at++;
      return look === null ? body : { kind: "look", body, ahead: look[1] === "", negative: look[2] === "!" };
    }
    return { kind: "set", source: this.#takesMatch((set ??= new RegExp(sets().join("|"), "uy")))?.[0] ?? "" };
  }
}

/** The alternatives of one character or class of characters; two escaped surrogates are one character. */
const sets = (): string[] =>
  [
    /\[(?:\\[^]|[^\]\\])*\]/,
    /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}/,
    /\\u\{[\da-fA-F]+\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[a-zA-Z]|\\[pP]\{[^}]*\}/,
    /\\[^]|[^]/,
  ].map(({ source }) => source);

/**
 * The same expression without escapes that need none, such as `\@` and `\_`: common in the wild, but refused by the
 * flag `u`.
 */
export function unescape(source: string): string {
  let result = "";
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    if (char !== "\\" || i + 1 === source.length) {
      result += char;
      continue;
    }
    const next = source.charAt(++i);
    const needed = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(next) || (inClass && next === "-");
    result += needed ? char + next : next;
  }
  return result;
}
