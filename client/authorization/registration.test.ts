import { test } from "uvu";
import * as assert from "uvu/assert";
import { authorizationCode, clientMetadataDocument, MemoryStore } from "./index.js";
import { AS, CALLBACK, failureOf, MCP, World } from "./testing/world.js";

const DOCUMENT = "https://client.example/mcp.json";
const idAsked = (world: World) => world.as.consents.at(-1)?.get("client_id");

test("a client that is given comes first, then the document, then registration, then the user", async () => {
  const world = new World();
  world.as.metadata.client_id_metadata_document_supported = true;
  world.as.metadata.token_endpoint_auth_methods_supported = ["none", "client_secret_basic"];
  const askClient = async () => ({ id: "named" });
  const all = { client: { id: "given" }, clientMetadataUrl: DOCUMENT, askClient };
  await (await world.connect(world.authorization(all))).close();
  assert.is(idAsked(world), "given");
  await (await world.connect(world.authorization({ clientMetadataUrl: DOCUMENT, askClient }))).close();
  assert.is(idAsked(world), DOCUMENT);
  assert.is(world.as.registrations.length, 0);
  world.as.metadata.client_id_metadata_document_supported = "true";
  await (await world.connect(world.authorization({ clientMetadataUrl: DOCUMENT, askClient }))).close();
  assert.is(idAsked(world), `client-1 of ${AS}`);
  delete world.as.metadata.registration_endpoint;
  const asked: string[] = [];
  const store = new MemoryStore();
  const ask = async (issuer: string) => (asked.push(issuer), { id: "named" });
  await (await world.connect(world.authorization({ askClient: ask, store }))).close();
  assert.is(idAsked(world), "named");
  assert.equal(asked, [AS]);
  await store.save("tokens", MCP, undefined);
  await (await world.connect(world.authorization({ askClient: ask, store }))).close();
  assert.equal(asked, [AS], "what the user has said is kept");
  assert.is((await failureOf(world.connect(world.authorization()))).reason, "no_client");
});

test("register: false registers nothing", async () => {
  const world = new World();
  assert.is((await failureOf(world.connect(world.authorization({ register: false })))).reason, "no_client");
  assert.is(world.as.registrations.length, 0);
});

test("application_type says whether browsers come back to this machine", async () => {
  for (const [redirectUri, type] of [
    [CALLBACK, "native"],
    ["http://localhost:8080/x", "native"],
    ["https://app.example/callback", "web"],
  ] as const) {
    const world = new World();
    await (await world.connect(world.authorization({ redirectUri }))).close();
    assert.is(world.as.registrations[0]!.application_type, type, redirectUri);
  }
});

test("what a client says of itself goes along, and cannot change where browsers come back to", async () => {
  const world = new World();
  const register = { name: "Mine", uri: "https://a.example", more: { contacts: ["a@b"], redirect_uris: ["x"] } };
  await (await world.connect(world.authorization({ register }))).close();
  const [asked] = world.as.registrations;
  assert.is(asked!.client_name, "Mine");
  assert.is(asked!.client_uri, "https://a.example");
  assert.equal([asked!.contacts, asked!.redirect_uris], [["a@b"], [CALLBACK]]);
});

test("a registration is used again, unless browsers come back elsewhere or its secret has ended", async () => {
  const world = new World();
  const store = new MemoryStore();
  const again = async (redirectUri = CALLBACK) => {
    await store.save("tokens", MCP, undefined);
    await (await world.connect(world.authorization({ store, redirectUri }))).close();
    return world.as.registrations.length;
  };
  assert.equal([await again(), await again()], [1, 1]);
  assert.is(await again("http://127.0.0.1:99/callback"), 2);
  const known = (await store.load("registration", AS))!;
  await store.save("registration", AS, { ...known, secretExpiresAt: world.clock.now() - 1 });
  assert.is(await again("http://127.0.0.1:99/callback"), 3);
});

test("a refused registration has the authorization server's words, and says where browsers were to come back to", async () => {
  const world = new World();
  const answer = { error: "invalid_redirect_uri", error_description: "no http" };
  world.pages.set(`${AS}/register`, () => Response.json(answer, { status: 400 }));
  const error = await failureOf(world.connect());
  assert.equal([error.code, error.reason, error.status], ["authorization_failed", "registration_failed", 400]);
  assert.equal(error.data, answer);
  assert.ok(error.message.includes(CALLBACK) && error.message.includes("no http"), error.message);
  for (const body of ["<html>", "[]", '{"client_id":7}', "{}"]) {
    world.pages.set(`${AS}/register`, () => new Response(body, { status: 500 }));
    assert.is((await failureOf(world.connect())).reason, "registration_failed", body);
  }
});

test("a client that the authorization server has forgotten registers anew the next time", async () => {
  const world = new World();
  const authorization = world.authorization();
  world.pages.set(`${AS}/token`, () => Response.json({ error: "invalid_client" }, { status: 401 }));
  assert.is((await failureOf(world.connect(authorization))).reason, "token_refused");
  world.pages.clear();
  await (await world.connect(authorization)).close();
  assert.is(world.as.registrations.length, 2);
});

test("a given client is bound to its issuer, or to the one where it is used first", async () => {
  const world = new World();
  const store = new MemoryStore();
  const evil = world.found("https://evil.example");
  const given = (client: object) => world.connect(world.authorization({ store, client: { id: "me", ...client } }));
  await (await given({})).close();
  world.issuers = [evil.issuer];
  for (const client of [{}, { issuer: AS }]) {
    const error = await failureOf(given(client));
    assert.is(error.reason, "no_client");
    assert.ok(error.message.includes(AS) && error.message.includes(evil.issuer), error.message);
  }
  assert.is(evil.forms.length + evil.consents.length, 0);
});

test("secrets go as the authorization server wants them", async () => {
  const basic = `Basic ${btoa("a%3Ab:s+%2B")}`;
  for (const [methods, header, inBody] of [
    [["client_secret_basic"], basic, null],
    [["none", "client_secret_basic", "client_secret_post"], null, "s +"],
    [undefined, basic, null],
  ] as const) {
    const world = new World();
    world.as.metadata.token_endpoint_auth_methods_supported = methods;
    await (await world.connect(world.authorization({ client: { id: "a:b", secret: "s +" } }))).close();
    const asked = world.asked.find(({ url }) => url === `${AS}/token`)!;
    assert.is(asked.headers.get("authorization"), header);
    assert.is(world.as.forms[0]!.get("client_secret"), inBody);
    assert.not.ok(world.as.consents[0]!.has("client_secret"));
  }
  const world = new World();
  const error = await failureOf(world.connect(world.authorization({ client: { id: "a", secret: "s" } })));
  assert.is(error.reason, "no_client", "it takes none");
});

test("the metadata document has what it must, and its address is held against what it may be", () => {
  assert.equal(clientMetadataDocument(DOCUMENT, [CALLBACK], { name: "Mine", more: { client_id: "x" } }), {
    client_id: DOCUMENT,
    client_name: "Mine",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });
  for (const url of [
    "http://client.example/mcp.json",
    "https://client.example",
    "https://client.example/",
    "https://client.example/a#b",
    "https://user@client.example/a",
    "https://client.example/a/../b",
    "https://CLIENT.example/a",
    "nothing",
  ]) {
    assert.throws(() => clientMetadataDocument(url, [CALLBACK], { name: "Mine" }), /clientMetadataUrl/, url);
    const redirect = async () => CALLBACK;
    assert.throws(() => authorizationCode({ redirectUri: CALLBACK, redirect, clientMetadataUrl: url }), TypeError);
  }
});

test("browsers come back by https, or to this machine", () => {
  const redirect = async () => CALLBACK;
  for (const redirectUri of ["http://app.example/x", "app:/x", "javascript:alert(1)", "x", `${CALLBACK}#x`])
    assert.throws(() => authorizationCode({ redirectUri, redirect }), /redirectUri/, redirectUri);
});

test.run();
