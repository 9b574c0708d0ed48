import type { Dialect } from "./dialect.js";
import type { Node } from "./node.js";
import { hasOwn, type Members } from "./values.js";

/** A schema with a URI of its own: a document, or a subschema with `$id`. */
export interface Resource {
  readonly uri: string;
  readonly schema: unknown;
  readonly dialect: Dialect;
  /** Where it stands, for errors. */
  readonly location: string;
  readonly anchors: Map<string, Node>;
  readonly dynamicAnchors: Map<string, Node>;
}

/** The base of a schema that has no `$id`: relative references in it lead nowhere but into itself. */
export const ANONYMOUS = "schema://anonymous/";

/** The absolute URI without its fragment, and the fragment, decoded; undefined where `reference` is malformed. */
export function resolveUri(reference: string, base: string): { uri: string; fragment: string } | undefined {
  try {
    const hash = reference.indexOf("#");
    const fragment = hash < 0 ? "" : decodeURIComponent(reference.slice(hash + 1));
    const rest = hash < 0 ? reference : reference.slice(0, hash);
    if (rest === "") return { uri: base, fragment };
    const url = new URL(rest, base);
    url.hash = "";
    return { uri: url.href, fragment };
  } catch {
    return undefined;
  }
}

/** Where a JSON Pointer leads, and every object on the way there; undefined where it leads nowhere. */
export function follow(pointer: string, root: unknown): { target: unknown; way: readonly Members[] } | undefined {
  const way: Members[] = [];
  let target = root;
  for (const token of pointer.split("/").slice(1)) {
    if (typeof target !== "object" || target === null) return undefined;
    way.push(target as Members);
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!hasOwn(target, name) || (Array.isArray(target) && name === "length")) return undefined;
    target = (target as Members)[name];
  }
  return { target, way };
}

/**
 * The first schema that comes back to itself without looking at another part of the instance, so that its evaluation
 * would never end: `{ "$ref": "#" }`. Undefined where there is none.
 */
export function findLoop(nodes: Iterable<Node>): Node | undefined {
  const state = new Map<Node, "open" | "done">();
  for (const start of nodes) {
    if (start.inPlace.length === 0 || state.has(start)) continue;
    const path: { node: Node; next: number }[] = [{ node: start, next: 0 }];
    state.set(start, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const node = top.node.inPlace[top.next++];
      if (node === undefined) {
        state.set(top.node, "done");
        path.pop();
      } else if (state.get(node) === "open") {
        return node;
      } else if (!state.has(node)) {
        state.set(node, "open");
        path.push({ node, next: 0 });
      }
    }
  }
  return undefined;
}
