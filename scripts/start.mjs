// @ts-check
// npm start: builds, then serves the example server. Its options are those of examples/main.ts.
import { transpile } from "./transpile.mjs";

await transpile(".run");
await import(new URL("../.run/examples/main.js", import.meta.url).href);
