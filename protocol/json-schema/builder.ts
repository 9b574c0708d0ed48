import { Exceeded, Run, type Bounds } from "./bounds.js";
import { DRAFT_07, DRAFT_2020_12, findDialect, type Dialect } from "./dialects.js";
import { SchemaCompileError, type SchemaErrorCode } from "./errors.js";
import { describe, literal, shown, step } from "./messages.js";
import { metaSchema } from "./meta-schemas.js";
import { Node } from "./node.js";
import { ANONYMOUS, findLoop, follow, resolveUri, type Resource } from "./references.js";
import { canonical, isObject, member, type Members } from "./values.js";

/** States of the automata of all patterns of a schema: some 5 MB at most. */
const MAX_PATTERN_STATES = 50_000;

const ANYTHING = new Node(undefined, undefined, () => "").finish([], undefined);

const NOTHING = new Node(undefined, undefined, () => "").finish(
  [
    {
      check: () => false,
      explain: (value, path, run, out) => {
        if (out.length >= run.bounds.maxErrors) return;
        const message = `${path === "" ? "the value" : shown(path)} is not allowed`;
        out.push({ path, keyword: "false", expected: "nothing", received: describe(value), message });
      },
    },
  ],
  undefined,
);

/** A schema while it is compiled, as its keywords see it. */
export class Site {
  readonly builder: Builder;
  readonly schema: Members;
  readonly resource: Resource;
  readonly node: Node;
  readonly depth: number;
  readonly #location: () => string;

  constructor(
    builder: Builder,
    schema: Members,
    resource: Resource,
    node: Node,
    depth: number,
    location: () => string,
  ) {
    this.builder = builder;
    this.schema = schema;
    this.resource = resource;
    this.node = node;
    this.depth = depth;
    this.#location = location;
  }

  /** Compiles a subschema that is applied to parts of the instance; `names` lead to it from here. */
  child(schema: unknown, ...names: readonly (string | number)[]): Node {
    return this.builder.node(schema, this.resource, this.depth + 1, () => this.location(...names));
  }

  /** Compiles a subschema that is applied to the same instance. */
  sameInstance(schema: unknown, ...names: readonly (string | number)[]): Node {
    const node = this.child(schema, ...names);
    this.node.inPlace.push(node);
    return node;
  }

  location(...names: readonly (string | number)[]): string {
    return this.#location() + names.map(step).join("");
  }

  refuse(code: SchemaErrorCode, keyword: string, problem: string): never {
    throw new SchemaCompileError(code, this.location(), `${shown(keyword)} ${problem}`);
  }

  /** Refuses a keyword's value: `expected` says what it must be. */
  malformed(keyword: string, expected: string, value: unknown): never {
    this.refuse("malformed-schema", keyword, `must be ${expected}, got ${describe(value)}`);
  }

  /** A value of `const` or `enum` as a text to compare by. */
  canonical(value: unknown): string {
    const { maxSchemaDepth: maxInstanceDepth, maxSubschemas: maxSteps } = this.builder.bounds;
    try {
      return canonical(
        value,
        new Run({ ...this.builder.bounds, maxInstanceDepth, maxSteps: maxSteps * 10 }, undefined),
      );
    } catch (error) {
      if (!(error instanceof Exceeded)) throw error;
      const code = error.limit === "maxSteps" ? "schema-too-large" : "schema-too-deep";
      throw new SchemaCompileError(code, this.location(), "a value stated here is too large or too deep");
    }
  }
}

/** Compiles one schema with all that it refers to. */
export class Builder {
  readonly bounds: Bounds;
  readonly assertFormats: boolean;
  readonly #nodes = new Map<object, Node>();
  readonly #roots = new Map<object, Resource>();
  readonly #resources = new Map<string, Resource>();
  readonly #given = new Map<string, unknown>();
  readonly #pending: (() => void)[] = [];
  #main: unknown;
  #dialect: Dialect;
  #count = 0;
  #states = 0;

  constructor(bounds: Bounds, dialect: "2020-12" | "draft-07", assertFormats: boolean, schemas: Members) {
    this.bounds = bounds;
    this.assertFormats = assertFormats;
    this.#dialect = dialect === "draft-07" ? DRAFT_07 : DRAFT_2020_12;
    for (const [uri, schema] of Object.entries(schemas)) {
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
  main(schema: unknown): { node: Node; resource: Resource } {
    this.#main = schema;
    if (isObject(schema)) this.#dialect = this.#dialectOf(schema, this.#dialect, "");
    const main = this.#document(schema, ANONYMOUS, "");
    for (let task = this.#pending.pop(); task !== undefined; task = this.#pending.pop()) task();
    const loop = findLoop(this.#nodes.values());
    if (loop !== undefined) {
      const problem = "it refers back to itself for the same part of the instance, without an end";
      throw new SchemaCompileError("reference-loop", loop.location(), problem);
    }
    return main;
  }

  #document(schema: unknown, uri: string, location: string): { node: Node; resource: Resource } {
    const dialect = isObject(schema) ? this.#dialectOf(schema, this.#dialect, location) : this.#dialect;
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

  /** Compiles a subschema that stands in `outer`. One object at several places is compiled once. */
  node(schema: unknown, outer: Resource, depth: number, location: () => string): Node {
    if (schema === true) return ANYTHING;
    if (schema === false) return NOTHING;
    if (!isObject(schema)) {
      const problem = `a schema must be an object or a boolean, got ${describe(schema)}`;
      throw new SchemaCompileError("malformed-schema", location(), problem);
    }
    const known = this.#nodes.get(schema);
    if (known?.complete && known.outer === outer) return known;
    if (depth > this.bounds.maxSchemaDepth || (known && !known.complete)) {
      const problem = `it is nested more than ${this.bounds.maxSchemaDepth} levels deep`;
      throw new SchemaCompileError("schema-too-deep", location(), problem);
    }
    if (++this.#count > this.bounds.maxSubschemas) {
      throw new SchemaCompileError("schema-too-large", "", `it has more than ${this.bounds.maxSubschemas} subschemas`);
    }
    const resource = this.#identify(schema, outer, location);
    const node = new Node(resource, outer, location);
    this.#nodes.set(schema, node);
    const site = new Site(this, schema, resource, node, depth, location);
    // The main schema's resource is in every dynamic scope from the start.
    const entered = resource !== outer && schema !== this.#main ? resource : undefined;
    return node.finish(resource.dialect.compile(site), entered);
  }

  /** The resource that a schema belongs to: a new one where it has an `$id`. */
  #identify(schema: Members, outer: Resource, location: () => string): Resource {
    const id = outer.dialect.idOf(schema);
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
      const known = this.#nodes.get(found.target);
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

  /** Whether automata of so many states more may be made for the patterns. */
  reserve(states: number): boolean {
    this.#states += states;
    return this.#states <= MAX_PATTERN_STATES;
  }
}
