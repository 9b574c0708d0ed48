import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startAuthorizationServer } from "../examples/authorization/authorization-server.js";
import { browse } from "../examples/authorization/flow.js";
import { startProtectedServer } from "../examples/authorization/protected-server.js";
import { serveHttp } from "../transports/http/node.js";
import { createServer } from "../server/index.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "barewire-login-"));
const config = join(folder, "config");
const as = await startAuthorizationServer();
const server = await startProtectedServer(as.issuer);

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** Runs the command; `user` opens each address that it shows. */
async function barewire(args: readonly string[], how: { env?: object; user?: (url: URL) => Promise<unknown> } = {}) {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: config, ...how.env };
  const child = spawn(process.execPath, [command, ...args], {
    env,
    timeout: 20_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, said] = ["", ""];
  const opened = new Set<string>();
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
    for (const [, url] of said.matchAll(/^ {2}(http\S+)\n/gm)) {
      if (opened.has(url!)) continue;
      opened.add(url!);
      void how.user?.(new URL(url!));
    }
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, said, opened: opened.size } satisfies Ran & { opened: number };
}

/** A user whose browser agrees to all, and comes back. */
const agrees = async (url: URL) => fetch(await browse(url, "http://127.0.0.1:"));
const tokens = () => readdirSync(join(config, "barewire", "tokens"));

test("without a terminal nobody is waited for, and nothing is registered for nobody", async () => {
  const { code, said } = await barewire(["call", server.url, "whoami"]);
  assert.is(code, 3);
  assert.match(said, /wants you to sign in: "barewire login" signs in/);
});

test("login shows an address and waits; then the commands are let in", async () => {
  const { code, out, said } = await barewire(["login", server.url], { user: agrees });
  assert.equal([code, out], [0, `Signed in at ${server.url}\n`], said);
  assert.ok(said.includes(new URL(as.issuer).host) && said.includes("It asks to allow: mcp offline_access"), said);
  const called = await barewire(["call", server.url, "whoami"]);
  assert.equal([called.code, called.said], [0, ""]);
  assert.match(called.out, /^alice by /);
  assert.is((await barewire(["list", server.url])).code, 0);
});

test("tokens are their user's alone, and are not taken from a file that others can read", async () => {
  const path = join(config, "barewire", "tokens");
  const kept = tokens();
  assert.equal(kept.map((name) => name.split("-")[0]).sort(), ["registration", "tokens"]);
  assert.is(statSync(path).mode & 0o777, 0o700);
  for (const name of kept) assert.is(statSync(join(path, name)).mode & 0o777, 0o600, name);
  const open = join(
    path,
    kept.find((name) => name.startsWith("tokens-"))!,
  );
  assert.is((JSON.parse(readFileSync(open, "utf8")) as { of: string }).of, server.url);
  chmodSync(open, 0o644);
  const { code, said } = await barewire(["call", server.url, "whoami"]);
  const others = [await barewire(["login", server.url], { user: agrees }), await barewire(["logout", server.url])];
  chmodSync(open, 0o600);
  for (const ran of [{ code, said }, ...others]) {
    assert.is(ran.code, 3);
    assert.match(ran.said, /^barewire: \S+ can be read by others than you/);
  }
});

test("more scopes are asked for by login --scope", async () => {
  const before = await barewire(["call", server.url, "write_file"]);
  assert.is(before.code, 3, before.said);
  const scopes = ["--scope", "files:read", "--scope", "files:write"];
  assert.is((await barewire(["login", server.url, ...scopes], { user: agrees })).code, 0);
  assert.is((await barewire(["call", server.url, "write_file"])).out, "Written.\n");
});

test("a refusal is told, and ends the wait", async () => {
  const user = async (url: URL) => {
    const back = new URL(url.searchParams.get("redirect_uri")!);
    const answer = { error: "access_denied", state: url.searchParams.get("state")!, iss: as.issuer };
    back.search = new URLSearchParams(answer).toString();
    await fetch(back);
  };
  const { code, out, said } = await barewire(["login", server.url], { user });
  assert.equal([code, out], [3, ""]);
  assert.match(said, /gave no code: access_denied/);
});

test("logout forgets the token and has it taken back, once", async () => {
  const { code, out } = await barewire(["logout", server.url]);
  assert.equal([code, out], [0, `Signed out of ${server.url}\n`]);
  assert.not.ok(tokens().some((name) => name.startsWith("tokens-")));
  assert.is((await barewire(["logout", server.url])).out, `There is no token for ${server.url}\n`);
  assert.is((await barewire(["call", server.url, "whoami"])).code, 3);
});

test("--token names the variable that holds a token; --header is the user's own word", async () => {
  const env = { KEY: "not-a-good-token" };
  const wrong = await barewire(["call", server.url, "whoami", "--token", "KEY"], { env });
  assert.is(wrong.code, 3);
  assert.not.ok(wrong.said.includes("not-a-good-token"));
  assert.is((await barewire(["call", server.url, "whoami", "--token", "NOTHING_THERE"])).code, 2);
  assert.is((await barewire(["call", server.url, "whoami", "--header", "Authorization: Bearer x"])).code, 3);
  for (const args of [["--token", "KEY", "--client-id", "x"], ["--client-secret", "KEY"], ["--as-client"]])
    assert.is((await barewire(["call", server.url, "whoami", ...args], { env })).code, 2, args.join(" "));
});

test("a token that no header field can carry is not told to anybody", async () => {
  for (const KEY of ["SECRET-TOKEN\nsecond", "SECRET-TOKEN\u{1f511}"]) {
    const { code, out, said } = await barewire(["call", server.url, "whoami", "--token", "KEY"], { env: { KEY } });
    assert.equal([code, out], [2, ""]);
    assert.match(said, /--token KEY: /);
    assert.not.ok(said.includes("SECRET"), said);
  }
});

test("a port that is taken is told", async () => {
  const { port } = new URL(server.url);
  const { code, said } = await barewire(["login", server.url, "--port", port], { user: agrees });
  assert.is(code, 3);
  assert.match(said, /^barewire: .*EADDRINUSE/);
});

test("what a killed process left behind of its secrets is removed", async () => {
  const path = join(config, "barewire", "tokens");
  for (const name of ["old.tmp", "young.tmp"]) writeFileSync(join(path, name), "secret");
  utimesSync(join(path, "old.tmp"), 0, 0);
  assert.is((await barewire(["login", server.url], { user: agrees })).code, 0);
  const left = tokens().filter((name) => name.endsWith(".tmp"));
  rmSync(join(path, "young.tmp"));
  assert.equal(left, ["young.tmp"]);
});

test("what cannot be signed in at is told", async () => {
  assert.is((await barewire(["login"])).code, 2);
  assert.match((await barewire(["login", command])).said, /no server over HTTP/);
  const plain = await serveHttp(createServer({ name: "open", version: "1" }), { port: 0 });
  const { code, said } = await barewire(["login", plain.url]);
  assert.is(code, 3);
  assert.match(said, /did not ask for a token/);
  await plain.close();
});

test.after(async () => {
  await server.close();
  await as.close();
  rmSync(folder, { recursive: true, force: true });
});

test.run();
