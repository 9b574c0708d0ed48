import { PassThrough } from "node:stream";
import type { Endpoint } from "../../protocol/endpoint.js";
import { serveStdio, type StdioOptions } from "../stdio.js";
import type { Wire } from "./messages.js";

/** A server on a pair of streams, and its client's end of them. */
export interface StdioWire {
  readonly input: PassThrough;
  readonly output: PassThrough;
  /** Settles when serving has ended. */
  readonly served: Promise<void>;
  send(...messages: unknown[]): void;
  /** The next line that came, parsed. */
  next(): Promise<Wire>;
  /** All lines from here to the end of the output, parsed; asks for the end of the input first. */
  rest(): Promise<Wire[]>;
}

export function openStdio(server: Endpoint, options: StdioOptions = {}): StdioWire {
  const input = new PassThrough();
  const output = new PassThrough();
  const lines = linesOf(output);
  const served = serveStdio(server, { input, output, ...options });
  // The client's end sees the end of the output when the server is done, as it does with a process.
  served.then(
    () => output.end(),
    () => output.end(),
  );
  return {
    input,
    output,
    served,
    send: (...messages) => void input.write(messages.map((message) => `${JSON.stringify(message)}\n`).join("")),
    async next() {
      const { done, value } = await lines.next();
      if (done) throw new Error("the output has ended");
      return JSON.parse(value) as Wire;
    },
    async rest() {
      input.end();
      const all: Wire[] = [];
      for await (const line of lines) all.push(JSON.parse(line));
      await served;
      return all;
    },
  };
}

/** The lines of a stream of text. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk.toString("utf8");
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
  if (text !== "") throw new Error(`the output ends in the middle of a line: ${text}`);
}
