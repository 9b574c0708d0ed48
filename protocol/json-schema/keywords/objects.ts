import { enter, leave } from "../bounds.js";
import type { Site } from "../builder.js";
import { sameInstance } from "./same-instance.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { step } from "../messages.js";
import { full, report, type Node, type Rule } from "../node.js";
import { isObject, member, namesOf, type Members } from "../values.js";
import { every } from "./every.js";
import { members } from "./members.js";
import { patternProperties } from "./patterns.js";

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

export const objects: Vocabulary = () => ({
  ...members(),
  ...patternProperties(),
  propertyNames,
  dependentSchemas: (value, site: Site) => {
    if (!isObject(value)) site.malformed("dependentSchemas", "an object of schemas", value);
    const names = Object.keys(value);
    return every(names.map((name) => dependentSchema(name, sameInstance(site, value[name], "dependentSchemas", name))));
  },
});
