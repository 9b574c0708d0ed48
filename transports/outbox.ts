import { encodeMessage } from "../protocol/encode.js";
import { own, type Message, type Response } from "../protocol/jsonrpc.js";

/** Where text goes. `write` answers whether more may follow at once; after a false one, `drained` is due. */
export interface Sink {
  write(text: string): boolean;
}

export interface OutboxOptions {
  /** Frames one message: a line, or an event, which may have an id. */
  readonly frame: (json: string, id?: string) => string;
  /** UTF-16 code units that may wait before log messages are left out. */
  readonly maxQueued: number;
  readonly onError: (error: unknown, where: string) => void;
  /**
   * Puts writing off, so that what is sent in one turn goes out in one piece. Without it each message is written at
   * once.
   */
  readonly defer?: (flush: () => void) => void;
}

/** What says only that something has changed: once is enough for a reader who has not heard of it yet. */
const changeMethod = /^notifications\/(resources\/updated|(tools|prompts|resources)\/list_changed)$/;

/**
 * Messages on their way to a reader who may be slow. While the reader is behind, progress that is overtaken by newer
 * progress is dropped, a change that waits to be told is not told twice, and log messages beyond the bound are left
 * out; responses always wait their turn.
 */
export class Outbox {
  readonly #sink: Sink;
  readonly #options: OutboxOptions;
  /** What waits for nothing but the end of its turn, and so is superseded by nothing: it goes out before the others. */
  #text = "";
  /** In the order of sending. The keys find what newer messages supersede; others are numbers that nothing asks for. */
  #waiting: Map<string | number, string> | undefined;
  #lastKey = 0;
  #queued = 0;
  #scheduled = false;
  #blocked = false;

  constructor(sink: Sink, options: OutboxOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Whether more waits than should: whoever feeds this outbox had better stop feeding it. */
  get congested(): boolean {
    return this.#blocked && this.#queued > this.#options.maxQueued;
  }

  get empty(): boolean {
    return this.#text === "" && !this.#waiting?.size;
  }

  /** Whether the reader has taken all that it was given. */
  get idle(): boolean {
    return !this.#blocked && this.empty;
  }

  send(message: Message | readonly Response[]): void {
    if (this.#leavesOut(message)) return;
    const json = encodeMessage(message, this.#options.onError);
    if (json !== undefined) this.#send(message, json, this.#options.frame(json));
  }

  /** The same for a message that is encoded already, and whose event has an id. */
  sendEncoded(message: Message | readonly Response[], json: string, id: string): void {
    if (!this.#leavesOut(message)) this.#send(message, json, this.#options.frame(json, id));
  }

  #send(message: Message | readonly Response[], json: string, text: string): void {
    if (!this.#write(text)) this.#enqueue(this.#blocked ? keyOf(message, json) : undefined, json, text);
  }

  /** Sends text that is framed already. */
  sendText(text: string): void {
    if (!this.#write(text)) this.#enqueue(undefined, text, text);
  }

  #leavesOut(message: Message | readonly Response[]): boolean {
    return this.congested && own(message, "method") === "notifications/message";
  }

  /** Writes at once where it may, and says whether. */
  #write(text: string): boolean {
    if (this.#options.defer || this.#blocked) return false;
    this.#blocked = !this.#sink.write(text);
    return true;
  }

  #enqueue(key: string | undefined, json: string, text: string): void {
    const { defer } = this.#options;
    this.#wait(key, json, text);
    if (defer && !this.#scheduled && !this.#blocked) {
      this.#scheduled = true;
      defer(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  /** Writes what waits, as far as the reader takes it. */
  flush(): void {
    if (this.#blocked || this.empty) return;
    const text = this.#waiting?.size ? this.#text + [...this.#waiting.values()].join("") : this.#text;
    this.#text = "";
    this.#waiting = undefined;
    this.#queued = 0;
    this.#blocked = !this.#sink.write(text);
  }

  /** The reader has caught up. */
  drained(): void {
    this.#blocked = false;
    this.flush();
  }

  #wait(key: string | undefined, json: string, text: string): void {
    if (!this.#blocked && !this.#waiting?.size) {
      this.#text += text;
      this.#queued += text.length;
      return;
    }
    const waiting = (this.#waiting ??= new Map());
    if (key !== undefined) {
      const before = waiting.get(key);
      // The key of a change is the change itself: it waits to be told already.
      if (before !== undefined && key === json) return;
      this.#queued -= before?.length ?? 0;
      // Taken out, so that the newer one stands at the end and not in the older one's place.
      waiting.delete(key);
    }
    waiting.set(key ?? ++this.#lastKey, text);
    this.#queued += text.length;
  }
}

/** What tells a message from others that it supersedes or repeats; undefined for one that stands for itself. */
function keyOf(message: Message | readonly Response[], json: string): string | undefined {
  const method = own(message, "method");
  if (method === "notifications/progress") {
    return `progress ${JSON.stringify(own(own(message, "params"), "progressToken"))}`;
  }
  return typeof method === "string" && changeMethod.test(method) ? json : undefined;
}
