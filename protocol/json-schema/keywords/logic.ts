import { charge } from "../bounds.js";
import { closest } from "../closest.js";
import type { Site } from "../builder.js";
import { sameInstance } from "./same-instance.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import type { SchemaError } from "../errors.js";
import { describe, must, mustBe } from "../messages.js";
import { report, Seen, type Node, type Run } from "../node.js";
import { hasOwn } from "../values.js";

function branches(keyword: string, value: unknown, site: Site): readonly Node[] {
  if (!Array.isArray(value) || value.length === 0) site.malformed(keyword, "an array of at least one schema", value);
  return value.map((schema, i) => sameInstance(site, schema, keyword, i));
}

/** Applies a schema whose failure is none of the whole: what it has seen counts only where it succeeds. */
export function attempt(node: Node, value: unknown, run: Run, seen: Seen | undefined): boolean {
  if (seen === undefined) return node.check(value, run, undefined);
  const own = new Seen();
  const valid = node.check(value, run, own);
  if (valid) seen.merge(own);
  return valid;
}

const allOf: Keyword = (value, site: Site) => {
  const nodes = branches("allOf", value, site);
  return {
    applies: true,
    check: (instance, run, seen) => {
      charge(run, nodes.length);
      for (let i = 0; i < nodes.length; i++) if (!(nodes[i] as Node).check(instance, run, seen)) return false;
      return true;
    },
    explain: (instance, path, run, out) => {
      for (const node of nodes) node.explain(instance, path, run, out);
    },
  };
};

/** Reports why none of the branches holds: the one that came closest. */
function explainNone(
  keyword: string,
  nodes: readonly Node[],
  value: unknown,
  path: string,
  run: Run,
  out: SchemaError[],
) {
  const found = nodes.map((node) => {
    const errors: SchemaError[] = [];
    node.explain(value, path, run, errors);
    return errors;
  });
  for (const error of closest(keyword, found, path, value)) report(out, run, error);
}

const anyOf: Keyword = (value, site: Site) => {
  const nodes = branches("anyOf", value, site);
  return {
    applies: true,
    check: (instance, run, seen) => {
      charge(run, nodes.length);
      let valid = false;
      for (let i = 0; i < nodes.length; i++) {
        if (!attempt(nodes[i] as Node, instance, run, seen)) continue;
        // Later branches matter only for what they see.
        if (seen === undefined) return true;
        valid = true;
      }
      return valid;
    },
    explain: (instance, path, run, out) => {
      if (nodes.some((node) => node.check(instance, run, undefined))) return;
      explainNone("anyOf", nodes, instance, path, run, out);
    },
  };
};

const oneOf: Keyword = (value, site: Site) => {
  const nodes = branches("oneOf", value, site);
  return {
    applies: true,
    check: (instance, run, seen) => {
      charge(run, nodes.length);
      let valid = false;
      for (let i = 0; i < nodes.length; i++) {
        if (!attempt(nodes[i] as Node, instance, run, seen)) continue;
        if (valid) return false;
        valid = true;
      }
      return valid;
    },
    explain: (instance, path, run, out) => {
      const matching = nodes.flatMap((node, i) => (node.check(instance, run, undefined) ? [i + 1] : []));
      if (matching.length === 0) explainNone("oneOf", nodes, instance, path, run, out);
      if (matching.length < 2) return;
      const received = `${describe(instance)} that matches alternatives ${matching.join(" and ")}`;
      report(out, run, must(path, "oneOf", "match", `exactly one of ${nodes.length} alternatives`, received));
    },
  };
};

const not: Keyword = (value, site: Site) => {
  const node = sameInstance(site, value, "not");
  return {
    applies: true,
    check: (instance, run) => !node.check(instance, run, undefined),
    explain: (instance, path, run, out) => {
      if (!node.check(instance, run, undefined)) return;
      report(out, run, mustBe(path, "not", "something that its schema under not refuses", instance));
    },
  };
};

/** `if` with its `then` and `else`, which mean nothing without it. */
const condition: Keyword = (value, site: Site) => {
  const node = sameInstance(site, value, "if");
  const branch = (name: "then" | "else") =>
    hasOwn(site.schema, name) && site.schema[name] !== undefined
      ? sameInstance(site, site.schema[name], name)
      : undefined;
  const then = branch("then");
  const otherwise = branch("else");
  return {
    applies: true,
    check: (instance, run, seen) => {
      const next = attempt(node, instance, run, seen) ? then : otherwise;
      return next === undefined || next.check(instance, run, seen);
    },
    explain: (instance, path, run, out) => {
      const next = node.check(instance, run, undefined) ? then : otherwise;
      next?.explain(instance, path, run, out);
    },
  };
};

/** Compiled where they stand, so that a fault in them is found and references into them work. */
function conditional(keyword: "then" | "else"): Keyword {
  return (value, site: Site) => {
    site.child(value, keyword);
    return undefined;
  };
}

export const logic: Vocabulary = () => ({
  allOf,
  anyOf,
  oneOf,
  not,
  if: condition,
  then: conditional("then"),
  else: conditional("else"),
});
