import type { Revision } from "../revision.js";
import { revisions, versions } from "./index.js";

/** The revisions that one server speaks: all that there are, or the few that its author chose. */
export class Spoken {
  /** Their versions, the oldest first. */
  readonly versions: readonly string[];
  readonly modernVersions: readonly string[];
  readonly #legacy: ReadonlyMap<string, Revision>;
  readonly #modern: ReadonlyMap<string, Revision>;
  /** The newest one with a handshake; undefined where the server speaks none. */
  readonly latestLegacy: Revision | undefined;

  /** Throws a TypeError for a list that is empty or names a version that does not exist. */
  constructor(chosen: readonly string[] = versions) {
    if (!Array.isArray(chosen) || chosen.length === 0) throw new TypeError("revisions must be a list of versions");
    for (const version of chosen as readonly string[]) {
      if (!versions.includes(version)) {
        throw new TypeError(`revisions: ${JSON.stringify(version)} is none of ${versions.join(", ")}`);
      }
    }
    const spoken = revisions.filter(({ version }) => chosen.includes(version));
    const of = (era: Revision["era"]) =>
      new Map(spoken.flatMap((each) => (each.era === era ? [[each.version, each] as const] : [])));
    this.#legacy = of("legacy");
    this.#modern = of("modern");
    this.versions = spoken.map(({ version }) => version);
    this.modernVersions = [...this.#modern.keys()];
    this.latestLegacy = [...this.#legacy.values()].at(-1);
  }

  /** The legacy revision of that version, if it is spoken. */
  legacy(version: string): Revision | undefined {
    return this.#legacy.get(version);
  }

  /** The modern revision of that version, if it is spoken. */
  modern(version: string): Revision | undefined {
    return this.#modern.get(version);
  }
}
