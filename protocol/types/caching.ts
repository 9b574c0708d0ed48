// How long, and for whom, a result may be kept.
// https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
import type { Result } from "./json-rpc.js";

/**
 * A result that may be kept. Servers add both hints where the author gives none.
 * @since 2026-07-28
 */
export interface CacheableResult extends Result {
  /**
   * How long the result stays fresh, in milliseconds from its arrival; 0: not at all.
   * @since 2026-07-28
   * @requiredSince 2026-07-28
   * @minimum 0
   * @schema integer
   */
  ttlMs?: number;
  /** Who may share the copy: anyone, or the same authorization only. @since 2026-07-28 @requiredSince 2026-07-28 */
  cacheScope?: "public" | "private";
}
