import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bothWays, eachWay, exampleFile } from "./testing/example-file.js";
import { revisions } from "./testing/rpc.js";
import { withStdio } from "./testing/stdio-client.js";

const { Database } = createRequire(import.meta.url)("node-sqlite3-wasm") as typeof import("node-sqlite3-wasm");
let folder: string;
test.before.each(() => void (folder = mkdtempSync(join(tmpdir(), "sqlite-test-"))));
test.after.each(() => rmSync(folder, { recursive: true }));

const top = [
  { author: "ada", messages: 5 },
  { author: "margaret", messages: 4 },
  { author: "grace", messages: 3 },
];

for (const [name, revision] of eachWay("sqlite")) {
  test(`a temporary database, gone at the end (${name}, ${revision})`, () =>
    withStdio(name, { revision, env: { TMPDIR: folder } }, async (client) => {
      const result = await client.call("get_top_chatters");
      assert.equal(result.structuredContent, { chatters: top });
      assert.equal(JSON.parse(result.content[0].text), { chatters: top });
      assert.is(readdirSync(folder).length, 1);

      const { isError, content } = await client.call("get_top_chatters", { limit: 0 });
      assert.is(isError, true);
      assert.match(content[0].text, /"\/limit"/);
    }).then(() => assert.equal(readdirSync(folder), [])));
}

for (const name of bothWays("sqlite"))
  test(`a given database is read as it is, kept, and closed (${name})`, async () => {
    const path = join(folder, "chat.db");
    const options = { revision: revisions[1]!, args: [path] };
    await withStdio(name, options, async (client) => {
      const { structuredContent } = await client.call("get_top_chatters", { limit: 1 });
      assert.equal(structuredContent, { chatters: top.slice(0, 1) });
    });
    assert.equal(readdirSync(folder), ["chat.db"]);

    const db = new Database(path);
    for (let i = 0; i < 10; i += 1) db.run("INSERT INTO messages (author, body) VALUES (?, ?)", ["x'; --", "hi"]);
    db.close();
    await withStdio(name, options, async (client) => {
      const { structuredContent } = await client.call("get_top_chatters", { limit: 2 });
      assert.equal(structuredContent, { chatters: [{ author: "x'; --", messages: 10 }, top[0]] });
    });
  });

for (const name of bothWays("sqlite"))
  test(`a database that cannot be opened ends the server with code 1 and is named (${name})`, async () => {
    const file = await exampleFile(name);
    const path = join(folder, "none", "chat.db");
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, path], { encoding: "utf8", timeout: 10_000 });
    assert.is(status, 1);
    assert.is(stdout, "");
    assert.ok(stderr.includes(path), stderr);
  });

test.run();
