import type { Revision } from "../revision.js";
import { revision as v2024_11_05 } from "./2024-11-05.js";
import { revision as v2025_03_26 } from "./2025-03-26.js";
import { revision as v2025_06_18 } from "./2025-06-18.js";
import { revision as v2025_11_25 } from "./2025-11-25.js";
import { revision as v2026_07_28 } from "./2026-07-28.js";

/** Every published revision, the oldest first. */
export const revisions: readonly Revision[] = [v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28];

const find = (era: Revision["era"], version: string) =>
  revisions.find((revision) => revision.era === era && revision.version === version);

/** The legacy revision of that version, if there is one. */
export const legacyRevision = (version: string): Revision | undefined => find("legacy", version);
/** The modern revision of that version, if there is one. */
export const modernRevision = (version: string): Revision | undefined => find("modern", version);

export const versions: readonly string[] = revisions.map(({ version }) => version);
export const legacyVersions: readonly string[] = versions.filter(legacyRevision);
export const modernVersions: readonly string[] = versions.filter(modernRevision);

/** The newest revision with a handshake: offered to a client that asks for a version nobody knows. */
export const latestLegacy: Revision = v2025_11_25;
export const latestModern: Revision = v2026_07_28;
/**
 * What a request without a version header and without a session speaks
 * (2025-11-25/basic/transports#protocol-version-header).
 */
export const assumedLegacy: Revision = v2025_03_26;
