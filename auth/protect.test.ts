import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { modern, call, initialize, legacy } from "../transports/testing/messages.js";
import { listen } from "../transports/testing/adapters.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { serveHttp, type NodeListener } from "../transports/http/node.js";
import { protect, TokenRefused, type ProtectOptions, type Verifier } from "./index.js";
import {
  PAGE,
  protectedHandler,
  protectedListener,
  protectOptions,
  said,
  whoServer,
  type Wrapped,
} from "./testing/protected.js";
import { FakeWeb, ISSUER } from "./testing/tokens.js";

const clock = new FakeClock();
const verify: Verifier = (token) => {
  if (token === "broken") throw new Error("the authorization server is down");
  if (token === "bad") throw new TokenRefused("The token has expired");
  // No token has a colon in it.
  const [subject, ...scopes] = token.replaceAll("~", ":").split("/");
  return subject?.startsWith("u-") ? { principal: subject, issuer: "test", subject, client: "app", scopes } : undefined;
};
const METADATA = "https://mcp.example/.well-known/oauth-protected-resource/mcp";

/** A test that has to hold behind both adapters. */
function both(
  name: string,
  run: (ask: Wrapped, errors: unknown[]) => Promise<void>,
  more: Partial<ProtectOptions> = {},
) {
  const set = () => {
    const errors: unknown[] = [];
    const options = protectOptions(clock, { verify, onError: (error) => errors.push(error), ...more });
    return { errors, options, server: whoServer(clock) };
  };
  test(`${name} (fetch)`, async () => {
    const { errors, options, server } = set();
    await run(protectedHandler(options, server), errors);
  });
  test(`${name} (node)`, async () => {
    const { errors, options, server } = set();
    const { ask, stop } = await protectedListener(options, server);
    try {
      await run(ask, errors);
    } finally {
      const stopped = stop();
      await clock.advance(10_000);
      await stopped;
    }
  });
}

const challengeOf = (answer: Response) => answer.headers.get("www-authenticate");

both("without credentials: 401 that names the metadata and no error", async (ask) => {
  for (const authorization of [undefined, "", "Basic YTpi"]) {
    const answer = await ask(authorization === undefined ? {} : { authorization });
    assert.is(answer.status, 401);
    assert.is(challengeOf(answer), `Bearer resource_metadata="${METADATA}"`);
    assert.equal(await answer.json(), {
      jsonrpc: "2.0",
      error: { code: -32600, message: "Authorization is required" },
    });
  }
});

both(
  "a challenge names the scopes that are needed",
  async (ask) => {
    assert.is(challengeOf(await ask()), `Bearer scope="mcp files:read", resource_metadata="${METADATA}"`);
  },
  { scopes: ["mcp", "files:read"] },
);

both(
  "scopes that are supported stand in where none is needed of all requests",
  async (ask) => {
    assert.is(challengeOf(await ask()), `Bearer scope="basic", resource_metadata="${METADATA}"`);
  },
  { scopesSupported: ["basic"] },
);

both("a good token: the handler learns who asks", async (ask) => {
  assert.equal(await said(await ask({ token: "u-alice" })), { subject: "u-alice", client: "app" });
  assert.equal(await said(await ask({ authorization: "bearer   u-bob" })), { subject: "u-bob", client: "app" });
});

both("a token that is refused or not known: 401 and invalid_token", async (ask) => {
  for (const [token, why] of [
    ["bad", "The token has expired"],
    ["nobody-knows", "The token is not one that is known here"],
  ] as const) {
    const answer = await ask({ token });
    assert.is(answer.status, 401);
    const rest = `error_description="${why}", resource_metadata="${METADATA}"`;
    assert.is(challengeOf(answer), `Bearer error="invalid_token", ${rest}`);
  }
});

both(
  "credentials that are malformed: 400 and invalid_request",
  async (ask) => {
    const long = `Bearer ${"a".repeat(120)}`;
    for (const authorization of [
      "Bearer",
      "Bearer ",
      "Bearer a b",
      "Bearer ä".replace("ä", "\u00e4"),
      "Bearer u-a, Bearer u-b",
      long,
    ]) {
      const answer = await ask({ authorization });
      assert.is(answer.status, 400, authorization);
      assert.match(challengeOf(answer)!, /^Bearer error="invalid_request"/);
    }
  },
  { maxHeaderLength: 100 },
);

