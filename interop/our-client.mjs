// @ts-check
// npm run client: our client against servers that others wrote, from what ../dist holds. A word picks the rows that
// contain it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "./arrivals.mjs";

const { connect } = await import("../dist/client.js");
const { spawnServer } = await import("../dist/spawn.js");

const perCheckMs = 10_000;
const node = process.execPath;
const script = (name) => fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url));
const everything = fileURLToPath(
  new URL("node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);
const require = createRequire(import.meta.url);
const { version: everythingVersion } = require("./node_modules/@modelcontextprotocol/server-everything/package.json");
const words = process.argv.slice(2);

const legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const all = [...legacy, "2026-07-28"];

const handlers = {
  elicit: () => ({ action: /** @type {const} */ ("accept"), content: { name: "Ada" } }),
  sample: () => ({ role: "assistant", content: { type: "text", text: "fine" }, model: "m-1" }),
  roots: [{ uri: "file:///work" }],
};

const texts = ({ content }) => content.map(({ text }) => text);

/** What our own two servers of others' make are held to. */
const ours = {
  async lists({ client }) {
    const tools = (await client.listTools()).map(({ name }) => name);
    ok(tools.includes("add") && tools.includes("ask"), tools.join());
    deepEqual(
      (await client.listResources()).map(({ uri }) => uri),
      ["test://static"],
    );
    deepEqual(
      (await client.listResourceTemplates()).map(({ uriTemplate }) => uriTemplate),
      ["test://weather/{city}"],
    );
    deepEqual(
      (await client.listPrompts()).map(({ name }) => name),
      ["review"],
    );
    equal(client.serverInfo.name, "theirs");
    equal(client.instructions, "Be kind.");
  },
  async "a call with a structured result"({ client }) {
    await client.listTools();
    const result = await client.callTool("add", { a: 1, b: 2 });
    deepEqual(texts(result), ["3"]);
    deepEqual(result.structuredContent, { sum: 3 });
  },
  async "a call with mirrored arguments"({ client, sdk }) {
    if (sdk === 1) return "its generation has no such headers";
    for (const region of ["us-west1", "Grüße, 世界", " padded ", "=?base64?literal?="])
      deepEqual(texts(await client.callTool("region", { region })), [region]);
  },
  async "resources, prompts, completion"({ client }) {
    equal((await client.readResource("test://static")).contents[0].text, "same");
    equal((await client.readResource("test://weather/Bern")).contents[0].text, "sunny");
    const { messages } = await client.getPrompt("review", { what: "this" });
    equal(messages[0].content.text, "Review this");
    const ref = { type: /** @type {const} */ ("ref/resource"), uri: "test://weather/{city}" };
    deepEqual((await client.complete({ ref, argument: { name: "city", value: "Ber" } })).values, ["Berlin", "Bern"]);
  },
  async progress({ client }) {
    const seen = [];
    const result = await client.callTool("count", {}, { onProgress: ({ progress }) => seen.push(progress) });
    deepEqual(texts(result), ["counted"]);
    deepEqual(seen, [1, 2, 3]);
  },
  async "asked by the server"({ client, revision, sdk, wire }) {
    if (revision < "2025-06-18") return "its revision has no elicitation";
    if (sdk === 2 && wire === "http" && legacy.includes(revision)) return "its legacy HTTP has no sessions";
    deepEqual(texts(await client.callTool("ask", {})), ["Ada; m-1; file:///work"]);
  },
  async cancellation({ client }) {
    const abort = new AbortController();
    setImmediate(() => abort.abort("enough"));
    const error = await client.callTool("wait", {}, { signal: abort.signal }).catch((error) => error);
    equal(error.code, "request_cancelled");
    deepEqual(texts(await client.callTool("count", {})), ["counted"]);
  },
  async "list changes"({ client, sdk, wire, revision }) {
    let heard = (_change) => {};
    const change = new Promise((resolve) => (heard = resolve));
    const subscription = await client.listen({ toolsListChanged: true }, heard);
    deepEqual(subscription.agreed, { toolsListChanged: true });
    // A server made for each request adds its tool to one that is gone.
    await client.callTool("grow", {});
    if (sdk === 2 && wire === "http" && legacy.includes(revision)) return "its legacy HTTP has no sessions";
    deepEqual(await change, { list: "tools" });
    await subscription.close();
  },
  async errors({ client }) {
    const missing = await client.readResource("test://nothing").catch((error) => error);
    equal(missing.code, "answer_error");
    ok([-32002, -32602].includes(missing.rpcCode), String(missing.rpcCode));
    const unknown = await client.callTool("nothing").catch((error) => error);
    ok(unknown.isError === true || unknown.rpcCode === -32602, JSON.stringify(unknown));
  },
};

/** What @modelcontextprotocol/server-everything is held to. */
const theirs = {
  async lists({ client }) {
    ok((await client.listTools()).length > 5);
    ok((await client.listResources()).length > 0);
    ok((await client.listPrompts()).length > 0);
  },
  async calls({ client }) {
    deepEqual(texts(await client.callTool("echo", { message: "hello" })), ["Echo: hello"]);
    const sum = await client.callTool("get-sum", { a: 2, b: 3 });
    ok(texts(sum)[0].includes("5"));
  },
  async "a structured result"({ client }) {
    const result = await client.callTool("get-structured-content", { location: "New York" });
    equal(typeof result.structuredContent, "object");
  },
  async progress({ client }) {
    const seen = [];
    const onProgress = ({ progress }) => seen.push(progress);
    await client.callTool("trigger-long-running-operation", { duration: 0.3, steps: 3 }, { onProgress });
    deepEqual(seen, [1, 2, 3]);
  },
  async sampling({ client }) {
    const tools = await client.listTools();
    const tool = tools.find(({ name }) => name === "trigger-sampling-request");
    if (!tool) return "it offers no such tool here";
    ok(texts(await client.callTool(tool.name, { prompt: "?", maxTokens: 10 }))[0].includes("m-1"));
  },
  async "a prompt and a resource"({ client }) {
    ok((await client.getPrompt("simple-prompt")).messages.length > 0);
    const [{ uri }] = await client.listResources();
    equal((await client.readResource(uri)).contents.length, 1);
  },
};

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const running = new Set();
/** Starts a server on a port; `url` is what it says of itself, or what is known beforehand. */
async function start(args, env = {}, ready = /^listening (.*)$/, url) {
  const child = spawn(node, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const found = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on("line", (line) => {
        const match = ready.exec(line);
        if (match) resolve(url ?? match[1]);
      });
    child.on("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  });
  return within(10_000, found, `starting ${args.join(" ")}`);
}

async function everythingOver(transport, path) {
  const port = await freePort();
  return start([everything, transport], { PORT: String(port) }, /port|listening/i, `http://127.0.0.1:${port}${path}`);
}

const subjects = [
  {
    name: "sdk 1",
    sdk: 1,
    wire: "stdio",
    revisions: legacy,
    checks: ours,
    to: () => spawnServer(node, [script("sdk-1"), "--stdio"]),
  },
  { name: "sdk 1", sdk: 1, wire: "http", revisions: legacy, checks: ours, to: () => start([script("sdk-1")]) },
  { name: "sdk 1", sdk: 1, wire: "sse", revisions: legacy, checks: ours, to: () => start([script("sdk-1"), "--sse"]) },
  {
    name: "sdk 2",
    sdk: 2,
    wire: "stdio",
    revisions: all,
    checks: ours,
    to: () => spawnServer(node, [script("sdk-2"), "--stdio"]),
  },
  { name: "sdk 2", sdk: 2, wire: "http", revisions: all, checks: ours, to: () => start([script("sdk-2")]) },
  {
    name: `everything ${everythingVersion}`,
    wire: "stdio",
    revisions: legacy,
    checks: theirs,
    to: () => spawnServer(node, [everything], { stderr: "ignore" }),
  },
  {
    name: `everything ${everythingVersion}`,
    wire: "http",
    revisions: legacy,
    checks: theirs,
    to: () => everythingOver("streamableHttp", "/mcp"),
  },
  {
    name: `everything ${everythingVersion}`,
    wire: "sse",
    revisions: legacy,
    checks: theirs,
    to: () => everythingOver("sse", "/sse"),
  },
];

const counts = { passed: 0, failed: 0, inapplicable: 0 };
async function check(row, run) {
  if (!words.every((word) => row.includes(word))) return;
  const begun = performance.now();
  try {
    const reason = await within(perCheckMs, run(), row);
    counts[typeof reason === "string" ? "inapplicable" : "passed"] += 1;
    console.log(
      typeof reason === "string"
        ? `n/a   ${row}: ${reason}`
        : `ok    ${row} (${Math.round(performance.now() - begun)} ms)`,
    );
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${row}\n${String(error?.stack ?? error).replace(/^/gm, "        ")}`);
  }
}

for (const { name, sdk, wire, revisions, checks, to } of subjects) {
  if (
    !words.every((word) =>
      `${name} · ${wire} · ${revisions.join()} · ${Object.keys(checks).join()} found out`.includes(word),
    )
  )
    continue;
  const url = wire === "stdio" ? undefined : await to();
  for (const revision of [...revisions, "found out"]) {
    const row = `${name} · ${wire} · ${revision}`;
    const errors = [];
    const link = { sdk, wire, revision, client: /** @type {any} */ (undefined) };
    await check(`${row} · connect`, async () => {
      const pin = revision === "found out" ? {} : { revision };
      const info = { name: "interop", version: "0" };
      link.client = await connect(url ?? to(), {
        ...handlers,
        ...pin,
        info,
        probeMs: 3000,
        onError: (error) => errors.push(String(error)),
      });
      equal(link.client.revision, revision === "found out" ? revisions.at(-1) : revision);
    });
    if (!link.client) continue;
    for (const [what, run] of Object.entries(checks)) await check(`${row} · ${what}`, () => run(link));
    await check(`${row} · close`, async () => {
      await link.client.close();
      deepEqual(errors, []);
    });
  }
}
for (const child of running) child.kill();
console.log(`${counts.inapplicable} not applicable\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
