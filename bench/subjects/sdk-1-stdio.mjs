// @ts-check
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { make } from "./sdk-1.mjs";

await make().connect(new StdioServerTransport());
