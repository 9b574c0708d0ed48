import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { createHandler } from "../transports/http/fetch.js";
import { mirrored, postHeaders } from "../transports/testing/http-wire.js";
import { call, modern } from "../transports/testing/messages.js";
import { createServer, rateLimit, type RateLimitOptions } from "./index.js";

function limited(options: RateLimitOptions) {
  const clock = new FakeClock();
  const server = createServer({ name: "s", version: "1" }, { clock });
  for (const name of ["a", "b", "c"]) server.tool(name, {}, () => name);
  server.use(rateLimit({ clock, ...options }));
  const handler = createHandler(server);
  const ask = async (name: string, principal?: string) => {
    const body = modern(1, "tools/call", call(name));
    const init = { method: "POST", headers: { ...postHeaders, ...mirrored(body) }, body: JSON.stringify(body) };
    return handler(new Request("http://127.0.0.1/mcp", init), principal === undefined ? {} : { auth: { principal } });
  };
  const statuses = async (...asked: [string, string?][]) => {
    const found: number[] = [];
    for (const [name, principal] of asked) found.push((await ask(name, principal)).status);
    return found;
  };
  return { clock, ask, statuses };
}

test("each principal has its own count, and all who are nobody have one", async () => {
  const { statuses, clock } = limited({ requests: { most: 2, everyMs: 60_000 } });
  assert.equal(await statuses(["a", "alice"], ["b", "alice"], ["a", "alice"], ["a", "bob"]), [200, 200, 429, 200]);
  assert.equal(await statuses(["a"], ["a"], ["a"]), [200, 200, 429]);
  await clock.advance(30_000);
  assert.equal(await statuses(["a", "alice"], ["a", "alice"]), [200, 429]);
});

test("each tool has its own rate, and the others have one together", async () => {
  const { statuses } = limited({ tools: { a: { most: 1 }, "*": { most: 2 } } });
  assert.equal(await statuses(["a"], ["a"], ["b"], ["c"], ["b"], ["a", "bob"]), [200, 429, 200, 200, 429, 200]);
});

test("the error says what was too much and when to come back", async () => {
  const { ask, clock } = limited({ tools: { a: { most: 1, everyMs: 60_000 } } });
  await ask("a", "alice");
  await clock.advance(20_500);
  const answer = await ask("a", "alice");
  assert.is(answer.status, 429);
  assert.is(answer.headers.get("retry-after"), "40");
  const { error, id } = await answer.json();
  assert.is(id, 1);
  assert.is(error.message, 'Too many calls of the tool "a"; try again in 40 s');
});

test("rates that make no sense are refused by name", () => {
  assert.throws(() => rateLimit({ requests: { most: 0 } }), /requests.most/);
  assert.throws(() => rateLimit({ tools: { a: { most: 1, everyMs: 0 } } }), /tools.a.everyMs/);
});

test.run();
