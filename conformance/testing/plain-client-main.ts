// node plain-client-main.js [FAULT] TARGET: the plain client as a program, by the contract of the suite. FAULT makes it
// wrong.
import type { Asked } from "../clients/subject.js";
import { drivePlain } from "./plain-client.js";
import type { Spoil } from "./plain-client.js";

const FAULTS: Readonly<Record<string, Spoil>> = {
  "ping-unanswered": (message) => (message["result"] && !Object.keys(message["result"]).length ? undefined : message),
  nameless: (message) => {
    if (message["method"] !== "initialize") return message;
    const { clientInfo: _, ...params } = message["params"] as { clientInfo: unknown };
    return { ...message, params };
  },
};

const [first = "", second] = process.argv.slice(2);
const [fault, target] = second === undefined ? [undefined, first] : [first, second];
const asked = JSON.parse(process.env["BAREWIRE_SCENARIO"] ?? "{}") as Asked;
const sse = process.env["BAREWIRE_TARGET"] === "sse" ? ({ sse: true } as const) : {};
const where = target.startsWith("http") ? { url: target, ...sse } : { command: target };
await drivePlain(asked, where, new AbortController().signal, fault === undefined ? undefined : FAULTS[fault]);
process.exit(0);