both("a token in the query is refused, even beside a good one", async (ask) => {
  assert.is((await ask({ path: "/mcp?access_token=u-alice" })).status, 400);
  assert.is((await ask({ path: "/mcp?access_token=u-alice", token: "u-alice" })).status, 400);
  assert.is((await ask({ path: "/mcp?%61ccess_token=u-alice" })).status, 400);
});

both(
  "without every scope that all requests need: 403 that names all of them",
  async (ask) => {
    const answer = await ask({ token: "u-alice/mcp" });
    assert.is(answer.status, 403);
    assert.match(challengeOf(answer)!, /error="insufficient_scope".*scope="mcp files:read".*resource_metadata=/);
    assert.is((await ask({ token: "u-alice/mcp/files~read" })).status, 200);
  },
  { scopes: ["mcp", "files:read"] },
);

both(
  "a broader scope implies narrower ones by the author's rule",
  async (ask) => {
    assert.is((await ask({ token: "u-alice/files~admin" })).status, 200);
    assert.is((await ask({ token: "u-alice/other~admin" })).status, 403);
  },
  {
    scopes: ["files:read"],
    implies: (granted, needed) => granted.endsWith(":admin") && needed.startsWith(granted.slice(0, -5)),
  },
);

both("what nobody can tell is 503, told to the author and not to the client", async (ask, errors) => {
  const answer = await ask({ token: "broken" });
  assert.is(answer.status, 503);
  assert.is(answer.headers.get("retry-after"), "5");
  assert.not.match(await answer.text(), /down/);
  assert.match(String(errors[0]), /down/);
});

both(
  "the metadata lies at the path of the server and at the root, for everybody",
  async (ask) => {
    for (const path of ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"]) {
      const answer = await ask({ method: "GET", path });
      assert.is(answer.status, 200);
      assert.is(answer.headers.get("access-control-allow-origin"), "*");
      assert.is(answer.headers.get("content-type"), "application/json");
      assert.equal(await answer.json(), {
        resource: "https://mcp.example/mcp",
        authorization_servers: [ISSUER],
        scopes_supported: ["basic"],
        bearer_methods_supported: ["header"],
        resource_name: "Files",
      });
      assert.is((await ask({ method: "OPTIONS", path })).status, 204);
      assert.is((await ask({ method: "HEAD", path })).status, 200);
      assert.is((await ask({ method: "POST", path, token: "u-alice" })).status, 405);
    }
    assert.is((await ask({ method: "GET", path: "/.well-known/oauth-protected-resource/other" })).status, 401);
  },
  { scopesSupported: ["basic"], resourceName: "Files" },
);

both(
  "a server at the root has one place for it",
  async (ask) => {
    assert.match(
      challengeOf(await ask())!,
      /resource_metadata="https:\/\/mcp.example\/.well-known\/oauth-protected-resource"/,
    );
    const answer = await ask({ method: "GET", path: "/.well-known/oauth-protected-resource" });
    assert.is((await answer.json()).resource, "https://mcp.example");
  },
  { resource: "HTTPS://MCP.example/" },
);

both("a page of another origin can read what is wanted of it", async (ask) => {
  const answer = await ask({ headers: { Origin: PAGE } });
  assert.is(answer.headers.get("access-control-allow-origin"), "*");
  assert.match(answer.headers.get("access-control-expose-headers")!, /WWW-Authenticate/);
});

