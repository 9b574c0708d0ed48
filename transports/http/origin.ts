import { httpRefusal } from "../../protocol/errors.js";
import { remembered } from "../../protocol/remembered.js";
import type { Headers, HttpRequest } from "./message.js";
import type { Settled } from "./options.js";

const loopback = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** The name in a Host header, without its port. */
const nameOf = (host: string): string => host.replace(/:\d+$/, "");

/** Whether an address or host name is this machine's own. */
export const isLoopback = remembered((host) => loopback.test(host));

/** Whether a Host header names this machine itself. */
const namesLoopback = remembered((host) => isLoopback(nameOf(host)));

/**
 * Holds `Host` and `Origin` against what is allowed, so that no web page reaches a local server under a name of its own
 * (DNS rebinding). Throws 403.
 *
 * Pages: `2026-07-28/basic/transports/streamable-http#security-endpoint`,
 * `2025-11-25/basic/transports#security-warning`.
 */
export function checkOrigin(request: HttpRequest, { allowedOrigins, allowedHosts }: Settled): void {
  const host = request.header("host");
  // Whether a connection is local is asked last: the socket has to find it out and keeps what it found.
  if (host !== undefined && !namesLoopback(host) && (request.local || allowedHosts) && !lists(allowedHosts, host)) {
    throw httpRefusal(
      "forbidden",
      403,
      `Host "${host}" is not allowed here; the server's allowedHosts option lists further ones`,
    );
  }
  const origin = request.header("origin");
  if (origin !== undefined && !isAllowed(origin, request.local, allowedOrigins)) {
    throw httpRefusal(
      "forbidden",
      403,
      `Origin "${origin}" is not allowed; the server's allowedOrigins option lists those that are`,
    );
  }
}

function lists(allowedHosts: Settled["allowedHosts"], host: string): boolean {
  if (allowedHosts === "*") return true;
  const name = nameOf(host);
  return allowedHosts?.some((allowed) => allowed === name || allowed === host) ?? false;
}

function isAllowed(origin: string, local: boolean, allowed: Settled["allowedOrigins"]): boolean {
  if (allowed === "*") return true;
  if (allowed) return allowed.includes(origin);
  if (!local) return false;
  try {
    const { protocol, hostname } = new URL(origin);
    return (protocol === "http:" || protocol === "https:") && isLoopback(hostname);
  } catch {
    return false;
  }
}

/** What answers to requests that no page of another origin makes carry. */
export const noCors: Headers = Object.freeze({});
const exposed = "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, DPoP-Nonce";

/** The headers that let a page of an allowed origin read an answer. */
export function corsHeaders(request: HttpRequest): Headers {
  const origin = request.header("origin");
  if (origin === undefined) return noCors;
  return { "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": exposed, Vary: "Origin" };
}

const alwaysAllowed = ["accept", "authorization", "content-type", "dpop", "last-event-id"];

/** What a browser asks before it lets a page send the real request. Answered before anybody is asked who they are. */
export function preflightHeaders(request: HttpRequest, methods: string): Headers {
  const asked = (request.header("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^mcp-[a-z0-9!#$%&'*+\-.^_`|~]+$/.test(name));
  return {
    ...corsHeaders(request),
    "Access-Control-Allow-Methods": methods,
    "Access-Control-Allow-Headers": [
      ...new Set([...alwaysAllowed, "mcp-session-id", "mcp-protocol-version", ...asked]),
    ].join(", "),
    "Access-Control-Max-Age": "7200",
    Vary: "Origin, Access-Control-Request-Headers",
  };
}
