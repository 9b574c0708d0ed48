// What servers and authorization servers may try against a client, each a test.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect } from "../connect.js";
import { httpTransport } from "../../transports/http-client/http-transport.js";
import { MemoryStore, type AuthorizationCodeOptions } from "./index.js";
import { AS, AS_METADATA, failureOf, MCP, PRM, World } from "./testing/world.js";

const reasonOf = async (world: World, more: Partial<AuthorizationCodeOptions> = {}) =>
  (await failureOf(world.connect(world.authorization(more)))).reason;

const announcing = (place: string): World => {
  const world = new World();
  world.challenge = `Bearer resource_metadata="${place}"`;
  return world;
};

const unsafe = [
  "javascript:alert(1)",
  "data:application/json,{}",
  "file:///etc/passwd",
  "vbscript:x",
  "ftp://as.example/x",
  "http://as.example/x",
  "http://127.0.0.1:6379/",
  "https://localhost/x",
  "https://10.0.0.1/x",
  "https://192.168.1.1/x",
  "http://169.254.169.254/latest/meta-data/",
  "https://169.254.169.254/latest/meta-data/",
  "https://[::1]/x",
  "https://[fd00::1]/x",
  "https://0xa000001/x",
  "https://user:secret@as.example/x",
  "https://as.example/$(id)",
  "https://as.example/`id`",
  "https://as.example/;id",
  "https://as.example/a b",
  "https://as.example/ä",
  "as.example/x",
  "",
];

