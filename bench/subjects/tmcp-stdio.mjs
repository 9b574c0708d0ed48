// @ts-check
import { StdioTransport } from "@tmcp/transport-stdio";
import { make } from "./tmcp.mjs";

new StdioTransport(make()).listen();
