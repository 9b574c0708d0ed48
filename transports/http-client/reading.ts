import { CallFailed } from "../../protocol/call-failed.js";
import { messageOf } from "../../protocol/errors.js";
import { parseMessage } from "../../protocol/jsonrpc.js";
import { SseReader, type SseEvent } from "../../protocol/sse.js";

/** What a message of the server may be at most. */
export interface Bounds {
  readonly maxMessageBytes: number;
  readonly maxDepth: number;
}

/** The media type of an answer, without parameters. */
export const mediaType = (response: Response): string =>
  (response.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();

/** The text of a body of at most `maxBytes` bytes. Throws `message_too_large`. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of chunksOf(response)) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The events of a stream, as they come; `reader` keeps what is needed to take it up again. */
export async function* readEvents(response: Response, reader: SseReader, maxBytes: number): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(response)) {
    let events: SseEvent[];
    try {
      events = reader.push(decoder.decode(chunk, { stream: true }));
    } catch {
      throw tooLarge(maxBytes);
    }
    yield* events;
  }
}

/** A parsed message. Throws `malformed_answer`. */
export function parse(text: string, { maxDepth }: Bounds): unknown {
  try {
    return parseMessage(text, maxDepth);
  } catch (error) {
    throw new CallFailed("malformed_answer", `The server sent no message: ${messageOf(error)}`, { cause: error });
  }
}

/** Whoever stops reading early closes the stream. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  let over = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      over = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!over) reader.cancel().catch(() => {});
  }
}

const tooLarge = (maxBytes: number): CallFailed =>
  new CallFailed("message_too_large", `A message of the server has more than ${maxBytes} bytes (maxMessageBytes)`);
