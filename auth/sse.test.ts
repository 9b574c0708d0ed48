// A protected server that is reached by Streamable HTTP and by HTTP+SSE beside it, over both bindings.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeBase64Url } from "../protocol/base64.js";
import { FakeClock } from "../protocol/fake-clock.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { createHandler } from "../transports/http/fetch.js";
import { serveHttp } from "../transports/http/node.js";
import { createSseHandler } from "../transports/sse/fetch.js";
import { call, initialize, initialized, legacy } from "../transports/testing/messages.js";
import { SseClient, type SseSent } from "../transports/testing/sse-wire.js";
import { sha256 } from "../protocol/oauth/digest.js";
import { thumbprint } from "./dpop.js";
import { protect } from "./index.js";
import { knows, protectOptions, whoServer } from "./testing/protected.js";
import { claimsAt, signer } from "./testing/tokens.js";

const clock = new FakeClock();
const [issuerKey, key] = await Promise.all([signer(), signer(undefined)]);

/** Both endpoints at one origin. */
interface Site {
  readonly origin: string;
  send(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

const options = (resource: string) =>
  protectOptions(clock, { resource, verify: knows([issuerKey]), dpop: true, scopes: ["mcp"] });

const sites: Record<string, () => Promise<Site>> = {
  async fetch() {
    const [origin, server] = ["https://mcp.example", whoServer(clock)];
    const main = protect(createHandler(server), options(`${origin}/mcp`));
    const sse = protect(createSseHandler(server, { messagesPath: "/messages" }), options(`${origin}/sse`));
    return {
      origin,
      async send(path, init) {
        const request = new Request(origin + path, init);
        const { pathname } = new URL(request.url);
        if (pathname === "/mcp" || main.answersAt(pathname)) return main(request);
        if (["/sse", "/messages"].includes(pathname) || sse.answersAt(pathname)) return sse(request);
        return new Response("Nothing here", { status: 404 });
      },
      async stop() {
        await Promise.all([main.close(), sse.close()]);
      },
    };
  },
  async node() {
    const around = (listener: never, resource: string) => protect(listener, options(resource));
    const running = await serveHttp(whoServer(clock), { port: 0, sse: true, around: around as never });
    const { origin } = new URL(running.url);
    return { origin, send: (path, init) => fetch(origin + path, init), stop: () => running.close() };
  },
};

function both(name: string, run: (site: Site) => Promise<void>): void {
  for (const [binding, open] of Object.entries(sites)) {
    test(`${name} (${binding})`, async () => {
      const site = await open();
      try {
        await run(site);
      } finally {
        const stopped = site.stop();
        await clock.advance(10_000);
        await stopped;
      }
    });
  }
}

const METADATA = "/.well-known/oauth-protected-resource";
const events = { Accept: "text/event-stream" };

both(
  "each of the two is a resource of its own, and its challenges lead to its own metadata",
  async ({ send, origin }) => {
    for (const [path, method, own] of [
      ["/mcp", "POST", "/mcp"],
      ["/sse", "GET", "/sse"],
      ["/messages?sessionId=x", "POST", "/sse"],
    ] as const) {
      const refused = await send(path, { method, headers: events });
      assert.is(refused.status, 401);
      const { resource_metadata, scope } = readChallenge(refused.headers.get("www-authenticate"));
      assert.equal([resource_metadata, scope], [`${origin}${METADATA}${own}`, "mcp"], path);
      const metadata = await send(METADATA + own);
      assert.is((await metadata.json()).resource, origin + own);
    }
    assert.is((await (await send(METADATA)).json()).resource, `${origin}/mcp`);
    assert.is((await send(`${METADATA}/messages`)).status, 404);
  },
);

both("a token for the one is none for the other", async ({ send, origin }) => {
  for (const [own, other] of [
    ["/mcp", "/sse"],
    ["/sse", "/mcp"],
  ] as const) {
    const token = await issuerKey.sign(claimsAt(clock, { aud: origin + own }));
    const headers = { ...events, Authorization: `Bearer ${token}` };
    assert.is((await send(other, { headers })).status, 401);
    assert.is.not((await send(own, { headers })).status, 401);
  }
});

both("what all requests need is asked for by 403, at the stream and at the address of the messages", async (site) => {
  const token = await issuerKey.sign(claimsAt(clock, { aud: `${site.origin}/sse`, scope: "other" }));
  const headers = { ...events, Authorization: `Bearer ${token}` };
  for (const [path, method] of [
    ["/sse", "GET"],
    ["/messages?sessionId=x", "POST"],
  ] as const) {
    const refused = await site.send(path, { method, headers });
    assert.is(refused.status, 403);
    const challenge = readChallenge(refused.headers.get("www-authenticate"));
    assert.equal([challenge.error, challenge.scope], ["insufficient_scope", "mcp"]);
    assert.is(challenge.resource_metadata, `${site.origin}${METADATA}/sse`);
  }
});

both("a token that is bound to a key: proofs are for the stream and for the address of the messages", async (site) => {
  const jkt = await thumbprint(key.jwk);
  const token = await issuerKey.sign(claimsAt(clock, { aud: `${site.origin}/sse`, cnf: { jkt } }));
  const ath = encodeBase64Url(await sha256(token));
  let proofs = 0;
  const wire = {
    async send({ method = "GET", path = "/sse", body, headers }: SseSent & { headers?: Record<string, string> }) {
      const htu = headers?.htu ?? site.origin + path.split("?")[0]!;
      const claims = { htm: method, htu, iat: clock.now() / 1000, jti: `p${++proofs}`, ath };
      const DPoP = await key.sign(claims, { typ: "dpop+jwt", jwk: key.jwk });
      const type: Record<string, string> = method === "POST" ? { "Content-Type": "application/json" } : events;
      return site.send(path, {
        method,
        headers: { ...type, Authorization: `DPoP ${token}`, DPoP },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    close: async () => {},
    stop: async () => {},
  };
  const client = await SseClient.open(wire);
  for (const message of [initialize("2024-11-05"), initialized, legacy(1, "tools/call", call("who"))])
    assert.is((await client.post(message)).status, 202);
  assert.is((await client.next()).id, "init");
  assert.match((await client.next()).result.content[0].text, /alice/);
  for (const htu of [`${site.origin}/mcp`, `${site.origin}/other`]) {
    const refused = await client.post(initialized, { headers: { htu } });
    assert.is(refused.status, 401);
    assert.match(refused.headers.get("www-authenticate")!, /^DPoP error="invalid_dpop_proof"/);
  }
  const mallory = await issuerKey.sign(claimsAt(clock, { sub: "mallory", aud: `${site.origin}/sse` }));
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${mallory}` };
  const stolen = await site.send(client.address, { method: "POST", headers, body: JSON.stringify(initialized) });
  assert.is(stolen.status, 404, "a session is its opener's alone");
  await client.cancel();
});

test.run();
