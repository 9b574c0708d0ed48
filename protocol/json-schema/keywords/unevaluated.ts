import type { Site } from "../builder.js";
import { enter, leave } from "../bounds.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { step, unknownMember } from "../messages.js";
import { full, report, Seen, type Late } from "../node.js";
import { isObject, namesOf } from "../values.js";

/** Notes what is seen by the keywords before, for those that ask. */
const seeing: Late = {
  check: (first, last) => (value, run, seen) => {
    if (typeof value !== "object" || value === null) return first(value, run, undefined);
    const own = new Seen();
    if (!first(value, run, own) || !last(value, run, own)) return false;
    seen?.merge(own);
    return true;
  },
  explain(first, last, value, path, run, out) {
    const seen = new Seen();
    for (const rule of first) rule.check(value, run, seen);
    for (const rule of last) rule.explain(value, path, run, out, seen);
  },
};

const unevaluatedProperties: Keyword = (value, site: Site) => {
  const node = site.child(value, "unevaluatedProperties");
  return {
    applies: true,
    late: seeing,
    check: (instance, run, seen) => {
      if (!isObject(instance)) return true;
      const names = namesOf(instance);
      enter(run, names.length);
      let valid = true;
      for (const name of names) {
        if (seen?.names.has(name)) continue;
        valid = node.check(instance[name], run, undefined);
        if (!valid) break;
        seen?.names.add(name);
      }
      leave(run);
      return valid;
    },
    explain: (instance, path, run, out, seen) => {
      if (!isObject(instance)) return;
      enter(run, 1);
      for (const name of namesOf(instance)) {
        if (full(out, run)) break;
        if (seen?.names.has(name)) continue;
        if (value === false) report(out, run, unknownMember(path, "unevaluatedProperties", name, instance[name], []));
        else node.explain(instance[name], path + step(name), run, out);
      }
      leave(run);
    },
  };
};

const isSeen = (seen: Seen | undefined, index: number) =>
  seen !== undefined && (index < seen.items || seen.indexes.has(index));

const unevaluatedItems: Keyword = (value, site: Site) => {
  const node = site.child(value, "unevaluatedItems");
  return {
    applies: true,
    late: seeing,
    check: (instance, run, seen) => {
      if (!Array.isArray(instance)) return true;
      enter(run, instance.length);
      let valid = true;
      for (let i = 0; valid && i < instance.length; i++) {
        if (!isSeen(seen, i)) valid = node.check(instance[i], run, undefined);
      }
      leave(run);
      if (valid && seen !== undefined) seen.items = instance.length;
      return valid;
    },
    explain: (instance, path, run, out, seen) => {
      if (!Array.isArray(instance)) return;
      enter(run, instance.length);
      for (let i = 0; i < instance.length && !full(out, run); i++) {
        if (!isSeen(seen, i)) node.explain(instance[i], `${path}/${i}`, run, out);
      }
      leave(run);
    },
  };
};

/** Unevaluated locations, https://json-schema.org/draft/2020-12/json-schema-core#section-11. */
export const unevaluated: Vocabulary = () => ({ unevaluatedProperties, unevaluatedItems });
