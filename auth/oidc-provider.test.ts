// The flow of the specification against a real authorization server, and what goes wrong with its tokens.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { documentedClient, startAuthorizationServer } from "../examples/authorization/authorization-server.js";
import { getToken, readChallenge, redirectUri, type FlowOptions } from "../examples/authorization/flow.js";
import { startProtectedServer } from "../examples/authorization/protected-server.js";
import { systemClock } from "../protocol/clock.js";
import { mirrored, postHeaders } from "../transports/testing/http-wire.js";
import { call, modern, type Wire } from "../transports/testing/messages.js";

type Servers = Awaited<ReturnType<typeof start>>;

async function start(options: { tokens?: "jwt" | "opaque"; protect?: object } = {}) {
  const { tokens = "jwt" } = options;
  const as = await startAuthorizationServer({ tokens, redirectUri });
  const server = await startProtectedServer(as.issuer, { tokens, ...options.protect });
  const use = async (token: string, name = "whoami", message: Wire = modern(1, "tools/call", call(name))) => {
    const headers = { ...postHeaders, ...mirrored(message), Authorization: `Bearer ${token}` };
    return fetch(server.url, { method: "POST", headers, body: JSON.stringify(message) });
  };
  return {
    as,
    server,
    use,
    flow: (flow: FlowOptions = {}) => getToken(server.url, flow),
    async stop() {
      await server.close();
      await as.close();
    },
  };
}

function flow(name: string, run: (servers: Servers) => Promise<void>, options: Parameters<typeof start>[0] = {}) {
  test(name, async () => {
    const servers = await start(options);
    try {
      await run(servers);
    } finally {
      await servers.stop();
    }
  });
}

const textOf = async (answer: Response): Promise<string> => (await answer.json()).result.content[0].text;
const errorOf = (answer: Response) => readChallenge(answer.headers.get("www-authenticate")).error_description;

for (const tokens of ["jwt", "opaque"] as const) {
  flow(
    `the whole flow, with registration (${tokens} tokens)`,
    async ({ flow, use }) => {
      const { token, clientId, scope } = await flow();
      assert.is(scope, "mcp");
      assert.is(token.split(".").length, tokens === "jwt" ? 3 : 1);
      assert.is(await textOf(await use(token)), `alice by ${clientId}`);
      assert.is((await use(`${token}x`)).status, 401);
    },
    { tokens },
  );
}

flow("a client that is known by its metadata document", async ({ flow, use }) => {
  const { client_id } = documentedClient(redirectUri);
  const { token, metadata } = await flow({ clientId: client_id });
  assert.is(metadata.client_id_metadata_document_supported, true);
  assert.is(await textOf(await use(token)), `alice by ${client_id}`);
});

flow("step-up: a challenge names all that is needed, and a token for that is enough", async ({ flow, use }) => {
  const { token, clientId } = await flow();
  const refused = await use(token, "write_file");
  assert.is(refused.status, 403);
  const challenge = readChallenge(refused.headers.get("www-authenticate"));
  assert.is(challenge.error, "insufficient_scope");
  assert.is(challenge.scope, "mcp files:read files:write");
  const more = await flow({ clientId, scope: challenge.scope! });
  assert.is(await textOf(await use(more.token, "write_file")), "Written.");
  assert.is(await textOf(await use(more.token)), `alice by ${clientId}`);
});

flow("what is hidden is not listed, and is refused", async ({ flow, use }) => {
  const { token } = await flow();
  const { result } = await (await use(token, "", modern(1, "tools/list"))).json();
  assert.equal(
    result.tools.map(({ name }: Wire) => name),
    ["whoami", "read_file", "write_file"],
  );
  assert.is(result.cacheScope, "private");
  assert.is((await use(token, "erase_all")).status, 403);
});

flow("a token that says it is for another server is refused", async ({ flow, use, server }) => {
  for (const resource of ["https://other.example/mcp", new URL("/", server.url).href, `${server.url}/`]) {
    const { token } = await flow({ resource });
    const answer = await use(token);
    assert.is(answer.status, 401, resource);
    assert.is(errorOf(answer), "The token is not for this server");
  }
});

test("a token of another issuer is refused", async () => {
  const [ours, theirs] = [await start(), await start()];
  try {
    const { token } = await theirs.flow({ resource: ours.server.url });
    const answer = await ours.use(token);
    assert.is(answer.status, 401);
    assert.is(errorOf(answer), "The token is not one that is known here");
  } finally {
    await ours.stop();
    await theirs.stop();
  }
});

test("a token ends, and so does what it opened", async () => {
  let later = 0;
  const clock = { now: () => systemClock.now() + later, after: systemClock.after };
  const { flow, use, stop } = await start({ protect: { clock } });
  try {
    const { token } = await flow();
    assert.is((await use(token)).status, 200);
    later = 331_000;
    const answer = await use(token);
    assert.is(answer.status, 401);
    assert.is(errorOf(answer), "The token has expired");
  } finally {
    await stop();
  }
});

test("keys rotate under load: nobody with a good token is refused", async () => {
  let later = 0;
  const clock = { now: () => systemClock.now() + later, after: systemClock.after };
  const { as, flow, use, stop } = await start({ protect: { clock } });
  try {
    const tokens = [(await flow()).token];
    const statuses = new Map<string, number[]>();
    let working = true;
    const load = Array.from({ length: 8 }, async () => {
      while (working) {
        for (const token of [...tokens]) {
          const { status } = await use(token);
          statuses.set(token, [...(statuses.get(token) ?? []), status]);
        }
      }
    });
    const used = async (token: string) => {
      while ((statuses.get(token)?.length ?? 0) < 16) await new Promise((resolve) => setImmediate(resolve));
    };
    await used(tokens[0]!);
    for (let turn = 0; turn < 3; turn += 1) {
      await as.rotate();
      tokens.push((await flow()).token);
      await used(tokens.at(-1)!);
      later += 30_000;
    }
    working = false;
    await Promise.all(load);
    assert.is(new Set(tokens.map((token) => token.split(".")[0])).size, 4, "each has a key of its own");
    for (const token of tokens) assert.equal([...new Set(statuses.get(token))], [200]);
  } finally {
    await stop();
  }
});

flow(
  "a token that was revoked is refused from then on",
  async ({ flow, use }) => {
    const { token, clientId, metadata } = await flow();
    assert.is((await use(token)).status, 200);
    const body = new URLSearchParams({ token, client_id: clientId });
    assert.is((await fetch(metadata.revocation_endpoint as string, { method: "POST", body })).status, 200);
    const answer = await use(token);
    assert.is(answer.status, 401);
    assert.is(errorOf(answer), "The token is not active");
  },
  { tokens: "opaque" },
);

test("an authorization server that is down: 503, and nobody's token is called bad", async () => {
  const errors: unknown[] = [];
  const { as, flow, use, stop, server } = await start({ protect: { onError: (error: unknown) => errors.push(error) } });
  try {
    const { token } = await flow();
    await as.close();
    const answer = await use(token);
    assert.is(answer.status, 503);
    assert.match(String(errors[0]), /cannot be reached/);
    assert.not.match(String(errors[0]), new RegExp(token.slice(-20)));
  } finally {
    await server.close();
    await stop().catch(() => {});
  }
});

test.run();
