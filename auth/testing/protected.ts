import { FakeClock } from "../../protocol/fake-clock.js";
import { createServer, type Server } from "../../server/index.js";
import { createHandler } from "../../transports/http/fetch.js";
import { createListener } from "../../transports/http/node.js";
import { mirrored, postHeaders } from "../../transports/testing/http-wire.js";
import { call, modern, type Wire } from "../../transports/testing/messages.js";
import { listen } from "../../transports/testing/adapters.js";
import { jwt, protect, type JwtOptions } from "../index.js";
import type { ProtectOptions } from "../gate.js";
import { ISSUER, jwksOf, RESOURCE, type Signer } from "./tokens.js";

/** A server that tells who asks. */
export function whoServer(clock: FakeClock): Server {
  const server = createServer({ name: "who", version: "1" }, { clock, onError: () => {} });
  server.tool("who", {}, (_, { auth }) => JSON.stringify({ subject: auth?.subject, client: auth?.client }));
  server.tool("all", {}, (_, { auth }) => JSON.stringify(auth ?? null));
  return server;
}

export interface Sent {
  readonly token?: string;
  readonly authorization?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Wire;
}

/** An origin whose pages may ask. */
export const PAGE = "http://localhost:1";

export type Wrapped = (sent?: Sent) => Promise<Response>;

export const protectOptions = (clock: FakeClock, more: Partial<ProtectOptions>): ProtectOptions => ({
  resource: RESOURCE,
  authorizationServers: [ISSUER],
  clock,
  onError: () => {},
  verify: [],
  ...more,
});

/** The options of a verifier that has the keys of these signers. */
export const known = (signers: readonly Signer[], more: Partial<JwtOptions> = {}): JwtOptions => ({
  issuer: ISSUER,
  jwks: jwksOf(...signers),
  ...more,
});

export const knows = (signers: readonly Signer[], more: Partial<JwtOptions> = {}) => jwt(known(signers, more));

function initOf({ token, authorization = token && `Bearer ${token}`, method = "POST", headers, body }: Sent) {
  const message = body ?? modern(1, "tools/call", call("who"));
  return {
    method,
    headers: {
      ...(method === "POST" ? { ...postHeaders, ...(message.params?._meta ? mirrored(message) : {}) } : {}),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...headers,
    },
    ...(method === "POST" ? { body: JSON.stringify(message) } : {}),
  };
}

/** A server behind `protect`, by the fetch handler. */
export function protectedHandler(options: ProtectOptions, server: Server): Wrapped {
  const handler = protect(createHandler(server, { allowedOrigins: [PAGE] }), options);
  return (sent = {}) => handler(new Request(new URL(sent.path ?? "/mcp", "https://mcp.example"), initOf(sent)));
}

/** The same by `node:http`. */
export async function protectedListener(options: ProtectOptions, server: Server) {
  const { origin, stop } = await listen(protect(createListener(server, { allowedOrigins: [PAGE] }), options) as never);
  const ask: Wrapped = (sent = {}) => fetch(`${origin}${sent.path ?? "/mcp"}`, initOf(sent));
  return { ask, stop, origin };
}

/** What a tool said. */
export async function said(answer: Response): Promise<Wire> {
  const body: Wire = await answer.json();
  if (!body.result) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  return JSON.parse(body.result.content[0].text);
}
