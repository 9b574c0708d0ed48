// A protected server that is mounted in frameworks, where its path is one of several.
import express from "express";
import { Hono } from "hono";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { createHandler } from "../transports/http/fetch.js";
import { createListener } from "../transports/http/node.js";
import { listen } from "../transports/testing/adapters.js";
import { mirrored, postHeaders } from "../transports/testing/http-wire.js";
import { call, modern } from "../transports/testing/messages.js";
import { apiKeys, protect } from "./index.js";
import { protectOptions, said, whoServer } from "./testing/protected.js";

const clock = new FakeClock();
const KEY = "alice-has-this-key";
const METADATA = "/.well-known/oauth-protected-resource";
const options = protectOptions(clock, {
  resource: "https://mcp.example/api/mcp",
  verify: apiKeys([{ name: "alice", key: KEY }]),
});

/** What holds wherever it is mounted. */
async function holds(send: (path: string, init?: RequestInit) => Promise<Response>): Promise<void> {
  const body = modern(1, "tools/call", call("who"));
  const post = (authorization?: string, path = "/api/mcp") =>
    send(path, {
      method: "POST",
      headers: { ...postHeaders, ...mirrored(body), ...(authorization ? { Authorization: authorization } : {}) },
      body: JSON.stringify(body),
    });
  const refused = await post();
  assert.is(refused.status, 401);
  const { resource_metadata } = readChallenge(refused.headers.get("www-authenticate"));
  assert.is(resource_metadata, `https://mcp.example${METADATA}/api/mcp`);
  for (const path of [`${METADATA}/api/mcp`, METADATA])
    assert.is((await (await send(path)).json()).resource, options.resource);
  assert.is((await said(await post(`Bearer ${KEY}`))).subject, "alice");
  assert.is((await post(`Bearer ${KEY}x`)).status, 401);
  assert.is((await post(`Bearer ${KEY}`, `/api/mcp?access_token=${KEY}`)).status, 400);
  assert.is((await send("/api/other")).status, 404);
}

for (const parsed of [false, true]) {
  test(`Express, with bodies ${parsed ? "parsed before" : "as they came"}`, async () => {
    const listener = protect(createListener(whoServer(clock)), options);
    const app = express();
    if (parsed) app.use(express.json());
    const api = express.Router();
    api.use("/mcp", listener as never);
    app.use("/api", api);
    app.use(METADATA, listener as never);
    const { origin, stop } = await listen(Object.assign(app as never, { close: () => listener.close() }));
    await holds((path, init) => fetch(origin + path, init));
    const stopped = stop();
    await clock.advance(10_000);
    await stopped;
  });
}

test("Hono", async () => {
  const handler = protect(createHandler(whoServer(clock)), options);
  const app = new Hono();
  app.all("/api/mcp", ({ req }) => handler(req.raw));
  app.get(`${METADATA}/*`, ({ req }) => handler(req.raw));
  await holds(async (path, init) => app.request(`https://mcp.example${path}`, init));
  await handler.close();
});

test.run();
