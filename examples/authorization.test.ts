import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";

test("the example goes through the flow and steps up, in one process that ends by itself", async () => {
  const file = fileURLToPath(new URL("./authorization.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
  assert.match(
    stdout,
    /401: the metadata lies at http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-protected-resource\/mcp/,
  );
  assert.match(stdout, /a token for mcp, /);
  assert.match(stdout, /200: alice by/);
  assert.match(stdout, /403: Insufficient scope; this needs: mcp files:read files:write/);
  assert.match(stdout, /200: Written\./);
});

test.run();
