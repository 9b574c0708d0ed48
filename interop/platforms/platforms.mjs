// @ts-check
// npm test: a module of functions, built by `barewire build` for each target, on the platform itself: Node, Deno, Bun,
// workerd and Chromium. Each built file answers a call, reads a resource and refuses wrong arguments, in both eras, over
// every way to it that the platform has.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../../dist/client.js";
import { spawnServer } from "../../dist/spawn.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const program = (/** @type {string} */ name) => join(here, "node_modules/.bin", name);
const revisions = ["2025-11-25", "2026-07-28"];

/** Holds what a client gets to what the module says; runs in pages too, so that it uses nothing from outside itself. */
async function holds(/** @type {any} */ client) {
  const said = [];
  const text = async (/** @type {any} */ args) => (await client.callTool("add", args)).content[0].text;
  if ((await text({ a: 41 })) !== "42") said.push("the call is not 42");
  if (!/must be a number/.test(await text({ a: "x" }))) said.push("wrong arguments are not refused");
  const { contents } = await client.readResource("days://2026-07-28");
  if (JSON.parse(contents[0].text).day !== 28) said.push("the resource is another");
  await client.close();
  return said;
}

let failed = 0;
async function shown(
  /** @type {string} */ name,
  /** @type {string} */ revision,
  /** @type {() => Promise<string[]>} */ use,
) {
  const said = await use().catch((error) => [String(error)]);
  if (said.length > 0) failed += 1;
  console.log(
    `${said.length === 0 ? "ok    " : "FAILED"} ${name}, ${revision}${said.map((why) => `: ${why}`).join("")}`,
  );
}

const overStdio = async (/** @type {string} */ name, /** @type {string} */ command, /** @type {string[]} */ args) => {
  for (const revision of revisions)
    await shown(`${name}, stdio`, revision, async () => holds(await connect(spawnServer(command, args), { revision })));
};

/** Starts a program that says its port, and asks it over HTTP. */
async function overHttp(
  /** @type {string} */ name,
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {RegExp} */ port,
) {
  const child = spawn(command, args, { cwd: here, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "close");
  try {
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      const found = port.exec(line);
      if (!found) continue;
      url = `http://127.0.0.1:${found[1]}/mcp`;
      break;
    }
    if (url === "") throw new Error(`${name} said no port`);
    for (const revision of revisions)
      await shown(`${name}, HTTP`, revision, async () => holds(await connect(url, { revision })));
  } catch (error) {
    await shown(`${name}, HTTP`, "start", () => Promise.reject(error));
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

/** A page that has nothing but the built server and barewire's client, both from here. */
async function inChromium() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) return console.log(`skipped: ${executablePath} is not there`);
  const { chromium } = await import("playwright-core");
  const files = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/")
      return response.setHeader("Content-Type", "text/html").end("<!doctype html><title>page</title>");
    const path = pathname.startsWith("/dist/") ? join(root, pathname) : join(here, pathname);
    if (!existsSync(path)) return response.writeHead(404).end();
    createReadStream(path).pipe(response.setHeader("Content-Type", "text/javascript"));
  });
  await once(files.listen(0, "127.0.0.1"), "listening");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const { port } = /** @type {import("node:net").AddressInfo} */ (files.address());
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.addScriptTag({ content: `globalThis.holds = ${holds};` });
    for (const revision of revisions)
      await shown("browser, memory", revision, () =>
        page.evaluate(async (version) => {
          const at = (/** @type {string} */ path) => import(path);
          const { connect: connectHere } = await at("/dist/testing.js");
          const { default: server } = await at("/built/browser.mjs");
          return /** @type {any} */ (globalThis).holds(await connectHere(server, { revision: version }));
        }, revision),
      );
  } finally {
    await browser.close();
    files.close();
    files.closeAllConnections();
  }
}

rmSync(join(here, "built"), { recursive: true, force: true });
for (const target of ["node", "deno", "bun", "workerd", "browser"]) {
  const line = [join(root, "dist/barewire.js"), "build", "server.ts", "--target", target, "-o", `built/${target}.mjs`];
  const { status, stderr } = spawnSync(process.execPath, line, { cwd: here, encoding: "utf8" });
  if (status !== 0) throw new Error(`the build for ${target} failed: ${stderr}`);
}
const port = /^port (\d+)$/;
await overStdio("node", process.execPath, [join(here, "built/node.mjs")]);
await overHttp(
  "node",
  process.execPath,
  [join(root, "dist/barewire.js"), "run", "built/node.mjs", "--http", "--port", "0"],
  /:(\d+)\/mcp$/,
);
await overStdio("deno", program("deno"), ["run", join(here, "built/deno.mjs")]);
await overHttp("deno", program("deno"), ["run", "--allow-net", "serve-deno.mjs"], port);
await overStdio("bun", program("bun"), ["run", join(here, "built/bun.mjs")]);
await overHttp("bun", program("bun"), ["run", "serve-bun.mjs"], port);
await overHttp("workerd", program("workerd"), ["serve", "workerd.capnp", "--control-fd=1"], /"port":(\d+)/);
await inChromium();
console.log(failed === 0 ? "all of them serve" : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
