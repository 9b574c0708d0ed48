// @ts-check
// The arguments of the tools in Zod, for those whose documentation uses it.
import { z } from "zod";

export const shapes = {
  echo: { text: z.string() },
  add: { a: z.number(), b: z.number() },
  report: { steps: z.number() },
  further: { query: z.string(), limit: z.number() },
};

export const zodSchemas = {
  echo: z.object(shapes.echo),
  add: z.object(shapes.add),
  report: z.object(shapes.report),
  further: z.object(shapes.further),
};

export { z };

/** @param {string} text */
export const texts = (text) => ({ content: [{ type: /** @type {const} */ ("text"), text }] });
