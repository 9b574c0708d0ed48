import type { Bounds } from "./bounds.js";
import { Builder, type BuilderOptions, type Site } from "./builder.js";
import type { Dialect } from "./dialect.js";
import { draft07, draft2020, findDialect, idOf } from "./dialects.js";
import { SchemaCompileError } from "./errors.js";
import { describe, literal } from "./messages.js";
import { metaSchema } from "./meta-schemas.js";
import { checkWithin, type Check, type Node } from "./node.js";
import { ANONYMOUS, findLoop, follow, resolveUri, type Resource } from "./references.js";
import { isObject, member, type Members } from "./values.js";

/** Compiles one schema with all that it refers to. */
export class ReferringBuilder extends Builder {
  readonly assertsFormats: boolean;
  /** The main schema. */
  #schema: unknown;
  readonly #roots = new Map<object, Resource>();
  readonly #resources = new Map<string, Resource>();
  readonly #given = new Map<string, unknown>();
  readonly #pending: (() => void)[] = [];

  constructor(bounds: Bounds, _dialect: Dialect, options: BuilderOptions) {
    super(bounds, options.defaultDialect === "draft-07" ? draft07() : draft2020(), options);
    this.assertsFormats = options.formats === "assert";
    for (const [uri, schema] of Object.entries(options.schemas)) {
      this.#give(uri, schema);
      const id = isObject(schema) ? member(schema, "$id") : undefined;
      if (typeof id === "string") this.#give(id, schema, uri);
    }
  }

  #give(uri: string, schema: unknown, base?: string): void {
    const resolved = resolveUri(uri, base === undefined ? ANONYMOUS : (resolveUri(base, ANONYMOUS)?.uri ?? ANONYMOUS));
    if (resolved !== undefined && !this.#given.has(resolved.uri)) this.#given.set(resolved.uri, schema);
  }

  /** Compiles `schema` and everything that it refers to. */
  override main(schema: unknown): { node: Node; resource: Resource } {
    this.#schema = schema;
    if (isObject(schema)) this.dialect = this.#dialectOf(schema, this.dialect, "");
    const main = this.#document(schema, ANONYMOUS, "");
    for (let task = this.#pending.pop(); task !== undefined; task = this.#pending.pop()) task();
    const loop = findLoop(this.nodes.values());
    if (loop !== undefined) {
      const problem = "it refers back to itself for the same part of the instance, without an end";
      throw new SchemaCompileError("reference-loop", loop.location(), problem);
    }
    return main;
  }

  #document(schema: unknown, uri: string, location: string): { node: Node; resource: Resource } {
    const dialect = isObject(schema) ? this.#dialectOf(schema, this.dialect, location) : this.dialect;
    const resource = this.#resource(uri, schema, dialect, location);
    const node = this.node(schema, resource, 1, () => location);
    // A document with an `$id` is the resource that this names, under whatever URI it was found.
    if (node.resource !== undefined) this.#resources.set(uri, node.resource);
    return { node, resource: node.resource ?? resource };
  }

  #resource(uri: string, schema: unknown, dialect: Dialect, location: string): Resource {
    const resource = { uri, schema, dialect, location, anchors: new Map(), dynamicAnchors: new Map() };
    if (!this.#resources.has(uri)) this.#resources.set(uri, resource);
    return resource;
  }

  /** The resource that a schema belongs to: a new one where it has an `$id`. */
  protected override resourceOf(schema: Members, outer: Resource, location: () => string): Resource {
    const id = idOf(schema, outer.dialect);
    if (id === undefined) return outer;
    const resolved = typeof id === "string" ? resolveUri(id, outer.uri) : undefined;
    if (resolved === undefined || resolved.fragment !== "") {
      const problem = `"$id" must be a URI reference without a fragment, got ${describe(id)}`;
      throw new SchemaCompileError("malformed-schema", location(), problem);
    }
    const dialect = this.#dialectOf(schema, outer.dialect, location());
    const resource = this.#resource(resolved.uri, schema, dialect, location());
    this.#roots.set(schema, resource);
    return resource;
  }

  /** Its resource, where it can be entered other than by reference. */
  protected override around(
    schema: Members,
    resource: Resource,
    outer: Resource,
  ): ((check: Check) => Check) | undefined {
    // The main schema's resource is in every dynamic scope from the start.
    if (resource === outer || schema === this.#schema) return undefined;
    return (check) => (value, run, seen) => checkWithin(resource, check, value, run, seen);
  }

  #dialectOf(schema: Members, inherited: Dialect, location: string): Dialect {
    const uri = member(schema, "$schema");
    if (uri === undefined) return inherited;
    if (typeof uri !== "string") {
      const problem = `"$schema" must be a URI, got ${describe(uri)}`;
      throw new SchemaCompileError("malformed-schema", location, problem);
    }
    const found = findDialect(uri, (metaUri) => this.#given.get(resolveUri(metaUri, ANONYMOUS)?.uri ?? metaUri));
    if (typeof found !== "string") return found;
    throw new SchemaCompileError("unknown-dialect", location, found);
  }

  /** Calls `use` with what `reference` leads to, once everything that it can lead to is known. */
  refer(site: Site, keyword: string, reference: string, use: (node: Node, anchor: string) => void): void {
    this.#pending.push(() => {
      const resolved = resolveUri(reference, site.resource.uri);
      const found = resolved && this.#find(resolved.uri, resolved.fragment);
      if (found === undefined) {
        const reason = "leads nowhere; nothing is fetched, documents are given by the option schemas";
        site.refuse("unresolved-reference", keyword, `${literal(reference)} ${reason}`);
      }
      use(found, resolved?.fragment.startsWith("/") ? "" : (resolved?.fragment ?? ""));
    });
  }

  #find(uri: string, fragment: string): Node | undefined {
    const resource = this.#resources.get(uri) ?? this.#load(uri);
    if (resource === undefined) return undefined;
    if (fragment !== "" && !fragment.startsWith("/")) return resource.anchors.get(fragment);
    const found = follow(fragment, resource.schema);
    if (found === undefined) return undefined;
    if (typeof found.target === "object" && found.target !== null) {
      const known = this.nodes.get(found.target);
      if (known !== undefined) return known;
    }
    const around = found.way.findLast((each) => this.#roots.has(each));
    const home = (around && this.#roots.get(around)) ?? resource;
    return this.node(found.target, home, 1, () => resource.location + fragment);
  }

  #load(uri: string): Resource | undefined {
    const schema = this.#given.get(uri) ?? metaSchema(uri);
    if (schema === undefined) return undefined;
    this.#document(schema, uri, `${uri}#`);
    return this.#resources.get(uri);
  }
}
