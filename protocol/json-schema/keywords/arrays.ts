import { enter, leave } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { count, mustHave } from "../messages.js";
import { report, type Node, type Rule, type Run, type Seen } from "../node.js";
import { member } from "../values.js";
import { itemsAfter } from "./items.js";
import { countOf } from "./ranges.js";

/** One schema for each of the first items. */
export function firstItems(nodes: readonly Node[]): Rule {
  return {
    applies: true,
    check: (instance, run, seen) => {
      if (!Array.isArray(instance)) return true;
      const total = Math.min(nodes.length, instance.length);
      enter(run, total);
      if (seen !== undefined && seen.items < total) seen.items = total;
      let valid = true;
      for (let i = 0; valid && i < total; i++) valid = (nodes[i] as Node).check(instance[i], run, undefined);
      leave(run);
      return valid;
    },
    explain: (instance, path, run, out) => {
      if (!Array.isArray(instance)) return;
      enter(run, nodes.length);
      nodes.forEach((node, i) => {
        if (i < instance.length) node.explain(instance[i], `${path}/${i}`, run, out);
      });
      leave(run);
    },
  };
}

/** The schemas of a keyword that lists some. */
export function listOf(keyword: string, value: unknown, site: Site): readonly Node[] {
  if (!Array.isArray(value) || value.length === 0) site.malformed(keyword, "an array of at least one schema", value);
  return value.map((schema, i) => site.child(schema, keyword, i));
}

/** `contains`; with its limits, where the dialect has them. */
export function contains(limited: boolean): Keyword {
  return (value, site: Site) => {
    const node = site.child(value, "contains");
    const limit = (keyword: string, otherwise: number) => {
      const found = limited ? member(site.schema, keyword) : undefined;
      return found === undefined ? otherwise : countOf(keyword, found, site);
    };
    const least = limit("minContains", 1);
    const most = limit("maxContains", Number.POSITIVE_INFINITY);
    const countIn = (instance: readonly unknown[], run: Run, seen: Seen | undefined) => {
      enter(run, instance.length);
      let found = 0;
      for (let i = 0; i < instance.length; i++) {
        if (!node.check(instance[i], run, undefined)) continue;
        found++;
        if (limited) seen?.indexes.add(i);
      }
      leave(run);
      return found;
    };
    return {
      applies: true,
      check: (instance, run, seen) => {
        if (!Array.isArray(instance)) return true;
        const found = countIn(instance, run, seen);
        return found >= least && found <= most;
      },
      explain: (instance, path, run, out) => {
        if (!Array.isArray(instance)) return;
        const found = countIn(instance, run, undefined);
        const received = `${found} among ${count(instance.length, "item")}`;
        const such = (n: number) => `${count(n, "item")} that its schema under contains accepts`;
        if (found < least) report(out, run, mustHave(path, "contains", `at least ${such(least)}`, received));
        if (found > most) report(out, run, mustHave(path, "maxContains", `at most ${such(most)}`, received));
      },
    };
  };
}

export const arrays: Vocabulary = () => ({
  prefixItems: (value, site: Site) => firstItems(listOf("prefixItems", value, site)),
  items: itemsAfter((site) => {
    const before = member(site.schema, "prefixItems");
    return Array.isArray(before) ? before.length : 0;
  }),
  contains: contains(true),
});
