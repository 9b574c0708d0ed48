import * as assert from "uvu/assert";
import { connectHttp } from "./http-client.js";

/** Holds an endpoint with the tool `countdown` to what a legacy client does: handshake, call, DELETE. */
export async function speaksLegacy(url: string): Promise<void> {
  const client = await connectHttp(url, "2025-11-25");
  const { content } = await client.request("tools/call", { name: "countdown", arguments: { from: 2 } });
  assert.equal(content, [{ type: "text", text: "Lift-off!" }]);
  assert.is(await client.end(), 204);
  assert.is((await client.send("ping")).status, 404);
}

/** Holds an endpoint with the tool `countdown` to what a modern client does: a plain call, and one with progress. */
export async function speaksModern(url: string): Promise<void> {
  const client = await connectHttp(url, "2026-07-28");
  const call = { name: "countdown", arguments: { from: 3 } };
  const plain = await client.send("tools/call", call);
  assert.match(plain.headers.get("content-type") ?? "", /^application\/json/);
  assert.equal(plain.messages[0]?.result.content, [{ type: "text", text: "Lift-off!" }]);

  const streamed = await client.send("tools/call", { ...call, _meta: { progressToken: 7 } });
  assert.is(streamed.status, 200);
  assert.match(streamed.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal(
    streamed.messages.map(({ method }) => method),
    [...Array(3).fill("notifications/progress"), undefined],
  );
  const told = streamed.messages.slice(0, 3).map(({ params }) => [params.progressToken, params.progress]);
  assert.equal(told, [
    [7, 1],
    [7, 2],
    [7, 3],
  ]);
  assert.equal(streamed.messages[3]?.result.content, [{ type: "text", text: "Lift-off!" }]);
}
