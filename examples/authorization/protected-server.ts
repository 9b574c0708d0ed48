// A server of files that nobody uses without a token: what each tool needs stands beside it.
import { introspection, jwt, protect, type ProtectOptions, type Verifier } from "../../auth/index.js";
import { createServer, rateLimit } from "../../server/index.js";
import { serveHttp } from "../../transports/http/node.js";
import { introspector } from "./authorization-server.js";

export function filesServer() {
  const server = createServer({ name: "files", version: "1.0.0" });
  server.tool("whoami", { description: "Says who asks." }, (_, { auth }) => `${auth?.subject} by ${auth?.client}`);
  server.tool("read_file", { description: "Reads a file.", scopes: ["files:read"] }, () => "Hello!");
  server.tool("write_file", { description: "Writes a file.", scopes: ["files:read", "files:write"] }, () => "Written.");
  server.tool("erase_all", { description: "Erases all.", scopes: ["files:admin"], hide: true }, () => "Erased.");
  server.use(rateLimit({ requests: { most: 600 } }));
  return server;
}

/** Tokens of an issuer that can be read, or that have to be asked about. */
export const verifierOf = (issuer: string, tokens: "jwt" | "opaque"): Verifier =>
  tokens === "jwt" ? jwt({ issuer }) : introspection({ issuer, ...introspector, cacheMs: 0 });

export function startProtectedServer(
  issuer: string,
  {
    port = 0,
    sse = false,
    tokens = "jwt",
    ...more
  }: { port?: number; sse?: boolean; tokens?: "jwt" | "opaque" } & Partial<ProtectOptions> = {},
) {
  const server = filesServer();
  return serveHttp(server, {
    port,
    sse,
    around: (listener, url) =>
      protect(listener, {
        resource: url,
        authorizationServers: [issuer],
        scopes: ["mcp"],
        scopesSupported: ["mcp"],
        verify: verifierOf(issuer, tokens),
        ...more,
      }),
  });
}
