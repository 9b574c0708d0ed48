import { CLIENT_TRACES, loadTraces } from "../load.js";
import type { ClientTrace } from "./trace.js";

export interface ClientTraceFile {
  /** Its folder below `client-traces/`. */
  readonly page: string;
  /** Its path there, after `clients/`. */
  readonly path: string;
  readonly trace: ClientTrace;
}

/** Reads every trace that judges clients, by path. */
export function loadClientTraces(folder = CLIENT_TRACES): readonly ClientTraceFile[] {
  return loadTraces(folder).map(({ page, path, trace }) => ({
    page,
    path: `clients/${path}`,
    trace: trace as unknown as ClientTrace,
  }));
}
