// @ts-check
// npm start: builds, then serves the example server. Its options are those of examples/main.ts.
import { transpile } from "./transpile.mjs";

await transpile("dist");
await import(new URL("../dist/examples/main.js", import.meta.url).href);
