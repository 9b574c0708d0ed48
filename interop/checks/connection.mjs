// @ts-check
import { deepEqual, equal, ok } from "node:assert/strict";
import { within } from "../arrivals.mjs";
import { isAlive } from "../processes.mjs";
import { isModern, texts } from "./expectations.mjs";

export const connect = {
  name: "connect",
  async run(link) {
    await link.connect();
    const { client, subject } = link;
    // What the client took from it, where it tells, and what the server did.
    if (link.version !== undefined) equal(link.version, subject.revision);
    deepEqual(texts(await link.call({ name: "who", arguments: {} })), [`interop-client ${subject.revision}`]);
    if (client.getProtocolEra) equal(client.getProtocolEra(), subject.era);
    equal(client.getServerVersion()?.name, "interop");
    equal(client.getServerVersion()?.version, "1.2.3");
    equal(client.getInstructions(), "Serves clients that others wrote.");
    const { tools, resources, prompts } = client.getServerCapabilities();
    deepEqual(
      [tools?.listChanged, resources?.subscribe, resources?.listChanged, prompts?.listChanged],
      [true, true, true, true],
    );
  },
};

export const ping = {
  name: "ping",
  lacks: (link) => isModern(link) && "2026-07-28 has no ping",
  run: async ({ client }) => deepEqual(await client.ping(), {}),
};

/** After all else, but before the end, which a client may report as an error. */
export const noComplaint = {
  name: "no complaint",
  run: async (link) => deepEqual([link.errors.all.map(String), link.stderr.all], [[], []]),
};

export const close = {
  name: "close",
  run: (link) => ({ stdio: closePipe, http: closeHttp, sse: closeSse })[link.wire](link),
};

/** The end of the stream is the end of the session. */
async function closeSse({ client, service }) {
  await client.close();
  await within(3000, service.silent(), "waiting for the server to notify nobody");
}

/** The client ends the input. After 2 s it would send a signal: the process has to be gone by itself before. */
async function closePipe(link) {
  const { pid } = link.transport;
  ok(isAlive(pid));
  const begun = performance.now();
  await link.client.close();
  const took = performance.now() - begun;
  ok(!isAlive(pid), "the process is still there");
  ok(took < 1900, `the process did not end by itself (${Math.round(took)} ms)`);
  deepEqual(link.stderr.all, []);
}

async function closeHttp(link) {
  const { client, transport, service } = link;
  const session = transport.sessionId;
  if (isModern(link)) {
    equal(session, undefined, "2026-07-28 has no sessions");
    await client.close();
  } else {
    ok(session, "no session id");
    await transport.terminateSession();
    equal(transport.sessionId, undefined);
    deepEqual(
      link.http.all.filter(({ method }) => method === "DELETE").map(({ status }) => status < 300),
      [true],
    );
    await client.close();
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "Mcp-Session-Id": session,
    };
    const again = await fetch(service.url, {
      method: "POST",
      headers,
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
    });
    await again.body?.cancel();
    equal(again.status, 404, "the session lives on");
  }
  equal(
    link.http.all.some(({ session }) => session !== null),
    !isModern(link),
  );
  await within(3000, service.silent(), "waiting for the server to notify nobody");
}
