// @ts-check
// tmcp speaks fetch; @hono/node-server brings it to node:http. It answers every request in events.
import { serve } from "@hono/node-server";
import { HttpTransport } from "@tmcp/transport-http";
import { make } from "./tmcp.mjs";
import { tell } from "./tools.mjs";

const transport = new HttpTransport(make(), { path: "/mcp", allowedOrigins: [] });
const server = serve(
  {
    fetch: async (request) => (await transport.respond(request)) ?? new Response(null, { status: 404 }),
    port: 0,
    hostname: "127.0.0.1",
  },
  () => tell(/** @type {import("node:http").Server} */ (server)),
);
