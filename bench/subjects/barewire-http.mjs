// @ts-check
import { load, make } from "./barewire.mjs";
import { reply, tell } from "./tools.mjs";

const { serveHttp } = await load("node.js");
const { server } = await serveHttp(await make(), { port: 0, reply: reply === "sse" ? "sse" : "auto" });
tell(server);
