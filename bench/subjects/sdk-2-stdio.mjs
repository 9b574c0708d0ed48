// @ts-check
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { make } from "./sdk-2.mjs";

serveStdio(make);
