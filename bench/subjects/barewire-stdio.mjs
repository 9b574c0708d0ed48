// @ts-check
import { load, make } from "./barewire.mjs";

const { serveStdio } = await load("stdio.js");
await serveStdio(await make());
