// @ts-check
// node bench/types.mjs: how long the compiler takes to infer handlers' arguments from JSON Schema literals: a file of
// 200 tools, and one tool whose schema has 40 properties and 4 levels. Prints seconds and the compiler's complaints, if
// any.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}.build-types`;

const kinds = [
  '{ type: "string" }',
  '{ type: "number", minimum: 0 }',
  '{ type: "boolean" }',
  '{ enum: ["a", "b"] }',
  '{ type: "array", items: { type: "integer" } }',
];
const head =
  'import { createServer } from "../server/index.js";\nconst server = createServer({ name: "s", version: "1" });\n';

const tool = (i) => {
  const count = 5 + (i % 6);
  const properties = Array.from({ length: count }, (_, at) => `p${at}: ${kinds[(i + at) % kinds.length]}`);
  properties.push('nested: { type: "object", properties: { x: { type: "number" } }, required: ["x"] }');
  const schema = `{ type: "object", properties: { ${properties.join(", ")} }, required: ["p0", "nested"] }`;
  return `server.tool("t${i}", { input: ${schema} }, ({ p0, nested }) => [p0, nested.x]);`;
};
const level = (depth) =>
  depth === 0
    ? '{ type: "string" }'
    : `{ type: "object", properties: { ${Array.from({ length: depth === 4 ? 40 : 3 }, (_, i) => `m${i}: ${level(depth - 1)}`).join(", ")} }, required: ["m0"] }`;

const sources = {
  "200 tools": head + Array.from({ length: 200 }, (_, i) => tool(i)).join("\n"),
  "40 properties, 4 levels": `${head}server.tool("t", { input: ${level(4)} }, ({ m0 }) => m0.m0.m0.m0.length);`,
};

for (const [name, source] of Object.entries(sources)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(`${folder}/tools.ts`, source);
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../tsconfig.json", compilerOptions: { rootDir: ".." }, include: ["tools.ts"] }),
  );
  const started = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder], {
    encoding: "utf8",
  });
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(2)} s${status === 0 ? "" : `\n${stdout}`}`);
  if (status !== 0) process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });
