// @ts-check
// What each client does with the server, in this order on one connection, and what has to come of it.
import { asking } from "./asking.mjs";
import { changes } from "./changes.mjs";
import { close, connect, noComplaint, ping } from "./connection.mjs";
import { prompts } from "./prompts.mjs";
import { resources } from "./resources.mjs";
import { toolChecks } from "./tools.mjs";

export const checks = [connect, ping, ...toolChecks, ...resources, ...prompts, asking, ...changes, noComplaint, close];
