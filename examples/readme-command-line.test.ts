// The README's lines for any server, done as they are printed: with this copy of barewire in the place of the one that
// npx would find, and a server of ours at the address.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CommandProcess, type Ran } from "../cli/testing/command-process.js";
import { createServer } from "../server/index.js";
import { serveHttp } from "../transports/http/node.js";

const built = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const readme = readFileSync("README.md", "utf8");
const [section = ""] = /^## From the command line$[^]*?(?=^## )/m.exec(readme) ?? [];
const [, block = ""] = [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, code]) => code!);
const line = (start: string) => {
  const found = block.split("\n").find((one) => one.startsWith(`npx barewire ${start}`));
  assert.ok(found, `the README has a line for ${start}`);
  return found.replace(/\s+#.*/, "");
};

let folder: string;
let commands: CommandProcess;
/** A line as a shell takes it apart. */
async function run(text: string): Promise<Ran> {
  const script = `${text.replace("npx barewire", "printf '%s\\0'")}`;
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", script], { env: { ...process.env, TOKEN: "a" } });
  const ran = await commands.run(...stdout.split("\0").slice(0, -1));
  assert.is(ran.code, 0, ran.said);
  return ran;
}

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "readme-lines-"));
  commands = new CommandProcess({ cwd: folder, env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: "" } });
  const [, text = ""] = /^```ts\n(import type [^]*?)^```$/m.exec(readme) ?? [];
  writeFileSync(join(folder, "server.ts"), text);
  writeFileSync(
    join(folder, "server.js"),
    `import { createServer, image } from ${JSON.stringify(built("server/index.js"))};
import { serveStdio } from ${JSON.stringify(built("transports/stdio.js"))};
const server = createServer({ name: "s", version: "1" });
server.tool("show_picture", {}, () => image("AAAA", "image/png"));
server.resource("repo://{owner}/{name}", {}, ({ owner, name }) => owner + " has " + name);
await serveStdio(server);
`,
  );
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "mcp.json"),
    JSON.stringify({ mcpServers: { github: { command: "node", args: ["server.js"] } } }),
  );
});
test.after(() => {
  commands.end();
  rmSync(folder, { recursive: true });
});

test("list", async () => {
  const { out } = await run(line("list"));
  for (const part of ["add a=number [b=number]", "users://{id}/profile", "review code=…"])
    assert.ok(out.includes(part), out);
});

test("call, of a URL and of a command", async () => {
  const server = createServer({ name: "s", version: "1" });
  const words = { type: "object", properties: { words: { type: "array", items: { type: "string" } } } } as const;
  server.tool("search", { input: words }, ({ words: given }) => given!.join(" and "));
  const { url, close } = await serveHttp(server, { port: 0 });
  try {
    const { out } = await run(line("call https").replace("https://example.com/mcp", url));
    assert.is(out, "a and b\n");
  } finally {
    await close();
  }
  await run(line("call show_picture"));
  assert.is(readFileSync(join(folder, "picture.png")).toString("base64"), "AAAA");
});

test("read of a configured name, prompt, complete", async () => {
  assert.is((await run(line("read github"))).out, "owner has name");
  assert.is((await run(line("prompt"))).out, "user: Review this ts code:\na + b\n");
  assert.is((await run(line("complete"))).out, "ts\n");
});

test("install and uninstall", async () => {
  const file = join(folder, ".config/Claude/claude_desktop_config.json");
  const entries = () => Object.keys((JSON.parse(readFileSync(file, "utf8")) as { mcpServers: object }).mcpServers);
  await run(line("install"));
  assert.ok(existsSync(file));
  assert.equal(entries(), ["server"]);
  await run(line("uninstall"));
  assert.equal(entries(), []);
});

test.run();
