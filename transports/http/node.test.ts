import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer as createMcpServer } from "../../server/index.js";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { Gate } from "../testing/gate.js";
import { Events, mirrored, postHeaders } from "../testing/http-wire.js";
import { call, initialize, modern } from "../testing/messages.js";
import { createListener, serveHttp, type HttpOptions, type NodeRequest } from "./node.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

const discover = modern(1, "server/discover");

/** A listener on a free port, and a way to send bytes to it. */
async function open(
  set = testServer(),
  options: HttpOptions = {},
  before?: (request: IncomingMessage, response: ServerResponse) => unknown,
) {
  const listener = createListener(set.server, options);
  const server = createServer(async (request, response) => {
    await before?.(request, response);
    listener(request as NodeRequest, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...set,
    port,
    post: (message: object, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { ...postHeaders, ...mirrored(message), ...headers },
        body: JSON.stringify(message),
      }),
    raw: () => new Raw(connect(port, "127.0.0.1")),
    async stop() {
      const closed = listener.close();
      await set.clock.advance(1000);
      await closed;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client that speaks bytes. */
class Raw {
  readonly socket: Socket;
  text = "";
  ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1").on("data", (text: string) => (this.text += text));
    socket.on("close", () => (this.ended = true)).on("error", () => {});
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Sends a POST; `length` may lie. */
  post(body: string, headers: Record<string, string> = {}, length = Buffer.byteLength(body)): void {
    const all = {
      Host: "127.0.0.1",
      ...postHeaders,
      ...mirrored(discover),
      "Content-Length": String(length),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`POST / HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  }

  /** Waits for so many answers, and gives their statuses. */
  async statuses(count: number): Promise<number[]> {
    for (;;) {
      const found = [...this.text.matchAll(/HTTP\/1\.1 (\d+) /g)]
        .map(([, status]) => Number(status))
        .filter((status) => status !== 100);
      if (found.length >= count || this.ended) return found;
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]).catch(() => {});
    }
  }
}

const whole = JSON.stringify(discover);

test("a connection goes on after refusals that left the body unread", async () => {
  const wire = await open();
  const raw = wire.raw();
  const big = "x".repeat(300_000);
  raw.post(big, { "Content-Type": "text/plain" });
  raw.post(whole);
  raw.post(big, { Origin: "https://evil.example" });
  raw.post(whole);
  raw.post(big, { Accept: "text/html" });
  raw.post(whole);
  assert.equal(await raw.statuses(6), [415, 200, 403, 200, 406, 200]);
  raw.socket.destroy();
  await wire.stop();
});

test("a handler has the asynchronous context of whoever called the listener, however late the body comes", async () => {
  const context = new AsyncLocalStorage<string>();
  const set = testServer();
  set.server.tool("whose", {}, () => context.getStore() ?? "nobody's");
  const arrived = new Gate();
  const wire = await open(set, {}, () => {
    context.enterWith("the caller's");
    arrived.open();
  });
  const raw = wire.raw();
  const message = modern(1, "tools/call", call("whose"));
  const body = JSON.stringify(message);
  raw.post("", mirrored(message), Buffer.byteLength(body));
  await arrived.opened;
  raw.write(body);
  assert.equal(await raw.statuses(1), [200]);
  assert.match(raw.text, '"text":"the caller\'s"');
  raw.socket.destroy();
  await wire.stop();
});

for (const [how, length] of [
  ["with its length told", undefined],
  ["in chunks", "chunked"],
] as const) {
  test(`a client that uploads too much, ${how}, gets to read the 413`, async () => {
    const wire = await open(testServer({ maxMessageBytes: 1000 }));
    // An agent may keep the connection, and uses it for the second request if it may.
    const body = "x".repeat(4_000_000);
    for (let round = 0; round < 5; round++) {
      const status = await new Promise<number | string>((resolve) => {
        const headers = {
          ...postHeaders,
          ...mirrored(discover),
          ...(length ? { "Transfer-Encoding": length } : { "Content-Length": body.length }),
        };
        const sent = httpRequest({ port: wire.port, host: "127.0.0.1", method: "POST", headers }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode!));
        });
        sent.on("error", (error) => resolve(String(error)));
        sent.end(body);
      });
      assert.is(status, 413);
    }
    await wire.stop();
  });
}

test("a client that sends the next request before its answer, and leaves, cancels both", async () => {
  const wire = await open();
  const raw = wire.raw();
  for (const id of [1, 2]) {
    const message = modern(id, "tools/call", call("wait"));
    raw.post(JSON.stringify(message), mirrored(message));
  }
  await until(() => wire.log.filter((entry) => entry === "called").length === 2);
  raw.socket.destroy();
  await until(() => wire.log.filter((entry) => entry === "aborted").length === 2);
  await wire.stop();
});

test("a client that vanishes in the middle of its body leaves nothing behind", async () => {
  const wire = await open();
  const raw = wire.raw();
  raw.post('{"jsonrpc":', {}, 1000);
  await until(() => raw.socket.bytesWritten > 0);
  raw.socket.destroy();
  await once(raw.socket, "close");
  assert.is((await wire.post(discover)).status, 200);
  await wire.stop();
  assert.equal([wire.errors, wire.clock.pending], [[], 0]);
});

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    if (turns > 2000) throw new Error(`never: ${holds}`);
    await settled();
  }
}

test("a client that vanishes in the middle of a call cancels it", async () => {
  const wire = await open();
  const raw = wire.raw();
  const wait = modern(1, "tools/call", call("wait"));
  raw.post(JSON.stringify(wait), mirrored(wait));
  await wire.waiting;
  raw.socket.destroy();
  await wire.aborted;
  assert.equal(wire.log.slice(0, 2), ["called", "aborted"]);
  await wire.stop();
});

test("a client that left while an authorization layer was busy starts no call and keeps no stream", async () => {
  const gate = new Gate();
  const arrived = new Gate();
  const wire = await open(testServer(), {}, async (request) => {
    if (!request.headers["x-slow"]) return;
    (request as { body?: unknown }).body =
      request.method === "POST" ? modern(1, "tools/call", call("wait")) : undefined;
    arrived.open();
    await gate.opened;
  });
  const answer = await fetch(`http://127.0.0.1:${wire.port}/`, {
    method: "POST",
    headers: postHeaders,
    body: JSON.stringify(initialize()),
  });
  const session = answer.headers.get("mcp-session-id")!;
  await answer.text();
  const [posting, listening] = [wire.raw(), wire.raw()];
  posting.post("{}", { ...mirrored(modern(1, "tools/call", call("wait"))), "X-Slow": "yes" });
  listening.write(
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: yes\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${session}\r\n\r\n`,
  );
  await arrived.opened;
  await settled();
  for (const raw of [posting, listening]) {
    raw.socket.destroy();
    await once(raw.socket, "close");
  }
  await settled();
  gate.open();
  await settled();
  assert.equal(wire.log, []);
  assert.is(wire.clock.pending, 0);
  await wire.stop();
});

test("an answer that a framework has ended by itself does no harm", async () => {
  const wire = await open(testServer(), {}, (request, response) => {
    if (!request.headers["x-early"]) return;
    response.writeHead(408, { "Content-Length": "0" });
    response.end();
  });
  const wait = modern(1, "tools/call", call("wait"));
  assert.is((await wire.post(wait, { "X-Early": "yes" })).status, 408);
  await wire.clock.advance(20_000);
  const progress = modern(1, "tools/call", call("progress", {}, { progressToken: 1 }));
  assert.is((await wire.post(progress, { "X-Early": "yes" })).status, 408);
  assert.is((await wire.post(discover)).status, 200);
  wire.gate.open();
  await wire.stop();
});

test("a body that a framework has read: parsed, as text, as bytes; too large, or not passed on", async () => {
  for (const [body, status] of [
    [discover, 200],
    [whole, 200],
    [Buffer.from(whole), 200],
    [new Uint8Array(Buffer.from(whole)), 200],
    ["{", 400],
    [Buffer.from([0xff]), 400],
    [{}, 400],
    [null, 400],
    ["x".repeat(2000), 413],
    [Buffer.alloc(2000, "x"), 413],
    [undefined, 500],
  ] as const) {
    const set = testServer({ maxMessageBytes: 1000 });
    const wire = await open(set, {}, async (request) => {
      for await (const _ of request);
      Object.assign(request, { body });
    });
    const answer = await wire.post(discover);
    assert.is(answer.status, status, String(body));
    await answer.text();
    if (status === 500) assert.match(set.errors.join(), "request.body");
    await wire.stop();
  }
});

test("Host: loopback names and those listed, on a loopback address", async () => {
  const ask = async (host: string, options: HttpOptions = {}) => {
    const wire = await open(testServer(), options);
    const raw = wire.raw();
    raw.post(whole, { Host: host });
    const [status] = await raw.statuses(1);
    raw.socket.destroy();
    await wire.stop();
    return status;
  };
  for (const host of ["localhost", "localhost:3000", "127.0.0.1:1", "[::1]:9", "LOCALHOST"])
    assert.is(await ask(host), 200, host);
  for (const host of [
    "evil.example",
    "evil.example:3000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "::ffff:127.evil",
    "",
  ]) {
    assert.is(await ask(host), 403, host);
  }
  assert.is(await ask("mcp.example", { allowedHosts: ["mcp.example"] }), 200);
  assert.is(await ask("mcp.example:8080", { allowedHosts: ["mcp.example:8080"] }), 200);
  assert.is(await ask("mcp.example:8081", { allowedHosts: ["mcp.example:8080"] }), 403);
  assert.is(await ask("any.example", { allowedHosts: "*" }), 200);
});

test("requests in a pipeline are answered in order", async () => {
  const wire = await open();
  const raw = wire.raw();
  for (let i = 0; i < 3; i++) raw.post(whole);
  raw.post("{");
  assert.equal(await raw.statuses(4), [200, 200, 200, 400]);
  raw.socket.destroy();
  await wire.stop();
});

test("a pipeline of many requests leaves nothing on its connection", async () => {
  const { server } = testServer();
  const serving = await serveHttp(server, { port: 0 });
  const connected = once(serving.server, "connection") as Promise<[Socket]>;
  const { port, host } = new URL(serving.url);
  const client = connect(Number(port), "127.0.0.1");
  const head = { Host: host, ...postHeaders, ...mirrored(discover), "Content-Length": String(whole.length) };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  const [socket] = await connected;
  const before = socket.listenerCount("close");
  client.write(`POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${whole}`.repeat(100));
  let answered = 0;
  for await (const chunk of client) {
    answered += String(chunk).split("HTTP/1.1 200").length - 1;
    if (answered >= 100) break;
  }
  assert.ok(socket.listenerCount("close") <= before + 2, `${socket.listenerCount("close")} listeners`);
  client.destroy();
  await serving.close();
});

test("serveHttp answers at its path alone and tells its URL", async () => {
  const { server } = testServer();
  const serving = await serveHttp(server, { port: 0, path: "/mcp" });
  assert.match(serving.url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const post = (url: string) =>
    fetch(url, { method: "POST", headers: { ...postHeaders, ...mirrored(discover) }, body: whole });
  assert.is((await post(serving.url)).status, 200);
  assert.is((await post(`${serving.url}?x=1`)).status, 200);
  assert.is((await post(serving.url.replace("/mcp", "/other"))).status, 404);
  await serving.close();
  assert.match(String(await post(serving.url).catch((error: Error) => error)), "fetch failed");
});

test("serveHttp that cannot listen stops what it started", async () => {
  const first = await serveHttp(testServer().server, { port: 0 });
  let stopped = 0;
  const server = createMcpServer(
    { name: "s", version: "1" },
    { lifespan: () => ({ state: undefined, stop: () => void stopped++ }) },
  );
  const { port } = first.server.address() as AddressInfo;
  const reason: unknown = await serveHttp(server, { port }).catch((error: unknown) => error);
  assert.is((reason as NodeJS.ErrnoException).code, "EADDRINUSE");
  assert.is(stopped, 1);
  await first.close();
});

test("closing serveHttp: streams end with their result, a large answer under way arrives whole", async () => {
  const { server, gate, waiting } = testServer();
  const text = "x".repeat(8_000_000);
  server.tool("large", {}, async () => {
    await gate.opened;
    return text;
  });
  const serving = await serveHttp(server, { port: 0 });
  const post = (message: object) =>
    fetch(serving.url, {
      method: "POST",
      headers: { ...postHeaders, ...mirrored(message) },
      body: JSON.stringify(message),
    });
  const events = new Events(
    await post(modern("sub", "subscriptions/listen", { notifications: { toolsListChanged: true } })),
  );
  await events.next();
  const large = post(modern(1, "tools/call", call("large")));
  const waited = post(modern(2, "tools/call", call("wait")));
  await waiting;
  const closed = serving.close();
  gate.open();
  assert.is((await events.rest()).at(-1).id, "sub");
  assert.is((await (await large).json()).result.content[0].text.length, text.length);
  assert.is((await (await waited).json()).id, 2);
  await closed;
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
