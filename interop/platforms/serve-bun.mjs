// Bun serves the built file over HTTP, and says the port.
import { fetch } from "./built/bun.mjs";

const { port } = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => fetch(request) });
console.log(`port ${port}`);
