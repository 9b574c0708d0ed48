import type { Readable } from "node:stream";
import { readArrival } from "./wire.js";
import type { Arrival } from "./wire.js";

/** Messages, one a line. What comes while nobody receives is kept for the next who does. */
export class Lines {
  #receive: ((arrival: Arrival) => void) | undefined;
  #kept: Arrival[] = [];
  #rest = "";

  read(stream: Readable): void {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (this.#rest + chunk).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#hand(readArrival(line));
    });
  }

  set receive(receive: ((arrival: Arrival) => void) | undefined) {
    this.#receive = receive;
    if (receive) for (const arrival of this.#kept.splice(0)) receive(arrival);
  }

  noise(text: string): void {
    this.#hand({ kind: "noise", text });
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#rest !== "") this.noise(`a line without its end: ${this.#rest}`);
    this.#rest = "";
  }

  #hand(arrival: Arrival): void {
    if (this.#receive) this.#receive(arrival);
    else this.#kept.push(arrival);
  }
}
