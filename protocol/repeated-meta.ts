import { own, parseMessage } from "./jsonrpc.js";

/** Where the last `_meta` of a text may begin. */
const START = ',"_meta":{';
/** UTF-16 code units: longer ones are not kept. */
const LONGEST = 1024;
/** Most servers have one client, or a few kinds of them. */
const KEPT = 4;
/** One message in so many is looked at for what the next ones may repeat. */
const LOOKS = 16;

interface Ending {
  /** The last characters of a message: `,"_meta":{…}}}`. */
  readonly text: string;
  readonly meta: object;
}

/**
 * Parses messages. A client of 2026-07-28 says with each request who it is, mostly in the same characters at the
 * message's end: these are parsed and checked once, and the requests share one frozen `_meta` from then on. What comes
 * of a text is what {@link parseMessage} makes of it, whatever the text.
 *
 * Page: `2026-07-28/basic/index#meta`.
 */
export class RepeatedMeta {
  readonly #maxDepth: number;
  readonly #endings: Ending[] = [];
  #looks = 0;
  #candidate = "";
  /**
   * Stands in for `_meta` while the rest is parsed: where it is found again is where the ending belongs. A number that
   * no sender knows, and a small integer, which is parsed most quickly.
   */
  readonly #mark = Math.floor(Math.random() * 2 ** 30);
  readonly #markedEnd = `,"_meta":${this.#mark}}}`;

  /** `maxDepth`: how deeply a message may be nested. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Throws what {@link parseMessage} throws. */
  parse(text: string): unknown {
    for (let i = 0; i < this.#endings.length; i++) {
      const ending = this.#endings[i]!;
      if (text.endsWith(ending.text)) return this.#parseBefore(ending, text) ?? parseMessage(text, this.#maxDepth);
    }
    const message = parseMessage(text, this.#maxDepth);
    if (this.#looks++ % LOOKS === 0) this.#look(text, message);
    return message;
  }

  /** The message, where the ending is that of its params; otherwise undefined. */
  #parseBefore(ending: Ending, text: string): unknown {
    let message: unknown;
    try {
      message = parseMessage(text.slice(0, -ending.text.length) + this.#markedEnd, this.#maxDepth);
    } catch {
      // Whatever is wrong is told in the words for the text as it came.
      return undefined;
    }
    const params = own(message, "params");
    if (own(params, "_meta") !== this.#mark) return undefined;
    (params as { _meta: unknown })._meta = ending.meta;
    return message;
  }

  /** Keeps the ending of a message if it comes for the second time. */
  #look(text: string, message: unknown): void {
    const at = text.lastIndexOf(START);
    const end = at === -1 ? "" : text.slice(at);
    if (end.length > LONGEST || !end.endsWith("}}}")) return;
    // Which progress is meant is another one with each request; an escape could spell `__proto__`.
    if (/progressToken|__proto__|\\/.test(end)) return;
    // A copy of its own: what is cut from a text keeps all of it alive.
    if (end !== this.#candidate) return void (this.#candidate = JSON.parse(JSON.stringify(end)) as string);
    const meta = metaOf(end);
    if (meta === undefined || own(own(message, "params"), "_meta") === undefined) return;
    if (this.#endings.length === KEPT) this.#endings.shift();
    this.#endings.push({ text: this.#candidate, meta });
  }
}

function metaOf(end: string): object | undefined {
  try {
    return frozen(JSON.parse(end.slice(START.length - 1, -2)) as object);
  } catch {
    // What looked like `_meta` stands in a text.
    return undefined;
  }
}

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === "object" && member !== null) frozen(member as object);
  return Object.freeze(value);
}
