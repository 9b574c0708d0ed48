// @ts-check
// npm run authorization: the example of authorization, whole on this machine.
import { transpile } from "./transpile.mjs";

await transpile(".run");
await import(new URL("../.run/examples/authorization.js", import.meta.url).href);
