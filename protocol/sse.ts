/** One event of a stream, as far as MCP uses such. */
export interface SseEvent {
  /** Its type; `message` unless told. */
  readonly event: string;
  /** Its data; undefined where it has none. */
  readonly data: string | undefined;
}

/**
 * Reads a stream of server-sent events, piece by piece.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseReader {
  /** The id that the last event left, from which the stream can be taken up. */
  lastId: string | undefined;
  /** How long to wait before the stream is taken up, in milliseconds, if the server said so. */
  retryMs: number | undefined;
  readonly #maxCharacters: number;
  /** What has come since the last line ended. */
  #parts: string[] = [];
  #waiting = 0;
  #begun = false;
  #event = "";
  #data: string | undefined;
  #id: string | undefined;

  /** Events of more characters than `maxCharacters` are refused. */
  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** The events that a piece of text completes. Throws a RangeError for one that is too long. */
  push(piece: string): SseEvent[] {
    const rest = this.#begun ? piece : piece.replace(/^\ufeff/, "");
    this.#begun ||= piece !== "";
    const halfEnded = this.#parts.at(-1)?.endsWith("\r");
    this.#parts.push(rest);
    this.#waiting += rest.length;
    const events: SseEvent[] = [];
    // What ends no line is only put by: a long line comes in many pieces.
    if (halfEnded || /[\r\n]/.test(rest)) {
      const text = this.#parts.join("");
      let start = 0;
      const ends = /\r\n|\n|\r/g;
      for (let end = ends.exec(text); end; end = ends.exec(text)) {
        // A line feed may still follow.
        if (end[0] === "\r" && end.index === text.length - 1) break;
        const event = this.#line(text.slice(start, end.index));
        if (event) events.push(event);
        start = end.index + end[0].length;
      }
      this.#parts = [text.slice(start)];
      this.#waiting = text.length - start;
    }
    if (this.#waiting + (this.#data?.length ?? 0) > this.#maxCharacters)
      throw new RangeError(`an event of more than ${this.#maxCharacters} characters`);
    return events;
  }

  #line(line: string): SseEvent | undefined {
    if (line === "") return this.#dispatch();
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line)!;
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): SseEvent | undefined {
    if (this.#id !== undefined) this.lastId = this.#id;
    const event = { event: this.#event || "message", data: this.#data || undefined };
    const empty = this.#data === undefined;
    this.#event = "";
    this.#data = undefined;
    return empty ? undefined : event;
  }
}
