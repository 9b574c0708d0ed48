import type { Json } from "../trace.js";
import type { Entry, Recording } from "./recording.js";
import { redact } from "./redaction.js";

/** Takes down what crosses, in order and with the time. Secrets are taken out when it is finished. */
export class Recorder {
  readonly #started = new Date();
  readonly #from = performance.now();
  readonly #entries: Entry[] = [];

  constructor(readonly wire: Recording["wire"]) {}

  /** Takes down one thing that crossed. */
  note(entry: Omit<Entry, "at">): void {
    this.#entries.push({ at: Math.round((performance.now() - this.#from) * 10) / 10, ...entry });
  }

  /** Takes down the text of a message, or of what should have been one. */
  noteText(by: Entry["by"], text: string, http?: Entry["http"]): void {
    const rest = http === undefined ? {} : { http };
    let message: Json;
    try {
      message = JSON.parse(text) as Json;
    } catch {
      return this.note({ by, raw: text, ...rest });
    }
    this.note({ by, message, ...rest });
  }

  /** The recording so far, without its secrets and without the values of `names`. */
  finish(names: readonly string[] = []): Recording {
    const entries = redact(this.#entries, names);
    return { recording: 1, started: this.#started.toISOString(), wire: this.wire, entries };
  }
}
