import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CallFailed } from "../../protocol/call-failed.js";
import { refusalOf } from "./refusal.js";

const server = createServer(({ url, headers }, response) => {
  if (url === "/mute") return;
  response.writeHead(401, { "WWW-Authenticate": `Bearer scope="${String(headers["x-tenant"])}"` }).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test("the headers of the server's entry go along", async () => {
  assert.equal(await refusalOf(`${base}/`, { "X-Tenant": "t1" }), { status: 401, challenge: 'Bearer scope="t1"' });
});

test("a server that says nothing is not waited for without end", async () => {
  try {
    await refusalOf(`${base}/mute`, {}, 50);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof CallFailed);
    assert.equal([error.code, error.message], ["request_timeout", `${base} did not answer within 50 ms`]);
  }
});

test.after(() => {
  server.close();
  server.closeAllConnections();
});

test.run();
