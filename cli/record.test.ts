import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CommandProcess } from "./testing/command-process.js";
import { connect } from "../client/index.js";
import type { Recording } from "../conformance/recording/recording.js";
import { httpTransport } from "../transports/http-client/http-transport.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const adder = fileURLToPath(new URL("./testing/adder.js", import.meta.url));
const server = ["--", process.execPath, command, "run", adder];
const folder = mkdtempSync(join(tmpdir(), "barewire-record-"));
const commands = new CommandProcess();
const barewire = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, [command, ...args], { input, encoding: "utf8", timeout: 30_000 });

const lines = (...messages: readonly object[]) =>
  messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
const sum = { name: "add", arguments: { a: 20, b: 22 } };
const legacy = lines(
  {
    id: "one",
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "host", version: "1" } },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "ping" },
  { id: 3, method: "tools/call", params: sum },
);
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Recording;

const test = suite("record and replay");
const pipe = join(folder, "pipe.json");
test.before(() => {
  const { status, stderr } = barewire(["record", "--out", pipe, "--redact", "clientInfo", ...server], legacy);
  assert.is(stderr, "");
  assert.is(status, 0);
});
test.after(() => {
  commands.end();
  rmSync(folder, { recursive: true, force: true });
});

test("a pipe is recorded, and both sides see what they would see without", () => {
  const direct = barewire(server.slice(3), legacy);
  const again = barewire(["record", "--out", join(folder, "again.json"), ...server], legacy);
  assert.is(again.stdout, direct.stdout);
  assert.is(statSync(pipe).mode & 0o077, 0);
  const { recording, wire, entries } = read(pipe);
  assert.equal([recording, wire], [1, "stdio"]);
  assert.equal(
    entries.filter(({ by }) => by === "client").map(({ message, end }) => (message as { id?: unknown })?.id ?? end),
    ["one", undefined, 2, 3, true],
  );
  assert.ok(entries.every(({ at }, index) => at >= (entries[index - 1]?.at ?? 0)));
  assert.not.match(readFileSync(pipe, "utf8"), '"host"');
});

test("the exit code is that of the server's process", () => {
  const out = join(folder, "exit.json");
  const { status } = barewire(["record", "--out", out, "--", process.execPath, "-e", "process.exit(7)"]);
  assert.is(status, 7);
});

test("the client's side is replayed: nothing differs", () => {
  const { status, stdout } = barewire(["replay", pipe, ...server]);
  assert.is(stdout, "4 sent, 3 compared in 2025-11-25, 0 differences\n");
  assert.is(status, 0);
});

test("a legacy recording is replayed in the modern revision", () => {
  const { status, stdout } = barewire(["replay", pipe, "--revision", "2026-07-28", ...server]);
  assert.ok(stdout.includes("left out: #0 initialize: 2026-07-28 has no such method"), stdout);
  assert.ok(stdout.endsWith("1 sent, 1 compared in 2026-07-28, 0 differences\n"), stdout);
  assert.is(status, 0);
});

test("what differs is shown by member", () => {
  const changed = join(folder, "changed.json");
  writeFileSync(changed, readFileSync(pipe, "utf8").replace('"42"', '"43"'));
  const { status, stdout } = barewire(["replay", changed, ...server]);
  assert.match(stdout, /^#\d+ the answer to 3: result\.content\[0\]\.text: recorded "43", now "42"$/m);
  assert.is(status, 1);
});

test("the server's side is replayed, with the client's own ids", () => {
  const input = legacy.replace('"id":3', '"id":"three"');
  const { status, stdout, stderr } = barewire(["replay", pipe, "--as-server"], input);
  assert.is(stderr, "0 differences\n");
  assert.is(status, 0);
  const said = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: unknown; result: { content?: unknown } });
  assert.equal(
    said.map(({ id }) => id),
    ["one", 2, "three"],
  );
  assert.equal(said[2]?.result.content, [{ type: "text", text: "42" }]);
});

test("a client that does otherwise is told of, and answered", () => {
  const input = legacy.replace('"a":20', '"a":21') + lines({ id: 4, method: "prompts/list" });
  const { status, stdout, stderr } = barewire(["replay", pipe, "--as-server"], input);
  assert.match(stderr, /tools\/call: params\.arguments\.a: recorded 20, now 21/);
  assert.match(stderr, /prompts\/list: is not in the recording/);
  assert.match(stdout, /"id":4,"error"/);
  assert.is(status, 1);
});

/** Starts a command that prints a URL and runs until it is told to stop. */
async function started(
  args: readonly string[],
  program = command,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  return { url: chunk.toString().trim(), stop };
}

test("HTTP is recorded without its secrets, and replayed in both eras", async () => {
  const out = join(folder, "http.json");
  const served = await started(["run", adder, "--http", "--port", "0"]);
  try {
    const proxy = await started(["record", "--out", out, "--url", served.url]);
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { ...sum, _meta } };
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/call",
      "Mcp-Name": "add",
      Authorization: "Bearer s3cret-token",
      Cookie: "sid=s3cret-cookie",
    };
    const reply = await fetch(proxy.url, { method: "POST", headers, body: JSON.stringify(call) });
    const { result } = (await reply.json()) as { result: { content: unknown } };
    assert.equal(result.content, [{ type: "text", text: "42" }]);
    await proxy.stop();
    const text = readFileSync(out, "utf8");
    assert.not.match(text, "s3cret");
    const [asked, answered] = read(out).entries;
    assert.equal(
      [asked?.http?.method, asked?.http?.path, asked?.http?.headers?.["authorization"]],
      ["POST", "/mcp", "[redacted]"],
    );
    assert.equal([answered?.http?.exchange, answered?.http?.status], [1, 200]);
    const same = barewire(["replay", out, "--url", served.url]);
    assert.is(same.stdout, "1 sent, 1 compared in 2026-07-28, 0 differences\n");
    assert.is(same.status, 0);
    const back = barewire(["replay", out, "--revision", "2025-06-18", ...server]);
    assert.is(back.stdout, "1 sent, 1 compared in 2025-06-18, 0 differences\n");
    assert.is(back.status, 0);
  } finally {
    await served.stop();
  }
});

