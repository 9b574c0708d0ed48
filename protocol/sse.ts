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
  #text = "";
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
    this.#text += piece;
    if (!this.#begun && this.#text !== "") {
      this.#begun = true;
      if (this.#text.startsWith("\ufeff")) this.#text = this.#text.slice(1);
    }
    const events: SseEvent[] = [];
    let start = 0;
    const ends = /\r\n|\n|\r/g;
    for (let end = ends.exec(this.#text); end; end = ends.exec(this.#text)) {
      // A line feed may still follow.
      if (end[0] === "\r" && end.index === this.#text.length - 1) break;
      const event = this.#line(this.#text.slice(start, end.index));
      if (event) events.push(event);
      start = end.index + end[0].length;
    }
    this.#text = this.#text.slice(start);
    if (this.#text.length + (this.#data?.length ?? 0) > this.#maxCharacters)
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