for (const url of unsafe) {
  test(`${url || "nothing"} is not gone to, whoever names it`, async () => {
    // In a challenge, quotes cannot carry everything.
    if (url !== "") assert.is(await reasonOf(announcing(url.replace(/"/g, ""))), "unsafe_url");
    const issuing = new World();
    issuing.pages.set(PRM, () => Response.json({ resource: MCP, authorization_servers: [url] }));
    assert.is(await reasonOf(issuing), "unsafe_url");
    for (const member of ["authorization_endpoint", "token_endpoint", "registration_endpoint"]) {
      const world = new World();
      world.as.metadata[member] = url;
      assert.is(await reasonOf(world), "unsafe_url", member);
      const allowed = [new URL(MCP).origin, AS];
      assert.ok(world.urls().every((each) => allowed.includes(new URL(each).origin)));
      assert.is(world.as.consents.length, 0);
    }
  });
}

test("a server of a closed network may lead to such, one of this machine to all", async () => {
  for (const [server, place, good] of [
    ["https://10.0.0.1/mcp", "https://10.0.0.2/prm", true],
    ["https://10.0.0.1/mcp", "http://localhost/prm", false],
    ["https://10.0.0.1/mcp", "https://169.254.169.254/prm", false],
    ["http://127.0.0.1:1/mcp", "https://10.0.0.2/prm", true],
    ["http://127.0.0.1:1/mcp", "http://localhost:2/prm", true],
    ["http://127.0.0.1:1/mcp", "https://169.254.169.254/prm", false],
  ] as const) {
    const world = new World();
    const asks = { "WWW-Authenticate": `Bearer resource_metadata="${place}"` };
    world.pages.set(server, () => new Response("", { status: 401, headers: asks }));
    const with_ = (more: Partial<AuthorizationCodeOptions>) =>
      failureOf(connect(httpTransport(server, { fetch: world.fetch, authorization: world.authorization(more) })));
    const { reason } = await with_({});
    assert.is(reason, good ? "no_metadata" : "unsafe_url", `${server} ${place}`);
    assert.is((await with_({ privateAddresses: "refuse" })).reason, "unsafe_url");
    assert.is((await with_({ privateAddresses: "allow" })).reason, "no_metadata");
  }
});

test("allowUrl has the last word, on the user's page as well", async () => {
  const world = new World();
  const seen: string[] = [];
  const allowUrl = async (url: URL, what: string) => {
    seen.push(`${what}: ${url.href}`);
    return !what.startsWith("authorization_endpoint");
  };
  assert.is(await reasonOf(world, { allowUrl }), "unsafe_url");
  assert.equal(seen, [
    `resource_metadata of the server: ${PRM}`,
    `the issuer of the server's authorization server: ${AS}/`,
    `authorization_endpoint of ${AS}: ${AS}/authorize`,
  ]);
  assert.is(world.as.consents.length, 0);
});

const far = () => new Response(null, { status: 302, headers: { Location: "https://evil.example/" } });
const large = () => new Response(new Uint8Array(10 * 1024 * 1024).fill(0x20));
const endless = () => {
  const chunk = new Uint8Array(65_536).fill(0x20);
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
};
for (const [what, answer, why] of [
  ["10 MB", large, "unreachable no_metadata"],
  ["no end", endless, "unreachable no_metadata"],
  ["a redirect", far, "unreachable no_metadata"],
  ["no JSON", () => new Response("<html>"), "unreachable no_metadata"],
  ["no object", () => Response.json([]), "unreachable no_metadata"],
  ["depth", () => new Response("[".repeat(200_000)), "unreachable no_metadata"],
] as const) {
  for (const place of [PRM, AS_METADATA, `${AS}/register`, `${AS}/token`]) {
    test(`${what} at ${place} ends the attempt, and nobody else is asked`, async () => {
      const world = new World();
      world.pages.set(place, answer);
      const { reason, message } = await failureOf(world.connect());
      assert.ok(why.includes(reason), `${reason} ${message}`);
      assert.not.ok(world.urls().some((url) => url.startsWith("https://evil.example")));
    });
  }
}

for (const place of [PRM, AS_METADATA, `${AS}/register`, `${AS}/token`]) {
  test(`${place} that hangs is given up`, async () => {
    const world = new World();
    let reached = () => {};
    const asked = new Promise<void>((resolve) => (reached = resolve));
    world.pages.set(place, () => {
      reached();
      return new Promise(() => {});
    });
    const failing = failureOf(world.connect());
    await asked;
    await world.clock.advance(5_001);
    assert.match((await failing).reason, /^(unreachable|no_metadata)$/);
  });
}

test("metadata that name another issuer are not used, be it by a slash", async () => {
  for (const issuer of ["https://honest.example", `${AS}/`, "https://AS.example", `${AS}:443`, undefined, [AS]]) {
    const world = new World();
    world.as.metadata.issuer = issuer;
    assert.is(await reasonOf(world), "issuer_mismatch", String(issuer));
    assert.not.ok(world.urls().some((url) => url.startsWith(`${AS}/register`)));
  }
});

test("an authorization server that does not say that it supports S256 is not used", async () => {
  for (const methods of [undefined, [], ["plain"], "S256", { S256: true }]) {
    const world = new World();
    world.as.metadata.code_challenge_methods_supported = methods;
    assert.is(await reasonOf(world), "no_pkce", JSON.stringify(methods));
    assert.is(world.as.registrations.length + world.as.consents.length, 0);
  }
});

test("metadata without a token endpoint are said to be so", async () => {
  const world = new World();
  delete world.as.metadata.token_endpoint;
  assert.is(await reasonOf(world), "malformed_metadata");
});

test("the query that an authorization endpoint has stays, but for what is this client's to say", async () => {
  const world = new World();
  world.as.metadata.authorization_endpoint = `${AS}/authorize?p=policy&redirect_uri=https://evil.example&state=evil`;
  await (await world.connect()).close();
  const [asked] = world.as.consents;
  assert.is(asked!.get("p"), "policy");
  assert.equal([asked!.getAll("redirect_uri").length, asked!.getAll("state").length], [1, 1]);
  assert.not.ok(asked!.toString().includes("evil"));
});

test("mix-up: a code of an honest server never reaches the attacker's token endpoint", async () => {
  // The attacker's authorization server sends the browser on to the honest one, for a code that it would get itself.
  const world = new World();
  const evil = world.found("https://evil.example");
  evil.metadata.authorization_response_iss_parameter_supported = false;
  world.issuers = [evil.issuer];
  assert.is(await reasonOf(world, { redirect: world.as.consent }), "response_mismatch");
  assert.is(evil.forms.length, 0);
});

test("an answer of the browser that is not to this question is not used", async () => {
  for (const edit of [
    (url: URL) => url.searchParams.set("state", "x"),
    (url: URL) => url.searchParams.delete("iss"),
    (url: URL) => (url.pathname = "/other"),
  ]) {
    const world = new World();
    const redirect = async (url: URL) => {
      const back = await world.as.consent(url);
      edit(back);
      return back;
    };
    assert.is(await reasonOf(world, { redirect }), "response_mismatch");
    assert.is(world.as.forms.length, 0);
  }
});

for (const [what, body] of [
  ["no token", { token_type: "Bearer" }],
  ["a token with a line break", { access_token: "a\r\nX: y", token_type: "Bearer" }],
  ["an empty token", { access_token: "", token_type: "Bearer" }],
  ["a token of another kind", { access_token: "a", token_type: "DPoP" }],
  ["a token of no kind", { access_token: "a" }],
] as const) {
  test(`${what} is not sent`, async () => {
    const world = new World();
    world.pages.set(`${AS}/token`, () => Response.json(body));
    assert.is(await reasonOf(world), "malformed_answer");
  });
}

test("times that make no sense are none", async () => {
  for (const expires_in of [-1, 0, Number.NaN, "soon", null, {}]) {
    const world = new World();
    const store = new MemoryStore();
    const token = world.as.answer.bind(world.as);
    world.pages.set(`${AS}/token`, async (asked) => {
      const body = (await (await token(asked)).json()) as object;
      return Response.json({ ...body, expires_in });
    });
    await (await world.connect(world.authorization({ store }))).close();
    assert.is((await store.load("tokens", MCP))!.expiresAt, undefined, String(expires_in));
  }
});

test("a server without TLS, and not on this machine, gets no token", async () => {
  const world = new World();
  const server = "http://mcp.example/mcp";
  world.pages.set(server, ({ headers }) => new Response("", { status: headers.has("authorization") ? 200 : 401 }));
  const store = new MemoryStore();
  const tokens = { issuer: AS, resource: server, clientId: "c", accessToken: "secret", requested: [] };
  await store.save("tokens", server, tokens);
  const authorization = world.authorization({ store });
  const error = await failureOf(connect(httpTransport(server, { fetch: world.fetch, authorization })));
  assert.is(error.reason, "insecure_server");
  assert.ok(world.asked.every(({ headers }) => !headers.has("authorization")));
});

test("what is told of a failure holds no secret", async () => {
  const world = new World();
  const client = { id: "me", secret: "the-secret", issuer: AS };
  world.as.metadata.token_endpoint_auth_methods_supported = ["client_secret_post"];
  world.pages.set(`${AS}/token`, () => Response.json({ error: "invalid_grant" }, { status: 400 }));
  const error = await failureOf(world.connect(world.authorization({ client })));
  const [asked] = world.asked.filter(({ url }) => url === `${AS}/token`);
  const form = new URLSearchParams(asked!.body);
  const told = JSON.stringify([error.message, error.data, error.stack, String(error.cause), error]);
  for (const secret of ["the-secret", form.get("code")!, form.get("code_verifier")!])
    assert.not.ok(told.includes(secret), secret);
});

test.run();
