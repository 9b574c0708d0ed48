import type { ClientRun } from "../clients/suite.js";
import { loadRequirements } from "../requirements.js";
import type { Run } from "../suite.js";
import type { Verdict } from "../verdict.js";
import { writePage } from "./page.js";

const filesOf = <T extends { readonly path: string }>(runs: readonly { readonly file: T }[]): readonly T[] => [
  ...new Map(runs.map(({ file }) => [file.path, file])).values(),
];

/**
 * Writes the page of a check to `index.html` in `folder`, with the traces that were tried, and returns its path. The
 * verdicts are those of one subject: of a server, or of a client on each of its wires.
 */
export function writeCheckPage(folder: string, verdicts: readonly Verdict[]): string {
  const of = (role: Verdict["role"]) => verdicts.filter((one) => one.role === role).flatMap(({ runs }) => runs);
  // What a role's verdict is made of, its check played.
  const runs = of("server") as readonly unknown[] as readonly Run[];
  const clientRuns = of("client") as readonly unknown[] as readonly ClientRun[];
  return writePage(folder, {
    files: filesOf(runs),
    registry: loadRequirements(),
    runs,
    clients: filesOf(clientRuns),
    clientRuns,
    subject: verdicts[0]?.subject ?? "nobody",
  });
}
