// Deno serves the built file over HTTP, and says the port.
import { fetch } from "./built/deno.mjs";

const onListen = ({ port }) => console.log(`port ${port}`);
Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, (request) => fetch(request));
