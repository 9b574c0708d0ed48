// @ts-check
// What every subject serves: `echo`, `add`, `report`, and as many further tools as a row asks for.

export const info = { name: "bench", version: "1.0.0" };

/** How the row wants it, from the environment. */
export const reply = process.env.BENCH_REPLY === "sse" ? "sse" : "json";
export const era = process.env.BENCH_ERA === "legacy" ? "legacy" : "modern";

export const descriptions = {
  echo: "Gives back the text it is given.",
  add: "Adds two numbers.",
  report: "Tells its progress, step by step.",
};

/** The further tools: a name and a description each, with a text and a number as arguments. */
export const further = Array.from({ length: Number(process.env.BENCH_TOOLS ?? 0) }, (_, at) => ({
  name: `tool-${String(at).padStart(4, "0")}`,
  description: `Looks for something in place ${at}, and says what it found.`,
}));

/** As JSON Schema. */
const object = (/** @type {Record<string, unknown>} */ properties) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});
export const schemas = {
  echo: object({ text: { type: "string" } }),
  add: object({ a: { type: "number" }, b: { type: "number" } }),
  report: object({ steps: { type: "number" } }),
  further: object({ query: { type: "string" }, limit: { type: "number" } }),
};

export const message = "A step of the work is done, and this line says so at some length, as such lines do.";

/** Lets the loop turn now and then, as work that reports its progress does. */
export const turn = (/** @type {number} */ step) =>
  step % 100 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;

/** Says where a server listens. @param {import("node:http").Server} server */
export function tell(server) {
  const address = server.address();
  if (address && typeof address === "object") process.send?.({ id: -1, answer: address.port });
}

/** Runs when the row wants the list of tools to change. @param {() => void} run */
export const onChange = (run) => process.on(/** @type {any} */ ("bench:change"), run);
