import { test } from "uvu";
import * as assert from "uvu/assert";
import { throughHere } from "./through-here.js";

async function through(...chunks: readonly string[]): Promise<string> {
  const stream = throughHere("http://there:1", "http://here:2");
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

test("the address that a stream names first is here, wherever the pieces are cut", async () => {
  const wanted = "event: endpoint\ndata: http://here:2/post?id=1\n\ndata: http://there:1/ü\n\n";
  const given = wanted.replace("here:2", "there:1");
  assert.is(await through(given), wanted);
  assert.is(await through(...given.match(/.{1,3}|\n/gsu)!), wanted);
  const later = given.replace("event: endpoint\n", ": hello\n\nevent: endpoint\n");
  assert.is(await through(later), `: hello\n\n${wanted}`);
});

test("all else goes through as it comes: paths, other streams, what the end cuts short", async () => {
  for (const text of [
    "event: endpoint\ndata: /post?id=1\n\ndata: x\n\n",
    "data: http://there:1/a\n\nevent: endpoint\ndata: http://there:1/b\n\n",
    "event: endpoint\ndata: http://there:1",
  ])
    assert.is(await through(text), text);
});

test.run();
