// @ts-check
// npm run check: the rules of the code that a machine can hold. Types, layers, names, eras, sizes; ends in a list of
// what is wrong.
import { spawn } from "node:child_process";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { root, sources } from "./transpile.mjs";

const started = Date.now();
const findings = [];
const find = (path, why) => findings.push(`${path}: ${why}`);

/** Runs one of the other checks beside this one; its output is a finding when it fails. */
function also(name, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.stderr.on("data", (chunk) => (text += chunk));
    child.on("close", (code) => {
      if (code !== 0) findings.push(`${name}:\n${text.trim()}`);
      resolve(undefined);
    });
  });
}
const others = [
  also("types", ["node_modules/typescript/bin/tsc", "--noEmit"]),
  also("schemas", ["scripts/schemas.mjs", "--check"]),
  also("size", ["bench/size.mjs"]),
  also("requirements", ["scripts/requirements.mjs", "--audit"]),
];

const files = sources();
const isTest = (path) => /\.test(\.kit|-d)?\.ts$/.test(path) || path.includes("/testing/");
const text = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
/** Source without comments and (where asked) without strings, good enough to look for words in. */
const code = (path) => text.get(path).replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\])\/\/[^\n]*/g, "");

// Layers: which folder may import which. What is not named may import everything.
const mayImport = {
  protocol: ["protocol"],
  server: ["protocol", "server"],
  client: ["protocol", "client"],
  transports: ["protocol", "transports"],
  auth: ["protocol", "auth"],
  stores: ["protocol", "stores"],
  functions: ["protocol", "functions"],
};
/** Doors: the one file of a layer that puts it together with another one. */
const doors = {
  "client/connect.ts": ["transports/http-client/http-transport.ts", "transports/memory-client.ts"],
  "client/index.ts": ["transports/http-client/http-transport.ts", "transports/memory-client.ts"],
  "client/test-client.ts": ["transports/memory-client.ts"],
};
const nodeAllowed =
  /^(transports\/(stdio|stdio-core|spawn|lines|stdout-guard|children|loopback-redirect|http\/(node|node-core|listener|outgoing)|sse\/node)\.ts|stores\/|conformance\/|cli\/|examples\/)/;
const packagesAllowed = /^(conformance|cli|examples)\//;
const judgeAlone =
  /^conformance\/(judge|match|replay|dress|dialogue|trace|coverage|report|background|failure|open-requests|open-questions|unasked|poll|inventory|suite|load|support-table|crossing|check|check-suite|stand-ins|sample|translate|fixture-map|accounts|tokens|challenge|protected-resource|sending|verdict|verdict-console|verdict-files)\.ts$/;

function checkImport(from, to) {
  const [folder] = from.split("/");
  if (to.startsWith("node:")) {
    if (!nodeAllowed.test(from)) find(from, `imports ${to}; only Web globals are allowed here`);
  } else if (!to.includes("/") || !files.includes(to)) {
    if (!packagesAllowed.test(from)) find(from, `imports the package ${to}`);
  } else {
    const [target] = to.split("/");
    if (mayImport[folder] && !mayImport[folder].includes(target) && !doors[from]?.includes(to))
      find(from, `imports ${to}: ${folder} may import ${mayImport[folder].join(", ")}`);
    if (judgeAlone.test(from) && target !== "conformance" && to !== "protocol/jsonrpc.ts")
      find(from, `imports ${to}: the judge shares nothing with the implementation`);
  }
}

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: files,
  outdir: ".build",
  bundle: true,
  write: false,
  metafile: true,
  packages: "external",
  format: "esm",
  platform: "node",
  logLevel: "silent",
});
for (const [from, { imports }] of Object.entries(metafile.inputs)) {
  if (!isTest(from)) for (const { path } of imports) checkImport(from, path);
}
// What is imported for its types alone leaves no trace in the bundle.
for (const path of files) {
  if (isTest(path)) continue;
  for (const [, target] of code(path).matchAll(/import type [^;]*? from "([^"]+)"/g)) {
    const resolved = target.startsWith(".") ? join(path, "..", target).replace(/\.js$/, ".ts") : target;
    checkImport(path, resolved);
  }
}

for (const path of files) {
  const name = basename(path);
  const lines = text.get(path).split("\n").length - 1;
  if (lines > (isTest(path) ? 500 : 400)) find(path, `${lines} lines; over 400 is two files`);
  for (const [at, line] of text.get(path).split("\n").entries()) {
    // A text or an expression that cannot be broken may be longer; a comment never.
    if (line.length > 120 && !/["'`/]/.test(line.slice(0, 120).replace(/^\s*(\/?\*|\/\/)/, "")))
      find(`${path}:${at + 1}`, `${line.length} characters; over 120 are two lines`);
  }
  if (!/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(name)) find(path, "file names are kebab-case");
  const vague = /manager|helper|util|service/i;
  if (vague.test(name)) find(path, "the name says nothing; name what it is");
  for (const [, declared] of text
    .get(path)
    .matchAll(/\b(?:class|interface|function|type|const|let)\s+([A-Za-z_$][\w$]*)/g)) {
    if (vague.test(declared)) find(path, `${declared}: the name says nothing; name what it is`);
  }
  if (isTest(path)) continue;

  const core = /^(protocol|server|client|transports|auth|stores|functions)\//.test(path);
  const source = code(path);
  if (
    core &&
    !path.startsWith("protocol/revisions/") &&
    !path.startsWith("protocol/types/") &&
    /["'`]20\d\d-\d\d-\d\d["'`]/.test(source)
  ) {
    find(path, "names a revision; what differs by revision is a row or a fact in protocol/revisions/");
  }
  if (core && !/^(protocol\/revisions\/|(server|client)\/era\.ts$)/.test(path) && /\.era\b/.test(source)) {
    find(path, "reads .era; only server/era.ts and client/era.ts branch on it");
  }
  if (core && path !== "protocol/clock.ts" && /\b(Date\.now|setTimeout|setInterval|new Date\(\))/.test(source)) {
    find(path, "reads the time by itself; take it from the clock");
  }
  if (core && !nodeAllowed.test(path) && /(?<![.\w"'`-])(process|Buffer|__dirname|require)\s*[.(]/.test(source)) {
    find(path, "uses a global of Node; only Web globals are allowed here");
  }
  if (/\beval\s*\(|new Function\b/.test(source)) find(path, "makes code from text");
}

// The repository speaks of the project alone.
const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
for (const path of tracked) {
  if (path.startsWith("node_modules")) find(path, "is tracked");
  if (!/\.(ts|mjs|json|md|ya?ml|html|css)$|^[^.]+$|^\.[^/]*$/.test(path)) continue;
  const content = readFileSync(join(root, path), "utf8");
  // Put together from parts, so that this file passes its own check.
  for (const word of [
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "/work" + "/main",
    "/work" + "/shared",
    "/tmp" + "/wt",
  ]) {
    if (content.includes(word)) find(path, `mentions ${word}`);
  }
}
const { dependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
if (Object.keys(dependencies).length > 0) find("package.json", "has runtime dependencies");

await Promise.all(others);
for (const finding of findings) console.log(finding);
console.log(
  `check: ${findings.length} findings in ${files.length} files, ${((Date.now() - started) / 1000).toFixed(1)} s`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
