import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { eachWay } from "./testing/example-file.js";
import { withStdio, type StdioClient } from "./testing/stdio-client.js";

const source = 'export const greeting = "Grüße";\n';
const send = (response: ServerResponse, type: string, body: string | Buffer) =>
  response.writeHead(200, { "Content-Type": type }).end(body);

const pages: Record<string, (response: ServerResponse) => unknown> = {
  "/a.ts": (response) => send(response, "text/plain; charset=utf-8", source),
  "/a.json": (response) => send(response, "application/json", "{}"),
  "/a.png": (response) => send(response, "image/png", Buffer.from([0x89, 0x50])),
  "/large": (response) => send(response, "text/plain", "x".repeat(256 * 1024 + 1)),
  "/broken": (response) => response.writeHead(500).end(),
  "/moved": (response) => response.writeHead(302, { Location: "/a.ts" }).end(),
  "/cut": (response) => response.destroy(),
  "/silent": (response) => void site.emit("silent", response),
};
const site = createServer((request, response) => {
  const page = pages[request.url ?? ""];
  if (page) page(response);
  else response.writeHead(404).end();
});
let base: string;
test.before(async () => {
  await once(site.listen(0, "127.0.0.1"), "listening");
  base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
test.after(() => {
  site.close();
  site.closeAllConnections();
});

const fetched = async (client: StdioClient, url: string, more = {}) => {
  const { content, isError = false } = await client.call("fetch_source", { url, ...more });
  return { text: content[0].text as string, isError };
};

for (const [name, revision] of eachWay("fetch-url")) {
  test(`fetches text, and tells plainly what went wrong (${name}, ${revision})`, () =>
    withStdio(name, { revision }, async (client) => {
      const good = async (path: string) => fetched(client, base + path);
      assert.equal(await good("/a.ts"), { text: source, isError: false });
      assert.equal(await good("/a.json"), { text: "{}", isError: false });
      assert.equal(await good("/moved"), { text: source, isError: false });

      const free = createServer().listen(0, "127.0.0.1");
      await once(free, "listening");
      const closed = `http://127.0.0.1:${(free.address() as AddressInfo).port}/`;
      await once(free.close(), "close");
      const bad: [url: string, told: string][] = [
        [`${base}/none`, "answered 404 Not Found"],
        [`${base}/broken`, "answered 500 Internal Server Error"],
        [`${base}/a.png`, "is not text but image/png"],
        [`${base}/large`, "is larger than 262144 bytes"],
        [`${base}/cut`, "cannot be reached: the connection was cut"],
        [closed, "cannot be reached: the connection was refused"],
      ];
      for (const [url, told] of bad) {
        assert.equal(await fetched(client, url), { text: `${url} ${told}`, isError: true });
      }

      const file = await fetched(client, "file:///etc/hosts");
      assert.equal(file, { text: '"file:///etc/hosts" is no http or https URL', isError: true });
      const late = await fetched(client, `${base}/silent`, { timeoutMs: 50 });
      assert.equal(late, { text: `${base}/silent did not answer within 50 ms`, isError: true });
    }));

  test(`a cancelled call ends its fetch and is not answered (${name}, ${revision})`, () =>
    withStdio(name, { revision }, async (client) => {
      const asked = once(site, "silent") as Promise<[ServerResponse]>;
      void fetched(client, `${base}/silent`, { timeoutMs: 60_000 }).catch(() => {});
      const requestId = client.lastId();
      const [response] = await asked;
      const cut = once(response, "close", { signal: AbortSignal.timeout(5000) });
      client.notify("notifications/cancelled", { requestId, reason: "changed my mind" });
      await cut;
      assert.equal(await fetched(client, `${base}/a.ts`), { text: source, isError: false });
      assert.is(
        client.lines.some((line) => JSON.parse(line).id === requestId),
        false,
      );
    }));
}

test.run();
