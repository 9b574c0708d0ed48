import { encodeMessage } from "../protocol/encode.js";
import { own, type Message, type Response } from "../protocol/jsonrpc.js";

/** Where text goes. `write` answers whether more may follow at once; after a false one, `drained` is due. */
export interface Sink {
  write(text: string): boolean;
}

export interface OutboxOptions {
  /** Frames one message: a line, or an event. */
  readonly frame: (json: string) => string;
  /** UTF-16 code units that may wait before log messages are left out. */
  readonly maxQueued: number;
  readonly onError: (error: unknown, where: string) => void;
  /** Puts writing off, so that what is sent in one turn goes out in one piece. Without it each message is written at once. */
  readonly defer?: (flush: () => void) => void;
}

interface Waiting {
  text: string;
  /** Set for progress: only the last one of a token is worth sending. */
  readonly progressToken: unknown;
}

/**
 * Messages on their way to a reader who may be slow. While the reader is behind, progress that is overtaken by newer
 * progress is dropped, and log messages beyond the bound are left out; responses always wait their turn.
 */
export class Outbox {
  readonly #sink: Sink;
  readonly #options: OutboxOptions;
  #waiting: Waiting[] = [];
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
    return this.#waiting.length === 0;
  }

  send(message: Message | readonly Response[]): void {
    const method = own(message, "method");
    if (this.congested && method === "notifications/message") return;
    const json = encodeMessage(message, this.#options.onError);
    if (json === undefined) return;
    const text = this.#options.frame(json);
    const { defer } = this.#options;
    if (!defer && !this.#blocked) {
      this.#blocked = !this.#sink.write(text);
      return;
    }
    const progressToken = method === "notifications/progress" ? own(own(message, "params"), "progressToken") : undefined;
    if (this.#blocked && progressToken !== undefined) this.#dropProgress(progressToken);
    this.#waiting.push({ text, progressToken });
    this.#queued += text.length;
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
    if (this.#blocked || this.#waiting.length === 0) return;
    const text = this.#waiting.length === 1 ? this.#waiting[0]!.text : this.#waiting.map((item) => item.text).join("");
    this.#waiting = [];
    this.#queued = 0;
    this.#blocked = !this.#sink.write(text);
  }

  /** The reader has caught up. */
  drained(): void {
    this.#blocked = false;
    this.flush();
  }

  #dropProgress(token: unknown): void {
    const at = this.#waiting.findIndex((item) => item.progressToken === token);
    if (at === -1) return;
    this.#queued -= this.#waiting[at]!.text.length;
    this.#waiting.splice(at, 1);
  }
}
