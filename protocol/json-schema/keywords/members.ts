import { charge, enter, leave } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { step, unknownMember } from "../messages.js";
import { full, report, type Check, type Node, type Rule, type Run } from "../node.js";
import type { Matches } from "../patterns/pattern.js";
import { hasOwn, isObject, member, namesOf } from "../values.js";

/** The schemas of a keyword that maps names, or patterns, to schemas. */
export function schemasOf(
  keyword: string,
  value: unknown,
  site: Site,
): { names: readonly string[]; nodes: readonly Node[] } {
  if (!isObject(value)) site.malformed(keyword, "an object of schemas", value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return { names, nodes: names.map((name) => site.child(value[name], keyword, name)) };
}

const properties: Keyword = (value, site: Site) => {
  const { names, nodes } = schemasOf("properties", value, site);
  const checks = nodes.map((node) => node.check);
  const total = names.length;
  return {
    applies: true,
    check: (instance, run, seen) => {
      if (!isObject(instance)) return true;
      enter(run, total);
      for (let i = 0; i < total; i++) {
        const name = names[i] as string;
        if (!hasOwn(instance, name)) continue;
        const found = instance[name];
        if (found === undefined) continue;
        if (seen !== undefined) seen.names.add(name);
        if (!(checks[i] as Check)(found, run, undefined)) {
          leave(run);
          return false;
        }
      }
      leave(run);
      return true;
    },
    explain: (instance, path, run, out) => {
      if (!isObject(instance)) return;
      enter(run, total);
      names.forEach((name, i) => {
        const found = member(instance, name);
        if (found !== undefined) (nodes[i] as Node).explain(found, path + step(name), run, out);
      });
      leave(run);
    },
  };
};

const NONE: readonly Node[] = [];

/** Applies to each member the nodes that `nodesFor` finds by its name. */
export function eachMember(nodesFor: (name: string, run: Run) => readonly Node[]): Rule {
  return {
    applies: true,
    check: (instance, run, seen) => {
      if (!isObject(instance)) return true;
      const names = namesOf(instance);
      enter(run, names.length);
      for (let i = 0; i < names.length; i++) {
        const name = names[i] as string;
        for (const node of nodesFor(name, run)) {
          seen?.names.add(name);
          if (node.check(instance[name], run, undefined)) continue;
          leave(run);
          return false;
        }
      }
      leave(run);
      return true;
    },
    explain: (instance, path, run, out) => {
      if (!isObject(instance)) return;
      const names = namesOf(instance);
      enter(run, names.length);
      for (const name of names) {
        if (full(out, run)) break;
        for (const node of nodesFor(name, run)) node.explain(instance[name], path + step(name), run, out);
      }
      leave(run);
    },
  };
}

/** `additionalProperties`; `patternsOf` gives those of `patternProperties` beside it. */
export const additional =
  (patternsOf: (value: unknown, site: Site) => readonly Matches[]): Keyword =>
  (value, site: Site) => {
    const node = site.child(value, "additionalProperties");
    const declared = member(site.schema, "properties");
    const known = new Set(isObject(declared) ? Object.keys(declared) : []);
    const patterns = patternsOf(member(site.schema, "patternProperties"), site);
    const isAdditional = (name: string, run: Run) => {
      if (known.has(name)) return false;
      if (patterns.length === 0) return true;
      charge(run, patterns.length);
      return !patterns.some((matches) => matches(name, run));
    };
    if (value !== false) {
      const nodes = [node];
      return eachMember((name, run) => (isAdditional(name, run) ? nodes : NONE));
    }
    return {
      applies: true,
      check: (instance, run) => {
        if (!isObject(instance)) return true;
        charge(run, known.size);
        // Goes through inherited names too, which are sorted out where they matter: an array of the own ones
        // costs more.
        for (const name in instance) {
          if (!known.has(name) && member(instance, name) !== undefined && isAdditional(name, run)) return false;
        }
        return true;
      },
      explain: (instance, path, run, out) => {
        if (!isObject(instance)) return;
        for (const name of namesOf(instance)) {
          if (full(out, run)) break;
          if (!isAdditional(name, run)) continue;
          report(out, run, unknownMember(path, "additionalProperties", name, instance[name], [...known]));
        }
      },
    };
  };

/** Members by their names. */
export const members: Vocabulary = () => ({
  properties,
  additionalProperties: additional(() => []),
});
