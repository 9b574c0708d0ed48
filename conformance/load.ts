import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Trace } from "./trace.js";

export interface TraceFile {
  /** Its folder below `traces/`: the page of the specification that it is about. */
  readonly page: string;
  /** Its path below `traces/`, with slashes. */
  readonly path: string;
  readonly trace: Trace;
}

/** The folder with the traces, beside this file. */
export const TRACES = fileURLToPath(new URL("./traces", import.meta.url));

/** The folder with those that judge clients. */
export const CLIENT_TRACES = fileURLToPath(new URL("./client-traces", import.meta.url));

/** Reads every trace below `folder`, by path. Throws with the path where a file is no JSON. */
export function loadTraces(folder = TRACES): readonly TraceFile[] {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).map((path) => path.replaceAll("\\", "/"));
  return paths
    .filter((path) => path.endsWith(".json"))
    .sort()
    .map((path) => {
      try {
        const trace = JSON.parse(readFileSync(join(folder, path), "utf8")) as Trace;
        return { page: path.slice(0, path.lastIndexOf("/")), path, trace };
      } catch (error) {
        throw new Error(`${path}: ${(error as Error).message}`);
      }
    });
}
