import { enter, leave } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword } from "../dialect.js";
import { full, type Node, type Rule } from "../node.js";

/** One schema for all items from an index on. */
export function itemsFrom(start: number, node: Node): Rule {
  return {
    applies: true,
    check: (instance, run, seen) => {
      if (!Array.isArray(instance)) return true;
      const total = instance.length;
      if (total <= start) return true;
      enter(run, total);
      if (seen !== undefined) seen.items = total;
      const { check } = node;
      let valid = true;
      for (let i = start; valid && i < total; i++) valid = check(instance[i], run, undefined);
      leave(run);
      return valid;
    },
    explain: (instance, path, run, out) => {
      if (!Array.isArray(instance) || instance.length <= start) return;
      enter(run, instance.length);
      for (let i = start; i < instance.length && !full(out, run); i++) {
        node.explain(instance[i], `${path}/${i}`, run, out);
      }
      leave(run);
    },
  };
}

/** `items` of 2020-12; `start` counts those before, which have schemas of their own. */
export const itemsAfter =
  (start: (site: Site) => number): Keyword =>
  (value, site: Site) => {
    if (Array.isArray(value)) site.malformed("items", "a schema (one for each of the first items: prefixItems)", value);
    return itemsFrom(start(site), site.child(value, "items"));
  };
