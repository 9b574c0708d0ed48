// The README's pieces of code, done: each between what it takes for granted and a look at what it does.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect, type TestClient } from "../client/test-client.js";
import type { Server } from "../server/index.js";
import { serveHttp } from "../transports/http/node.js";
import { createEverything } from "./everything.js";

const readme = readFileSync("README.md", "utf8");
const built = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, { types?: string }> };
const alias = Object.fromEntries(
  Object.entries(exports)
    .flatMap(([path, { types }]) => (types === undefined ? [] : [[`barewire${path.slice(1)}`, types] as const]))
    .map(([name, types]) => [name, built(types.replace("./dist/", "").replace(".d.ts", ".js"))])
    // The longer name first: "barewire" is the beginning of them all.
    .sort(([a = ""], [b = ""]) => b.length - a.length),
);
let count = 0;

/** Runs the one block of a section, behind `before`; gives what it and `after` export. */
async function done(heading: string, before: string, after: string, change = (code: string) => code): Promise<any> {
  const [section = ""] = new RegExp(`^#+ ${heading}$[^]*?(?=^##)`, "m").exec(readme) ?? [];
  const [, code = ""] = /^```[tj]s\n([^]*?)^```$/m.exec(section) ?? [];
  assert.ok(code !== "", `there is a block under "${heading}"`);
  const outfile = built(`readme-code-${(count += 1)}.mjs`);
  const contents = `${before}\n${change(code)}\n${after}`;
  await build({
    stdin: { contents, loader: "ts", resolveDir: built(".") },
    bundle: true,
    outfile,
    format: "esm",
    platform: "node",
    target: "es2022",
    alias,
  });
  return import(pathToFileURL(outfile).href);
}

const textOf = ({ content: [block] }: { content: readonly unknown[] }) => (block as { text: string }).text;
const creates = 'import { createServer } from "barewire";\nconst info = { name: "s", version: "1" };';

test("what an author writes", async () => {
  const before = `${creates}
    const input = { type: "object", properties: { to: { type: "string" } } };
    export const uploaded = [];
    const upload = async (args, { signal }) => void uploaded.push([args.to, signal.aborted]);
    const users = new Map([["17", JSON.stringify({ name: "Ada" })]]);
    export const server = createServer(info, { lifespan: () => ({ state: { users } }) });
    server.resource("config://app", {}, () => "x");`;
  const { server, uploaded } = (await done("What an author writes", before, "")) as {
    server: Server;
    uploaded: unknown;
  };
  const steps: unknown[] = [];
  const client = await connect(server);
  const result = await client.callTool("deploy", { to: "here" }, { onProgress: (step) => steps.push(step.message) });
  assert.is(textOf(result), '{"done":true}');
  assert.equal([uploaded, steps], [[["here", false]], ["built"]]);
  const { contents } = await client.readResource("users://17/profile");
  assert.equal(JSON.parse((contents[0] as unknown as { text: string }).text), { name: "Ada" });
  const { messages } = await client.getPrompt("review", { code: "a + b" });
  assert.is((messages[0]!.content as { text: string }).text, "Review this:\na + b");
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`asking the user, the model (${revision})`, async () => {
    const before = `${creates}
      export const made = [];
      const createInvitation = async () => made.push("invitation");
      const send = (id, name, content) => [id, name, content.text].join();
      export const server = createServer(info);`;
    const { server, made } = (await done("Asking the user, the model, for roots", before, "")) as {
      server: Server;
      made: unknown[];
    };
    const answers = (name?: string) => ({
      revision,
      elicit: () =>
        name === undefined ? { action: "decline" as const } : { action: "accept" as const, content: { name } },
      sample: () => ({ role: "assistant" as const, content: { type: "text" as const, text: "Come!" }, model: "m" }),
    });
    assert.is(textOf(await (await connect(server, answers("Ada"))).callTool("invite")), "1,Ada,Come!");
    assert.equal(made, ["invitation"]);
    assert.is(textOf(await (await connect(server, answers())).callTool("invite")), "Nobody was invited");
  });
}

test("a small server", async () => {
  const after = `server.tool("t", {}, () => "small"); export { server };`;
  const { server } = (await done("Small servers", "", after)) as { server: Server };
  const client: TestClient = await connect(server);
  assert.equal(client.capabilities, { tools: {} });
  assert.is(textOf(await client.callTool("t")), "small");
});

test("a server behind authorization", async () => {
  const before = `${creates}
    import { createListener } from "barewire/node";
    const server = createServer(info);`;
  const { listener } = (await done("Authorization", before, "export { listener };")) as { listener: RequestListener };
  const http = createHttpServer(listener);
  await once(http.listen(0, "127.0.0.1"), "listening");
  try {
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
    const { status, headers } = await fetch(url, { method: "POST", body: "{}" });
    assert.is(status, 401);
    assert.match(headers.get("WWW-Authenticate") ?? "", /resource_metadata="https:\/\/example\.com\/\.well-known\//);
  } finally {
    http.close();
    http.closeAllConnections();
  }
});

test("a client", async () => {
  const { url, close } = await serveHttp(createEverything(), { port: 0 });
  try {
    const before = "const askUser = () => ({ action: 'cancel' }), askModel = () => {}, show = () => {};";
    const { called, client } = (await done("A client", before, "export { client, called };", (code) =>
      code
        .replace("https://example.com/mcp", url)
        .replace("await client.callTool", "const called = await client.callTool"),
    )) as { called: { content: unknown[] }; client: { close(): Promise<void> } };
    assert.is(textOf(called), '{"sum":42}');
    await client.close();
  } finally {
    await close();
  }
});

test.run();
