import type { Auth } from "../protocol/auth.js";
import { internalError } from "../protocol/errors.js";
import { answerOf, type Answer } from "./answers.js";
import { splitJoined } from "./credentials.js";
import { Gate, type ProtectOptions } from "./gate.js";

/** A handler of the Web's kind, as `createHandler` and `createSseHandler` make them. */
export interface WebHandler {
  (request: Request, info?: { readonly auth?: Auth }): Promise<Response>;
  admits?(request: Request, info?: { readonly auth?: Auth }): void;
  close(): Promise<void>;
}

/** What of a `node:http` request is looked at. */
interface Incoming {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly rawHeaders: string[];
  readonly complete: boolean;
}

/** What of a `node:http` response is used. */
interface Outgoing {
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: string): unknown;
  destroy(): unknown;
  readonly headersSent: boolean;
}

/** A `node:http` listener, as `createListener` and `createSseListener` make them. */
export interface NodeHandler {
  (request: never, response: never): void;
  admits?(request: never): void;
  close(): Promise<void>;
}

/** What a protected handler can do beside what it wraps. */
export interface Protected {
  /** Whether it answers at a path by itself: there lies the metadata, which has to reach it too. */
  answersAt(pathname: string): boolean;
}

/**
 * Lets nobody through to a handler without credentials that are good: it stands around what `createHandler`,
 * `createListener` and their likes for HTTP+SSE make, and answers for the server's metadata as well, so that requests
 * for paths that begin with `/.well-known/oauth-protected-resource` have to reach it too. Behind it `ctx.auth` says who
 * asks; the token itself goes no further. Throws a TypeError for options that make no sense.
 *
 * Pages: `2026-07-28/basic/authorization`, `2025-11-25/basic/authorization`, `2025-06-18/basic/authorization`.
 */
export function protect<H extends WebHandler | NodeHandler>(handler: H, options: ProtectOptions): H & Protected {
  const gate = new Gate(options);
  const wrapped = (first: Request | Incoming, second: never) =>
    isWeb(first) ? web(gate, handler as WebHandler, first, second) : node(gate, handler as never, first, second);
  return Object.assign(wrapped, {
    close: () => handler.close(),
    admits: handler.admits,
    answersAt: (pathname: string) => gate.answersAt(pathname),
  }) as unknown as H & Protected;
}

const isWeb = (request: Request | Incoming): request is Request =>
  typeof (request.headers as { get?: unknown }).get === "function";

async function web(gate: Gate, handler: WebHandler, request: Request, info: { auth?: Auth } = {}): Promise<Response> {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const authorization = header("authorization");
  const verdict = await gate.judge({
    method: request.method,
    target: request.url,
    authorization: authorization === undefined ? [] : splitJoined(authorization),
    header,
    admits: () => handler.admits?.(request, info),
  });
  if ("answer" in verdict) {
    const { status, headers, body } = verdict.answer;
    return new Response(status === 204 || request.method === "HEAD" ? null : body, { status, headers });
  }
  const { auth: _, ...rest } = info;
  const kept = authorization === undefined ? request : withoutCredentials(request);
  const answer = await handler(kept, verdict.auth === undefined ? rest : { ...rest, auth: verdict.auth });
  return verdict.headers ? withHeaders(answer, verdict.headers) : answer;
}

/** The same answer with more headers: those of one that was fetched cannot be written. */
function withHeaders(answer: Response, more: Readonly<Record<string, string>>): Response {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

function withoutCredentials(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  return new Request(request, { headers });
}

interface InnerListener {
  (request: Incoming, response: Outgoing): void;
  admits?(request: Incoming): void;
}

function node(gate: Gate, handler: InnerListener, request: Incoming, response: Outgoing): void {
  const { originalUrl } = request as Incoming & { readonly originalUrl?: string };
  const asked = {
    method: request.method ?? "",
    target: pathOf(originalUrl ?? request.url ?? "/"),
    // Of several headers of that name Node keeps the first.
    authorization: request.rawHeaders.filter(
      (_, at) => request.rawHeaders[at - 1]?.toLowerCase() === "authorization" && at % 2 === 1,
    ),
    header: (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    admits: () => handler.admits?.(request),
  };
  const answered = gate.judge(asked).then((verdict) => {
    if ("answer" in verdict) return send(response, unread(request, verdict.answer), request.method === "HEAD");
    delete request.headers.authorization;
    // Node counts on there being as many as there were.
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      if (request.rawHeaders[at]!.toLowerCase() === "authorization") request.rawHeaders[at + 1] = "";
    for (const [name, value] of Object.entries(verdict.headers ?? {})) response.setHeader(name, value);
    handler(Object.assign(request, { auth: verdict.auth }), response);
  });
  answered.catch((error: unknown) => {
    gate.tell(error, "what is protected");
    if (response.headersSent) response.destroy();
    else send(response, internal, request.method === "HEAD");
  });
}

/** Bytes of a body that are let run out behind a refusal: so much a client with an old token may well have sent. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** Nobody reads the body of what is refused; where more of it comes than one would have been, the connection ends. */
function unread({ complete, headers }: Incoming, answer: Answer): Answer {
  const little = headers["transfer-encoding"] === undefined && !(Number(headers["content-length"]) > MOST_UNREAD);
  return complete || little ? answer : { ...answer, headers: { ...answer.headers, Connection: "close" } };
}

const internal: Answer = { ...answerOf(internalError(), {}), status: 500 };

/** Two slashes at the beginning would name a host. */
const pathOf = (target: string): string => target.replace(/^\/+/, "/");

function send(response: Outgoing, { status, headers, body }: Answer, bare: boolean): void {
  const length = new TextEncoder().encode(body).byteLength;
  response.writeHead(status, status === 204 ? { ...headers } : { ...headers, "Content-Length": String(length) });
  response.end(bare ? undefined : body);
}
