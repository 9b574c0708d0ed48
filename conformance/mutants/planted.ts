import { FAULTS } from "../fixture/faults.js";
import type { FaultName } from "../fixture/faults.js";
import type { Requirement } from "../requirements.js";
import type { Mutant } from "./mutant.js";

/**
 * The faults that were planted in the fixture server before, as mutants: one for each statement that a fault breaks.
 * What they do to messages they do as a wire, before any server; who is taken for whom, only the fixture server can
 * mistake.
 */
export function plantedMutants(registry: readonly Requirement[]): readonly Mutant[] {
  const entryOf = new Map(registry.flatMap((one) => one.ids.map((id) => [id, one] as const)));
  return (Object.keys(FAULTS) as FaultName[]).flatMap((fault) => {
    const { breaks, make } = FAULTS[fault];
    const statements = new Map<unknown, string[]>();
    for (const id of breaks) {
      const entry = entryOf.get(id) ?? id;
      statements.set(entry, [...(statements.get(entry) ?? []), id]);
    }
    return [...statements.values()].map((ids, index): Mutant => {
      const name = index === 0 ? fault : `${fault}-${index + 1}`;
      const does = `Planted before: ${fault.replaceAll("-", " ")}.`;
      const common = { name, breaks: ids, role: "server", does } as const;
      return make ? { ...common, wires: ["memory", "http"], make } : { ...common, wires: ["memory"], fault };
    });
  });
}
