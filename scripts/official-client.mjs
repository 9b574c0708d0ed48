// @ts-check
// npm run official:client [-- SCENARIO…]: our client before the official conformance suite, which npx fetches with the
// Node that it needs. Every scenario but those of tokens that are bound to keys has to pass. No dependency of ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, transpile } from "./transpile.mjs";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const authorization = [
  "metadata-default",
  "metadata-var1",
  "metadata-var2",
  "metadata-var3",
  "basic-cimd",
  "scope-from-www-authenticate",
  "scope-from-scopes-supported",
  "scope-omitted-when-undefined",
  "scope-step-up",
  "scope-retry-limit",
  "token-endpoint-auth-basic",
  "token-endpoint-auth-post",
  "token-endpoint-auth-none",
  "pre-registration",
].map((name) => `auth/${name}`);
const scenarios = {
  "2025-03-26": ["auth/2025-03-26-oauth-metadata-backcompat", "auth/2025-03-26-oauth-endpoint-fallback"],
  "2025-11-25": ["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry", ...authorization],
  "2026-07-28": [
    "tools_call",
    "request-metadata",
    "sep-2322-client-request-state",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "json-schema-ref-no-deref",
    "json-schema-2020-12-preservation",
    ...authorization,
    "auth/resource-mismatch",
    "auth/offline-access-scope",
    "auth/offline-access-not-supported",
    "auth/authorization-server-migration",
    "auth/iss-supported",
    "auth/iss-not-advertised",
    "auth/iss-supported-missing",
    "auth/iss-wrong-issuer",
    "auth/iss-unexpected",
    "auth/iss-normalized",
    "auth/metadata-issuer-mismatch",
  ],
  // Extensions belong to no revision; the suite chooses one.
  "": [
    "auth/client-credentials-jwt",
    "auth/client-credentials-basic",
    "auth/enterprise-managed-authorization",
    "auth/wif-jwt-bearer",
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
      const version = revision === "" ? [] : ["--spec-version", revision];
      const what = ["--command", client, "--scenario", name, ...version, "-o", join(folder, revision)];
      const child = spawn("npx", [...suite, ...what], { stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
      const [code] = await once(child, "close");
      if (code === 0) passed += 1;
      else failed += 1;
      console.log(`${code === 0 ? "ok  " : "FAIL"} ${revision || "extension"} ${name}${code === 0 ? "" : `\n${text}`}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
