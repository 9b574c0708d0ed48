import { charge, enter, leave } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialects.js";
import { step, unknownMember } from "../messages.js";
import { full, report, type Check, type Node, type Rule, type Run } from "../node.js";
import { compilePattern, type Matches } from "../patterns/pattern.js";
import { hasOwn, isObject, member, namesOf, type Members } from "../values.js";
import { every } from "./every.js";

/** The schemas of a keyword that maps names, or patterns, to schemas. */
function schemasOf(keyword: string, value: unknown, site: Site): { names: readonly string[]; nodes: readonly Node[] } {
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
function eachMember(nodesFor: (name: string, run: Run) => readonly Node[]): Rule {
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

function patternsOf(value: unknown, site: Site): readonly Matches[] {
  return isObject(value) ? Object.keys(value).map((each) => compilePattern("patternProperties", each, site)) : [];
}

const patternProperties: Keyword = (value, site: Site) => {
  const { nodes } = schemasOf("patternProperties", value, site);
  const patterns = patternsOf(value, site);
  return eachMember((name, run) => {
    charge(run, patterns.length);
    return nodes.filter((_, i) => patterns[i]?.(name, run));
  });
};

const additionalProperties: Keyword = (value, site: Site) => {
  const node = site.child(value, "additionalProperties");
  const declared = member(site.schema, "properties");
  const known = new Set(isObject(declared) ? Object.keys(declared) : []);
  const patterns = patternsOf(member(site.schema, "patternProperties"), site);
  const additional = (name: string, run: Run) => {
    if (known.has(name)) return false;
    if (patterns.length === 0) return true;
    charge(run, patterns.length);
    return !patterns.some((matches) => matches(name, run));
  };
  if (value !== false) {
    const nodes = [node];
    return eachMember((name, run) => (additional(name, run) ? nodes : NONE));
  }
  return {
    applies: true,
    check: (instance, run) => {
      if (!isObject(instance)) return true;
      charge(run, known.size);
      // Goes through inherited names too, which are sorted out where they matter: an array of the own ones costs more.
      for (const name in instance) {
        if (!known.has(name) && member(instance, name) !== undefined && additional(name, run)) return false;
      }
      return true;
    },
    explain: (instance, path, run, out) => {
      if (!isObject(instance)) return;
      for (const name of namesOf(instance)) {
        if (full(out, run)) break;
        if (!additional(name, run)) continue;
        report(out, run, unknownMember(path, "additionalProperties", name, instance[name], [...known]));
      }
    },
  };
};

const propertyNames: Keyword = (value, site: Site) => {
  const node = site.child(value, "propertyNames");
  return {
    applies: true,
    check: (instance, run) => {
      if (!isObject(instance)) return true;
      const names = namesOf(instance);
      enter(run, names.length);
      const valid = names.every((name) => node.check(name, run, undefined));
      leave(run);
      return valid;
    },
    explain: (instance, path, run, out) => {
      if (!isObject(instance)) return;
      const names = namesOf(instance);
      enter(run, names.length);
      for (const name of names) {
        if (full(out, run)) break;
        if (node.check(name, run, undefined)) continue;
        const errors: typeof out = [];
        node.explain(name, path + step(name), run, errors);
        for (const error of errors) {
          const message = `the name of member ${error.message}`;
          report(out, run, { ...error, keyword: "propertyNames", message });
        }
      }
      leave(run);
    },
  };
};

/** Applies a schema to the whole object where the member `name` is there. */
export function dependentSchema(name: string, node: Node): Rule {
  const applies = (instance: unknown): instance is Members =>
    isObject(instance) && member(instance, name) !== undefined;
  return {
    applies: true,
    check: (instance, run, seen) => !applies(instance) || node.check(instance, run, seen),
    explain: (instance, path, run, out) => {
      if (applies(instance)) node.explain(instance, path, run, out);
    },
  };
}

export const objects: Vocabulary = {
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  dependentSchemas: (value, site: Site) => {
    if (!isObject(value)) site.malformed("dependentSchemas", "an object of schemas", value);
    const names = Object.keys(value);
    return every(names.map((name) => dependentSchema(name, site.sameInstance(value[name], "dependentSchemas", name))));
  },
};