test("HTTP+SSE is recorded without its secrets, and replayed there, on a pipe and in the modern revision", async () => {
  const out = join(folder, "sse.json");
  const program = fileURLToPath(new URL("./testing/sse-adder.js", import.meta.url));
  const served = await started([], program);
  try {
    const proxy = await started(["record", "--out", out, "--redact", "b", "--url", served.url]);
    const headers = { Authorization: "Bearer s3cret-token" };
    const client = await connect(httpTransport(proxy.url, { headers }), { revision: "2024-11-05" });
    assert.is((await client.callTool("add", { a: 20, b: 220022 })).content[0]?.type, "text");
    await client.close();
    await proxy.stop();
    const text = readFileSync(out, "utf8");
    assert.not.match(text, "s3cret");
    assert.not.match(text, '"b": 220022');
    const { entries } = read(out);
    const [endpoint] = entries.filter(({ http }) => http?.event?.event === "endpoint");
    assert.is(endpoint?.raw, "/messages?sessionId=session-1");
    const posted = entries.filter(({ by, http, message }) => by === "client" && http?.path === "/messages" && message);
    assert.equal(
      posted.map(({ message }) => (message as { method: string }).method),
      ["initialize", "notifications/initialized", "tools/call"],
    );
    // What is taken out cannot be sent again.
    writeFileSync(out, text.replaceAll('"b": "[redacted]"', '"b": 220022'));
    for (const [target, sent, revision] of [
      [["--url", served.url, "--sse"], 3, "2024-11-05"],
      [server, 3, "2024-11-05"],
      [["--revision", "2026-07-28", ...server], 1, "2026-07-28"],
    ] as const) {
      const { status, stdout } = barewire(["replay", out, ...target]);
      assert.ok(
        stdout.endsWith(`${sent} sent, ${sent === 1 ? 1 : 2} compared in ${revision}, 0 differences\n`),
        stdout,
      );
      assert.is(status, 0);
    }
    // A modern recording, played to a server of HTTP+SSE.
    const back = barewire([
      "replay",
      join(folder, "http.json"),
      "--revision",
      "2024-11-05",
      "--url",
      served.url,
      "--sse",
    ]);
    assert.is(back.stdout, "1 sent, 1 compared in 2024-11-05, 0 differences\n");
    // The server's side, to a client on a pipe.
    const input = legacy.replace("2025-11-25", "2024-11-05").replace('"id":2,"method":"ping"', '"method":"x"');
    const asServer = barewire(
      ["replay", out, "--as-server"],
      input
        .split("\n")
        .filter((line) => !line.includes('"x"'))
        .join("\n")
        .replace("22}", "220022}"),
    );
    assert.match(asServer.stdout, /"220042"/);
  } finally {
    await served.stop();
  }
});

test("a page of another host does not get through the proxy", async () => {
  const proxy = await started(["record", "--out", join(folder, "guarded.json"), "--url", "http://127.0.0.1:9/mcp"]);
  const { port } = new URL(proxy.url);
  const args = [
    "-e",
    `require("http").get({port:${port},path:"/mcp",headers:{Host:"evil.example"}},(r)=>console.log(r.statusCode))`,
  ];
  assert.is(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout.trim(), "403");
  assert.is((await fetch(proxy.url)).status, 502);
  await proxy.stop();
});

const refusals = [
  [["record", "--", "node"], "record needs --out FILE"],
  [["record", "--out", "f"], "either --url URL or -- COMMAND"],
  [["record", "--out", "f", "--url", "ftp://x"], '"ftp://x" is no address'],
  [["record", "--out", "f", "--port", "1", "--", "node"], "--port goes with --url"],
  [["replay"], "replay takes one file"],
  [["replay", "f"], "one of --url URL, -- COMMAND and --as-server"],
  [["replay", "f", "--revision", "2020-01-01", "--", "node"], "--revision 2020-01-01"],
  [["replay", "f", "--timeout", "soon", "--", "node"], '"soon" is no number'],
  [["replay", "f", "--sse", "--", "node"], "--sse goes with --url"],
  [["replay", "f", "--header", "x: y", "--", "node"], "--header goes with --url"],
] as const;
for (const [args, why] of refusals) {
  test(`exits with 2 and says why: barewire ${args.join(" ")}`, async () => {
    const { code, said } = await commands.run(...args);
    assert.is(code, 2);
    assert.ok(said.includes(why) && said.includes("Usage: barewire"), said);
  });
}

test("what is no recording is refused by the name of the member that is wrong", () => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, '{"recording":1,"wire":"stdio","entries":[{"at":0,"by":"nobody"}]}');
  const { status, stderr } = barewire(["replay", file, "--as-server"]);
  assert.is(status, 1);
  assert.ok(stderr.includes('entries[0].by has to be "client" or "server"'), stderr);
});

test.run();
