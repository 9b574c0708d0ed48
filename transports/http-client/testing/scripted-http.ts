import { connect, httpTransport, type ConnectOptions } from "../../../client/index.js";
import type { Wire } from "../../../client/testing/scripted.js";
import { FakeClock } from "../../../protocol/fake-clock.js";

export interface Got {
  readonly url: string;
  readonly redirect: string | undefined;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Wire;
  readonly signal: AbortSignal;
}
export type Answer = Response | Error | undefined;

/** A client of a server that a test writes: each request is answered by `react`; undefined: never. */
export function scripted(
  react: (got: Got) => Answer | Promise<Answer>,
  options: ConnectOptions = {},
  transport: object = {},
) {
  const gets: Got[] = [];
  const fetch = async (url: unknown, { method, headers, body, signal, redirect }: RequestInit): Promise<Response> => {
    const got = {
      url: String(url),
      redirect,
      method: method!,
      headers: new Headers(headers),
      body: body && JSON.parse(String(body)),
      signal: signal!,
    };
    gets.push(got);
    const answer = await react(got);
    if (answer instanceof Error) throw answer;
    if (answer) return answer;
    return new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));
  };
  const clock = options.clock ?? new FakeClock();
  const wire = httpTransport("http://host/mcp", { fetch: fetch as typeof globalThis.fetch, clock, ...transport });
  return { gets, clock: clock as FakeClock, connected: connect(wire, { clock, ...options }) };
}

export const json = (body: object, init: ResponseInit = {}) =>
  new Response(JSON.stringify({ jsonrpc: "2.0", ...body }), {
    ...init,
    headers: { "Content-Type": "application/json; charset=utf-8", ...init.headers },
  });
export const events = (text: string, init: ResponseInit = {}) =>
  new Response(text, { ...init, headers: { "Content-Type": "text/event-stream", ...init.headers } });
export const event = (body: object, id?: string) =>
  `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify({ jsonrpc: "2.0", ...body })}\n\n`;
/** A stream that stays open until its reader leaves. */
export const open = (text: string, onCancel: () => void = () => {}) =>
  events(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      cancel: onCancel,
    }) as unknown as string,
  );
/** A stream that breaks after a text. */
export const broken = (text: string) => {
  let pulls = 0;
  return events(
    new ReadableStream({
      pull: (controller) =>
        pulls++ === 0 ? controller.enqueue(new TextEncoder().encode(text)) : controller.error(new Error("reset")),
    }) as unknown as string,
  );
};
export const content = [{ type: "text", text: "x" }];
const discovered = { resultType: "complete", supportedVersions: ["2026-07-28"], capabilities: { tools: {} }, ttlMs: 0 };

/** A modern server. */
export const modern =
  (call: (got: Got) => Answer | Promise<Answer>) =>
  (got: Got): Answer | Promise<Answer> =>
    got.body?.method === "server/discover" ? json({ id: got.body.id, result: discovered }) : call(got);

/** A server with sessions. */
export const legacy =
  (
    call: (got: Got) => Answer | Promise<Answer>,
    version = "2025-11-25",
    session: string | undefined = "session-1",
    capabilities: object = { tools: {} },
  ) =>
  (got: Got): Answer | Promise<Answer> => {
    const { method, id } = got.body ?? {};
    if (method === "server/discover") return new Response("Bad Request", { status: 400 });
    const headers: HeadersInit = session === undefined ? {} : { "Mcp-Session-Id": session };
    const result = { protocolVersion: version, capabilities, serverInfo: { name: "s", version: "1" } };
    if (method === "initialize") return json({ id, result }, { headers });
    if (method === "notifications/initialized") return new Response(null, { status: 202 });
    return call(got);
  };
export const unlistened = (call: (got: Got) => Answer | Promise<Answer>) => (got: Got) =>
  got.method === "GET" && !got.headers.has("last-event-id") ? new Response(null, { status: 405 }) : call(got);
