import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect, httpTransport } from "../../client/index.js";
import { failureOf } from "../../client/testing/scripted.js";
import { content, json, modern, open, scripted } from "./testing/scripted-http.js";

const redirect = (status: number, location: string) => new Response(null, { status, headers: { Location: location } });

test("a redirect within the origin that keeps the method is followed, with all that goes along", async () => {
  for (const status of [307, 308]) {
    const { connected, gets } = scripted(
      modern(({ url, body }) =>
        url === "http://host/mcp/"
          ? json({ id: body.id, result: { resultType: "complete", content } })
          : redirect(status, "/mcp/"),
      ),
      {},
      { headers: { Authorization: "Bearer a" } },
    );
    assert.equal((await (await connected).callTool("t", { a: 1 })).content, content);
    const [first, second] = gets.slice(-2);
    assert.equal(second!.body, first!.body);
    assert.equal([...second!.headers], [...first!.headers]);
    assert.is(second!.headers.get("authorization"), "Bearer a");
    assert.equal([first!.redirect, second!.redirect], ["manual", "manual"]);
  }
});

test("any other is an error with its status, and nothing goes there", async () => {
  for (const [status, location] of [
    [307, "http://elsewhere/mcp"],
    [308, "http://host:81/mcp"],
    [307, "https://host/mcp"],
    [307, "http://"],
    [301, "/mcp/"],
    [302, "/mcp/"],
    [303, "/mcp/"],
  ] as const) {
    const { connected, gets } = scripted(modern(() => redirect(status, location)));
    const failure = await failureOf((await connected).callTool("t"));
    assert.equal([failure.code, failure.status], ["http_error", status]);
    assert.ok(failure.message.includes(location), failure.message);
    assert.equal(
      gets.map(({ url }) => url),
      ["http://host/mcp", "http://host/mcp"],
    );
  }
});

test("redirects are not followed for ever", async () => {
  const { connected, gets } = scripted(modern(() => redirect(307, "/mcp")));
  assert.is((await failureOf((await connected).callTool("t"))).status, 307);
  assert.is(gets.length, 1 + 6);
});

test("what a browser hides is refused", async () => {
  const hidden = Object.defineProperties(Response.error(), { type: { value: "opaqueredirect" } });
  const { connected } = scripted(modern(() => hidden));
  const failure = await failureOf((await connected).callTool("t"));
  assert.is(failure.code, "http_error");
  assert.match(failure.message, /redirect/);
});

test("nor does HTTP+SSE go elsewhere", async () => {
  const asked: string[] = [];
  const answers: Record<string, () => Response> = {
    "GET http://host/mcp": () => redirect(307, "/sse"),
    "GET http://host/sse": () => open("event: endpoint\ndata: /post\n\n"),
    "POST http://host/post": () => redirect(307, "http://elsewhere/post"),
  };
  const fetch = async (url: unknown, { method }: RequestInit) => {
    asked.push(`${method} ${String(url)}`);
    return answers[asked.at(-1)!]?.() ?? new Response(null, { status: 405 });
  };
  const transport = httpTransport("http://host/mcp", { fetch: fetch as typeof globalThis.fetch });
  const failure = await failureOf(connect(transport, { revision: "2024-11-05" }));
  assert.equal([failure.code, failure.status], ["http_error", 307]);
  assert.equal(asked, ["POST http://host/mcp", "GET http://host/mcp", "GET http://host/sse", "POST http://host/post"]);
});

test.run();