test("a preflight goes to the handler without credentials", async () => {
  const { ask, stop } = await protectedListener(protectOptions(clock, { verify }), whoServer(clock));
  const headers = { Origin: PAGE, "Access-Control-Request-Headers": "authorization" };
  const answer = await ask({ method: "OPTIONS", headers });
  assert.is(answer.status, 204);
  assert.match(answer.headers.get("access-control-allow-headers")!, /authorization.*dpop/);
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

both("a page of another origin learns nothing but where to go for a token", async (ask) => {
  const headers = { Origin: "https://evil.example" };
  for (const sent of [
    {},
    { token: "bad" },
    { token: "broken" },
    { token: "u-alice" },
    { authorization: "Bearer a b" },
  ]) {
    const answer = await ask({ ...sent, headers });
    assert.is(answer.status, 403);
    assert.is(answer.headers.get("access-control-allow-origin"), null);
    assert.is(challengeOf(answer), null);
  }
  const path = "/.well-known/oauth-protected-resource";
  for (const method of ["GET", "OPTIONS"]) {
    const answer = await ask({ method, path, headers });
    assert.ok(answer.ok);
    assert.is(answer.headers.get("access-control-allow-origin"), "*");
  }
  assert.is((await ask({ path, headers })).status, 403);
});

both("the token goes no further than the gate", async (ask, errors) => {
  const body = JSON.stringify(
    await said(await ask({ token: "u-secret-token", body: modern(1, "tools/call", call("all")) })),
  );
  assert.match(body, /"subject":"u-secret-token"/);
  for (const token of ["broken", "bad", "what-is-this"]) {
    const answer = await ask({ token });
    assert.not.match(JSON.stringify([...answer.headers]) + (await answer.text()), new RegExp(token));
  }
  assert.not.match(errors.map(String).join(), /u-secret-token|what-is-this/);
});

const face = new FakeWeb();
face.json(`${ISSUER}/.well-known/openid-configuration`, { issuer: ISSUER, token_endpoint: `${ISSUER}/token` });

both(
  "clients of 2025-03-26 find the authorization server where they look for it",
  async (ask, errors) => {
    const found = await ask({ method: "GET", path: "/.well-known/oauth-authorization-server" });
    assert.equal([found.status, found.headers.get("access-control-allow-origin")], [200, "*"]);
    assert.equal(await found.json(), { issuer: ISSUER, token_endpoint: `${ISSUER}/token` });
    const asked = face.asked.length;
    await ask({ method: "GET", path: "/.well-known/oauth-authorization-server" });
    assert.is(face.asked.length, asked);
    assert.equal(errors, []);
  },
  { legacyDiscovery: { fetch: face.fetch } },
);

both(
  "nothing is passed on of an authorization server that tells nothing, and nothing without the option",
  async (ask, errors) => {
    const path = "/.well-known/oauth-authorization-server";
    assert.is((await ask({ method: "GET", path })).status, 503);
    assert.match(String(errors[0]), /No metadata/);
    assert.is((await ask({ method: "GET", path: `${path}/mcp` })).status, 401);
  },
  { legacyDiscovery: { fetch: new FakeWeb().fetch } },
);

test("what is wrapped sees neither header nor a caller that somebody else made up", async () => {
  const seen: (string | null)[] = [];
  const infos: unknown[] = [];
  const inner = Object.assign(
    async (request: Request, info?: object) => {
      seen.push(request.headers.get("authorization"), await request.text());
      infos.push(info);
      return new Response("ok");
    },
    { close: async () => {} },
  );
  const handler = protect(inner, protectOptions(clock, { verify }));
  const init = { method: "POST", body: "hi", headers: { Authorization: "Bearer u-alice" } };
  await handler(new Request("https://mcp.example/mcp", init), { auth: { principal: "forged" } });
  assert.equal(seen, [null, "hi"]);
  assert.is((infos[0] as { auth: { principal: string } }).auth.principal, "u-alice");
  await handler(new Request("https://mcp.example/mcp", { method: "OPTIONS" }), { auth: { principal: "forged" } });
  assert.equal(infos[1], {});
});

both("a session id with another's token is unknown", async (ask) => {
  const opened = await ask({ token: "u-alice", body: initialize("2025-06-18") });
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
  const body = legacy(2, "tools/call", call("who"));
  assert.is((await ask({ token: "u-alice", headers, body })).status, 200);
  assert.is((await ask({ token: "u-bob", headers, body })).status, 404);
  assert.is((await ask({ headers, body })).status, 401);
  assert.is((await ask({ token: "u-bob", headers, method: "DELETE" })).status, 404);
});

test("around serveHttp: the endpoint, HTTP+SSE and the metadata, on one port", async () => {
  const running = await serveHttp(whoServer(new FakeClock()), {
    port: 0,
    sse: true,
    around: (listener, resource) => protect(listener, protectOptions(clock, { verify, resource })),
  });
  const headers = { Accept: "text/event-stream" };
  for (const url of [running.url, running.sseUrl!]) assert.is((await fetch(url, { headers })).status, 401);
  const { resource_metadata } = readChallenge((await fetch(running.url)).headers.get("www-authenticate"));
  assert.is((await (await fetch(resource_metadata!)).json()).resource, running.url);
  assert.is((await fetch(new URL("/other", running.url))).status, 404);
  const stream = await fetch(running.sseUrl!, { headers: { ...headers, Authorization: "Bearer u-alice" } });
  assert.is(stream.status, 200);
  await stream.body!.cancel();
  // What was answered by 401 is not waited for: the clock stands still.
  await running.close();
});

test("around that throws, or gives no listener: nothing is served, and the port is closed", async () => {
  for (const around of [
    (listener: NodeListener, resource: string) =>
      protect(listener, protectOptions(clock, { verify, resource, authorizationServers: [] })),
    () => undefined,
    async (listener: NodeListener) => listener,
  ]) {
    const probe = createNodeServer();
    await new Promise<void>((resolve) => void probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const server = whoServer(new FakeClock());
    let closed = false;
    server.onClose(() => void (closed = true));
    const why = await serveHttp(server, { port, around: around as never }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    assert.match(why ?? "", /authorizationServers|around must give a listener/);
    assert.ok(closed);
    const reached = await fetch(`http://127.0.0.1:${port}/mcp`).then(
      ({ status }) => status,
      (error: { cause?: { code?: string } }) => error.cause?.code,
    );
    assert.is(reached, "ECONNREFUSED");
  }
});

test("a verifier of one's own: words that no header can hold, no principal, an onError that fails", async () => {
  const own: Verifier = (token) => {
    if (token === "bad") throw new TokenRefused('No "good"\r\nX-Evil: yes');
    if (token === "broken") throw new Error("down");
    return { issuer: "own", subject: token, scopes: [] };
  };
  const onError = () => {
    throw new Error("the log is full");
  };
  const { ask, stop } = await protectedListener(protectOptions(clock, { verify: own, onError }), whoServer(clock));
  const refused = await ask({ token: "bad" });
  assert.match(refused.headers.get("www-authenticate")!, `error_description="No 'good'''X-Evil: yes"`);
  assert.is(refused.headers.get("x-evil"), null);
  assert.is((await ask({ token: "broken" })).status, 503);
  const opened = await ask({ token: "alice", body: initialize("2025-06-18") });
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
  const body = legacy(2, "tools/call", call("who"));
  assert.is((await ask({ token: "alice", headers, body })).status, 200);
  assert.is((await ask({ token: "bob", headers, body })).status, 404);
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

both(
  "a verifier that names nobody is wrong, and lets nobody in",
  async (ask, errors) => {
    for (const token of ["none", "empty"]) assert.is((await ask({ token })).status, 503);
    assert.match(String(errors[0]), /neither principal, subject nor client/);
    assert.is(errors.length, 2);
    assert.is((await ask({ token: "client" })).status, 200);
  },
  {
    verify: (token) => ({
      issuer: "own",
      scopes: [],
      ...(token === "client" ? { client: "app" } : token === "empty" ? { principal: "", subject: "" } : {}),
    }),
  },
);

test("what is protected and throws is answered by 500, or cut off, and the process lives", async () => {
  const errors: unknown[] = [];
  const broken = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/begun") response.writeHead(200, { "Content-Length": "5" }).write("a");
    throw new Error("a secret path");
  };
  const inner = Object.assign(broken, { close: async () => {} });
  const options = protectOptions(clock, { verify, onError: (error) => errors.push(error) });
  const { origin, stop } = await listen(protect(inner as never, options) as never);
  const headers = { Authorization: "Bearer u-alice" };
  const answer = await fetch(origin, { headers });
  assert.is(answer.status, 500);
  assert.not.match(await answer.text(), /secret/);
  const cut = await fetch(`${origin}/begun`, { headers }).then(
    (begun) =>
      begun.text().then(
        () => "whole",
        () => "cut",
      ),
    () => "cut",
  );
  assert.is(cut, "cut");
  assert.match(errors.map(String).join(), /secret.*secret/);
  await stop();
});

test("options that make no sense are refused by name", () => {
  const refused = (more: Partial<ProtectOptions>, why: RegExp) =>
    assert.throws(() => protect(protectedHandler as never, protectOptions(clock, { verify, ...more })), why);
  refused({ resource: "mcp.example" }, /resource must be/);
  refused({ resource: "https://mcp.example/mcp#a" }, /resource must be/);
  refused({ verify: [] }, /verify must be/);
  refused({ authorizationServers: [] }, /authorizationServers/);
  refused({ authorizationServers: ["http://as.example"] }, /https/);
  refused({ scopes: ["a b"] }, /scopes must be/);
  refused({ scopes: ["offline_access"] }, /offline_access/);
  refused({ scopesSupported: ["offline_access"] }, /offline_access/);
  refused({ metadata: { scopes_supported: ["offline_access"] } }, /offline_access/);
  refused({ maxHeaderLength: 0 }, /maxHeaderLength/);
});

test.run();
