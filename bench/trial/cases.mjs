// @ts-check
// What a trial runs: a build, a server of it, and a function that makes so many calls.
import { cpSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fileOf } from "../bundle.mjs";
import { schemas } from "../subjects/tools.mjs";
import { httpCase } from "./http.mjs";
import { stdioCase } from "./stdio.mjs";

/** @type {Record<string, (build: any, server: any) => Promise<(calls: number) => Promise<void>>>} */
const cases = {
  "http-modern": (build, server) => httpCase(build, server, "modern"),
  "http-legacy": (build, server) => httpCase(build, server, "legacy"),
  "stdio-modern-64": (build, server) => stdioCase(build, server, "modern", 64),
  "stdio-legacy-64": (build, server) => stdioCase(build, server, "legacy", 64),
  "stdio-modern-1": (build, server) => stdioCase(build, server, "modern", 1),
};

export const caseNames = Object.keys(cases);

/** @param {string} folder @param {string} copy */
export function copyBuild(folder, copy) {
  cpSync(resolve(folder), copy, { recursive: true });
  return copy;
}

/** @param {string} name @param {string} folder a build @returns {Promise<(calls: number) => Promise<void>>} */
export async function prepareCase(name, folder) {
  const load = (/** @type {string} */ name) => import(pathToFileURL(fileOf(folder, name)).href);
  const { createServer } = await load("barewire");
  const build = { node: await load("barewire/node"), stdio: await load("barewire/stdio") };
  const server = createServer({ name: "bench", version: "1.0.0" });
  server.tool("echo", { description: "Echoes.", input: schemas.echo }, (/** @type {any} */ { text }) => text);
  server.tool("add", { description: "Adds.", input: schemas.add }, (/** @type {any} */ { a, b }) => String(a + b));
  const run = cases[name];
  if (!run) throw new Error(`there is no case ${name}`);
  return run(build, server);
}
