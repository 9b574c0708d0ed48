import { test } from "uvu";
import * as assert from "uvu/assert";
import { clientCredentials, MemoryStore } from "./index.js";
import { AS, failureOf, MCP, World } from "./testing/world.js";

for (const [by, bound] of [
  ["code", { issuer: AS }],
  ["code", {}],
  ["credentials", { issuer: AS }],
] as const) {
  test(`a secret goes to no issuer but its own, be there tokens of another (${by}, ${JSON.stringify(bound)})`, async () => {
    const world = new World();
    const evil = world.found("https://evil.example");
    evil.metadata.token_endpoint_auth_methods_supported = ["client_secret_post"];
    world.issuers = [evil.issuer];
    const store = new MemoryStore();
    const tokens = { issuer: evil.issuer, resource: MCP, clientId: "me", accessToken: "x", refreshToken: "y" };
    await store.save("tokens", MCP, { ...tokens, requested: ["mcp"] });
    await store.save("issuer", "me", { issuer: AS });
    const client = { id: "me", secret: "S3CRET", ...bound };
    const { fetch, clock } = world;
    const authorization =
      by === "code"
        ? world.authorization({ store, client })
        : clientCredentials({ client, store, fetch: fetch as never, clock });
    assert.is((await failureOf(world.connect(authorization))).reason, "no_client");
    evil.metadata.revocation_endpoint = `${evil.issuer}/revoke`;
    await store.save("tokens", MCP, { ...tokens, requested: ["mcp"] });
    assert.is(await authorization.forget(MCP), false);
    for (const { url, body } of world.asked) assert.not.ok(body.includes("S3CRET"), url);
  });
}

test.run();
