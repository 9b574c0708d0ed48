// @ts-check
// npm run official:client [-- SCENARIO…]: our client before the official conformance suite, which npx fetches with the
// Node that it needs. Every scenario that needs no authorization has to pass. No dependency of ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, transpile } from "./transpile.mjs";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const scenarios = {
  "2025-11-25": ["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"],
  "2026-07-28": [
    "tools_call",
    "request-metadata",
    "sep-2322-client-request-state",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "json-schema-ref-no-deref",
    "json-schema-2020-12-preservation",
  ],
};
const chosen = process.argv.slice(2).filter((word) => !word.startsWith("-"));

await transpile(".run");
const client = `${process.execPath} ${join(root, ".run/conformance/fixture/client.js")}`;
const folder = await mkdtemp(join(tmpdir(), "barewire-official-"));
let [passed, failed] = [0, 0];
try {
  for (const [revision, names] of Object.entries(scenarios)) {
    for (const name of names) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      const suite = ["-y", "-p", "node@24", "-p", SUITE, "conformance", "client"];
      const what = ["--command", client, "--scenario", name, "--spec-version", revision, "-o", join(folder, revision)];
      const child = spawn("npx", [...suite, ...what], { stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
      const [code] = await once(child, "close");
      if (code === 0) passed += 1;
      else failed += 1;
      console.log(`${code === 0 ? "ok  " : "FAIL"} ${revision} ${name}${code === 0 ? "" : `\n${text}`}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
