// The whole flow against a real authorization server (oidc-provider) and a protected server on this machine.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { documentedClient, startAuthorizationServer } from "../../examples/authorization/authorization-server.js";
import { browse, redirectUri } from "../../examples/authorization/flow.js";
import { startProtectedServer } from "../../examples/authorization/protected-server.js";
import { systemClock } from "../../protocol/clock.js";
import { loopbackRedirect } from "../../transports/loopback-redirect.js";
import type { Client } from "../client.js";
import { connect } from "../connect.js";
import type { ConnectOptions } from "../options.js";
import { failureOf } from "./testing/world.js";
import { authorizationCode, AuthorizationFailed, MemoryStore, type AuthorizationCodeOptions } from "./index.js";

/** Later than it is, by as much as a test says. */
class LateClock {
  later = 0;
  readonly after = systemClock.after;
  now = () => systemClock.now() + this.later;
}

async function start() {
  const as = await startAuthorizationServer({ redirectUri });
  const clock = new LateClock();
  const server = await startProtectedServer(as.issuer);
  const consents: URL[] = [];
  const store = new MemoryStore();
  const options = (more: Partial<AuthorizationCodeOptions> = {}): AuthorizationCodeOptions => ({
    redirectUri,
    redirect: (url) => (consents.push(url), browse(url)),
    store,
    clock,
    ...more,
  });
  return {
    as,
    server,
    clock,
    store,
    consents,
    options,
    connect: (more: Partial<AuthorizationCodeOptions> = {}, how: ConnectOptions = {}) =>
      connect(server.url, { authorization: authorizationCode(options(more)), ...how }),
    async stop() {
      await server.close();
      await as.close();
    },
  };
}
type World = Awaited<ReturnType<typeof start>>;

function flow(name: string, run: (world: World) => Promise<void>) {
  test(name, async () => {
    const world = await start();
    try {
      await run(world);
    } finally {
      await world.stop();
    }
  });
}

const said = async (client: Client, tool: string): Promise<string> =>
  ((await client.callTool(tool)).content[0] as { text: string }).text;

for (const revision of ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]) {
  flow(`registration, sign-in and step-up (${revision})`, async ({ connect, consents }) => {
    const client = await connect({}, { revision });
    assert.match(await said(client, "whoami"), /^alice by /);
    assert.is(await said(client, "write_file"), "Written.");
    assert.equal(
      consents.map((url) => url.searchParams.get("scope")),
      ["mcp offline_access", "mcp offline_access files:read files:write"],
    );
    await client.close();
  });
}

flow("a client that is known by its metadata document", async ({ connect }) => {
  const { client_id: id } = documentedClient(redirectUri);
  const client = await connect({ clientMetadataUrl: id });
  assert.is(await said(client, "whoami"), `alice by ${id}`);
  await client.close();
});

flow(
  "tokens end, and are renewed; the refresh token changes with each",
  async ({ connect, clock, consents, store, server }) => {
    const client = await connect();
    const seen = new Set<string | undefined>();
    for (let round = 0; round < 3; round += 1) {
      seen.add((await store.load("tokens", server.url))?.refreshToken);
      clock.later += 331_000;
      await Promise.all([said(client, "whoami"), said(client, "whoami"), said(client, "whoami")]);
    }
    assert.is(consents.length, 1);
    assert.not.ok(seen.has(undefined));
    assert.is(seen.size, 3);
    await client.close();
  },
);

flow(
  "a new process goes on with what is kept, and forgetting it ends that",
  async ({ connect, consents, store, options, server }) => {
    await (await connect()).close();
    await (await connect()).close();
    assert.is(consents.length, 1);
    const { refreshToken } = (await store.load("tokens", server.url))!;
    const authorization = authorizationCode(options());
    assert.is(await authorization.forget(server.url), true, "the authorization server takes it back");
    assert.is(await store.load("tokens", server.url), undefined);
    await (await connect()).close();
    assert.is(consents.length, 2);
    assert.is.not((await store.load("tokens", server.url))!.refreshToken, refreshToken);
  },
);

flow("the browser comes back to a port of this machine", async ({ connect }) => {
  const loopback = loopbackRedirect({
    open: async (url) => {
      // The browser, which asks the last address as well.
      const back = await browse(url, "http://127.0.0.1:");
      assert.is((await fetch(back)).status, 200);
    },
  });
  const client = await connect(loopback);
  assert.match(await said(client, "whoami"), /^alice by /);
  await client.close();
});

flow("a user who refuses is heard", async ({ connect, as }) => {
  const redirect = async (url: URL) => {
    const back = new URL(redirectUri);
    const answer = { error: "access_denied", state: url.searchParams.get("state")!, iss: as.issuer };
    back.search = new URLSearchParams(answer).toString();
    return back;
  };
  const error = await failureOf(connect({ redirect }));
  assert.instance(error, AuthorizationFailed);
  const { code, reason, data, message } = error;
  assert.equal([code, reason, data], ["authorization_failed", "denied", { error: "access_denied" }]);
  assert.ok(message.includes(as.issuer), message);
});

test("mix-up: the code of one authorization server is not taken to another one", async () => {
  const [honest, evil] = [await start(), await start()];
  try {
    // The attacker's page sends the browser on to the honest server, with this client's own state and challenge.
    const redirect = async (url: URL) => {
      const registered = await fetch(`${honest.as.issuer}/reg`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: "none",
          application_type: "native",
        }),
      });
      const { client_id } = (await registered.json()) as { client_id: string };
      const there = new URL(`${honest.as.issuer}/auth`);
      there.search = url.search;
      there.searchParams.set("client_id", client_id);
      there.searchParams.set("resource", honest.server.url);
      const back = await browse(there);
      assert.ok(back.searchParams.has("code"), "there was something to steal");
      return back;
    };
    const error = await failureOf(evil.connect({ redirect }));
    assert.is(error.reason, "response_mismatch");
  } finally {
    await honest.stop();
    await evil.stop();
  }
});

test.run();
