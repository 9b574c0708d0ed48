import { driveOwn } from "../fixture/driven-client.js";
import type { Revision } from "../trace.js";
import type { ClientTraceFile } from "./load.js";
import { functionClient } from "./subject.js";
import { runClientSuite } from "./suite.js";
import type { ClientRun, ClientSuiteOptions } from "./suite.js";
import { CLIENT_WIRES } from "./trace.js";
import type { ClientWire } from "./trace.js";

/** barewire's own client, driven by scenarios, in this process. */
export const ownClient = functionClient("barewire's client", CLIENT_WIRES, driveOwn);

/** How many clients of one wire are at work at the same time: most of the time they wait for each other. */
const JOBS = 6;

/** Plays the traces that judge clients to barewire's own, one wire after the other. */
export async function runOwnClient(
  files: readonly ClientTraceFile[],
  revisions: readonly Revision[],
  wires: readonly ClientWire[],
  options: ClientSuiteOptions,
): Promise<readonly ClientRun[]> {
  const runs: ClientRun[] = [];
  for (const wire of wires)
    runs.push(...(await runClientSuite(files, ownClient, revisions, [wire], { jobs: JOBS, ...options })));
  return runs;
}
