import type { Feature } from "./feature.js";

/** How long a result may be taken as fresh, and by whom. Page: `2026-07-28/server/utilities/caching`. */
export interface CacheHints {
  /** Milliseconds, 0 or more. */
  readonly ttlMs: number;
  /** `public`: anyone may share the cached result. `private`: only the same authorization context. */
  readonly cacheScope: "public" | "private";
}

/** What holds where the author says nothing: stale at once, shared with nobody. */
export const uncached: CacheHints = { ttlMs: 0, cacheScope: "private" };

/** Completes what an author wrote; throws a TypeError that names what is wrong. */
export function readCacheHints(hints: Partial<CacheHints> | undefined, where: string): CacheHints | undefined {
  if (hints === undefined) return undefined;
  const { ttlMs = 0, cacheScope = "private" } = hints;
  if (!Number.isInteger(ttlMs) || ttlMs < 0)
    throw new TypeError(`${where}: cache.ttlMs must be a whole number of milliseconds, 0 or more`);
  if (cacheScope !== "public" && cacheScope !== "private")
    throw new TypeError(`${where}: cache.cacheScope must be "public" or "private"`);
  return { ttlMs, cacheScope };
}

/** What carries hints (2026-07-28/server/utilities/caching#cacheable-results). */
export const cachedMethods = [
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
] as const;
export type CachedMethod = (typeof cachedMethods)[number];

/** The options `cache` and `caches`. */
export const caching: Feature = {
  name: "caching",
  install(server, { cache, caches = {} }) {
    const all = readCacheHints(cache, "The server") ?? uncached;
    const each = new Map<string, CacheHints>();
    for (const [method, hints] of Object.entries(caches)) {
      if (!cachedMethods.includes(method as CachedMethod))
        throw new TypeError(`caches: "${method}" is none of ${cachedMethods.join(", ")}`);
      each.set(method, readCacheHints({ ...all, ...hints }, method)!);
    }
    server.cacheOf = (method) => each.get(method) ?? all;
  },
};
