import { fileURLToPath } from "node:url";
import { loadTraces } from "../load.js";
import type { ClientTrace } from "./trace.js";

export interface ClientTraceFile {
  /** Its folder below `client-traces/`. */
  readonly page: string;
  /** Its path there, after `clients/`. */
  readonly path: string;
  readonly trace: ClientTrace;
}

/** The folder with the traces that judge clients. */
export const CLIENT_TRACES = fileURLToPath(new URL("../client-traces", import.meta.url));

/** Reads every trace that judges clients, by path. */
export function loadClientTraces(folder = CLIENT_TRACES): readonly ClientTraceFile[] {
  return loadTraces(folder).map(({ page, path, trace }) => ({
    page,
    path: `clients/${path}`,
    trace: trace as unknown as ClientTrace,
  }));
}
