// @ts-check
// npm run official [-- REVISION…]: the official conformance suite against our fixture server, both fetched by npx with
// the Node that the suite needs. Each revision's required scenarios have to pass; the rest is shown. No dependency of
// ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, transpile } from "./transpile.mjs";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const revisions = process.argv.slice(2).filter((word) => !word.startsWith("-"));
if (revisions.length === 0) revisions.push("2025-11-25", "2026-07-28");

await transpile(".run");
const fixture = spawn(process.execPath, [join(root, ".run/conformance/fixture/main.js"), "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const folder = await mkdtemp(join(tmpdir(), "barewire-official-"));
try {
  const [line] = await once(fixture.stdout, "data");
  const url = String(line).trim();
  for (const revision of revisions) {
    console.log(`== ${revision}`);
    const args = [
      "-y",
      "-p",
      "node@24",
      "-p",
      SUITE,
      "conformance",
      "server",
      "--url",
      url,
      "--requirements",
      revision,
      "-o",
      join(folder, revision),
    ];
    const suite = spawn("npx", args, { stdio: ["ignore", "inherit", "inherit"] });
    const [code] = await once(suite, "exit");
    if (code !== 0) process.exitCode = 1;
  }
} finally {
  fixture.kill();
  await rm(folder, { recursive: true, force: true });
}
