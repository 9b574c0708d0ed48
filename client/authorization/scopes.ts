import { readScopes } from "../../protocol/scopes.js";

/** Each scope once, in the order in which it came first. */
export const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];

/** Those of a list that are scopes; undefined for what is no list. */
export function scopesIn(list: unknown): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.filter((one): one is string => {
    try {
      return readScopes([one as string], "scope") !== undefined;
    } catch {
      return false;
    }
  });
}

/** What a token is asked for, and why. */
export interface ScopesNeeded {
  /** Those of the challenge: what this request needs is these, whatever the metadata list. */
  readonly challenged: readonly string[] | undefined;
  /** Those that the caller wants in any case. */
  readonly wanted: readonly string[];
  /** Those that the metadata of the server list. */
  readonly supported: readonly string[] | undefined;
  /** Those that were asked for before, from the same authorization server for the same resource. */
  readonly before: readonly string[] | undefined;
}

/**
 * The scopes to ask for: those of the challenge, else those that were asked for before, else those that the server
 * lists; what was asked for before stays. None: the parameter is left out.
 * 2026-07-28/basic/authorization/index#scope-selection-strategy/3
 * 2026-07-28/basic/authorization/index#scope-selection-strategy/4
 * 2025-11-25/basic/authorization#protected-resource-metadata-discovery-requirements/5
 * 2025-11-25/basic/authorization#protected-resource-metadata-discovery-requirements/6
 */
export function scopesFor({ challenged, wanted, supported, before }: ScopesNeeded): readonly string[] {
  const basic = challenged ?? (before ? [] : (supported ?? []));
  return union(before ?? [], wanted, scopesIn(basic) ?? []);
}
