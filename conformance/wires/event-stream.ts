/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
  /** The milliseconds of a `retry` field. */
  readonly retry?: number;
}

/**
 * Reads `text/event-stream` bytes as they come, in any pieces, and hands out each event at its blank line. Comments and
 * fields that nobody knows are passed over; an event that the stream's end cuts short is lost, as the format says.
 */
export function eventReader(emit: (event: StreamEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  let event = "message";
  let data: string[] = [];
  let id: string | undefined;
  let retry: number | undefined;

  const line = (text: string): void => {
    if (text === "") {
      const wait = retry === undefined ? {} : { retry };
      if (data.length > 0 || id !== undefined || retry !== undefined)
        emit({ event, data: data.join("\n"), id, ...wait });
      [event, data, id, retry] = ["message", [], undefined, undefined];
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id") id = value;
    else if (field === "retry" && /^\d+$/.test(value)) retry = Number(value);
  };

  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the very end may be half of a CR LF pair that the next piece completes.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = (held ? rest.slice(0, -1) : rest).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + held;
    for (const text of lines) line(text);
  };
}
