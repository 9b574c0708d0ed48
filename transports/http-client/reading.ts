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
export async function readText(response: Response, maxBytes: number, signal?: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of chunksOf(response, signal)) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The events of a stream, as they come; `reader` keeps what is needed to take it up again. */
export async function* readEvents(
  response: Response,
  reader: SseReader,
  maxBytes: number,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(response, signal)) {
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

/**
 * Whoever stops reading early closes the stream, and so does the signal: what sent the request may not heed it any more
 * once it has answered. Throws the signal's reason.
 */
async function* chunksOf(response: Response, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", leave);
  let over = false;
  try {
    for (;;) {
      if (signal?.aborted) throw signal.reason;
      const { done, value } = await reader.read();
      over = done;
      if (signal?.aborted) throw signal.reason;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", leave);
    if (!over) leave();
  }
}

const tooLarge = (maxBytes: number): CallFailed =>
  new CallFailed("message_too_large", `A message of the server has more than ${maxBytes} bytes (maxMessageBytes)`);

/** A server says 401, and no token could be had. */
export function unauthorized({ origin }: URL, { status, headers }: Response): CallFailed {
  const challenge = headers.get("www-authenticate") ?? undefined;
  return new CallFailed("unauthorized", `${origin} wants authorization`, { status, data: { challenge } });
}
