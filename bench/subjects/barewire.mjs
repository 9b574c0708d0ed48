// @ts-check
// barewire, from the build that BAREWIRE_DIST names.
import { pathToFileURL } from "node:url";
import { descriptions, further, info, message, onChange, schemas, turn } from "./tools.mjs";

const dist = pathToFileURL(`${process.env.BAREWIRE_DIST}/`).href;

/** @param {string} path @returns {Promise<any>} */
export const load = (path) => import(new URL(path, dist).href);

export async function make() {
  const { createServer } = await load("index.js");
  const server = createServer(info, { pageSize: 10_000 });
  for (const { name, description } of further)
    server.tool(name, { description, input: schemas.further }, (/** @type {any} */ { query }) => query);
  server.tool("echo", { description: descriptions.echo, input: schemas.echo }, (/** @type {any} */ { text }) => text);
  server.tool("add", { description: descriptions.add, input: schemas.add }, (/** @type {any} */ { a, b }) =>
    String(a + b),
  );
  server.tool(
    "report",
    { description: descriptions.report, input: schemas.report },
    async (/** @type {any} */ { steps }, /** @type {any} */ ctx) => {
      for (let step = 1; step <= steps; step++) {
        ctx.progress(step, steps, message);
        await turn(step);
      }
      return `reported ${steps}`;
    },
  );
  onChange(() => server.changed("tools"));
  return server;
}
