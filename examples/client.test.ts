import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";

const built = (name: string) => fileURLToPath(new URL(`${name}.js`, import.meta.url));

test("the client starts a server and calls its tool", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [built("client"), process.execPath, built("hello")]);
  assert.match(stdout, /hello speaks 2026-07-28/);
  assert.match(stdout, /- add: Adds two numbers\./);
  assert.match(stdout, /'42'/);
});

test.run();
