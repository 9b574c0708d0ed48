import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { check } from "./check.js";
import { readFixtureMap } from "./fixture-map.js";
import { versions } from "../protocol/revisions/index.js";
import type { Revision } from "./trace.js";

const small = fileURLToPath(new URL("./testing/core-server.js", import.meta.url));
const permissions = { calls: new Map([["add", { a: 1, b: 2 }]]), map: readFixtureMap("{}") };
/** What can be asked of a server that has tools and nothing else. */
const only = [
  "lifecycle/",
  "tools/",
  "messages/",
  "meta/",
  "pagination/",
  "ping/",
  "discover/",
  "batching/",
  "caching/",
];

test("a server of tools alone keeps every sentence that applies to it, in every revision", async () => {
  const options = { name: "core", ...permissions, only, revisions: versions as readonly Revision[], timeoutMs: 5_000 };
  const { requirements } = await check({ command: process.execPath, args: [small] }, options);
  const standings = (standing: string) => requirements.filter((one) => one.standing === standing).map(({ id }) => id);
  assert.equal(standings("failed"), []);
  assert.equal(standings("warned"), []);
  const kept = standings("passed");
  for (const version of versions) {
    const count = kept.filter((id) => id.startsWith(version)).length;
    assert.ok(count > 10, `${version}: only ${count} sentences were tried`);
  }
});

test.run();
