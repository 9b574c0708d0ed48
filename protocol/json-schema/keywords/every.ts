import { charge } from "../bounds.js";
import type { Rule } from "../node.js";

/** All of several rules, as one. */
export function every(rules: readonly Rule[]): Rule {
  return {
    applies: true,
    check: (instance, run, seen) => {
      charge(run, rules.length);
      return rules.every((rule) => rule.check(instance, run, seen));
    },
    explain: (instance, path, run, out) => {
      for (const rule of rules) rule.explain(instance, path, run, out);
    },
  };
}
