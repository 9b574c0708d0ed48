import type { Bounds } from "./bounds.js";
import type { CompileOptions } from "./compiler.js";
import type { Dialect } from "./dialect.js";
import { SchemaCompileError, type SchemaErrorCode } from "./errors.js";
import { describe, shown, step } from "./messages.js";
import { Node, type Check } from "./node.js";
import { ANONYMOUS, type Resource } from "./references.js";
import { isObject, type Members } from "./values.js";

const ANYTHING = /* @__PURE__ */ new Node(undefined, undefined, () => "").finish([]);

const NOTHING = /* @__PURE__ */ new Node(undefined, undefined, () => "").finish([
  {
    check: () => false,
    explain: (value, path, run, out) => {
      if (out.length >= run.bounds.maxErrors) return;
      const message = `${path === "" ? "the value" : shown(path)} is not allowed`;
      out.push({ path, keyword: "false", expected: "nothing", received: describe(value), message });
    },
  },
]);

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
}

/** What a builder is told of the options of `compile` besides bounds. */
export type BuilderOptions = Required<Pick<CompileOptions, "formats" | "defaultDialect" | "schemas">>;

/** Compiles one schema, which refers to nothing. */
export class Builder {
  readonly bounds: Bounds;
  /** States of the automata of all its patterns. */
  states = 0;
  protected readonly nodes = new Map<object, Node>();
  protected dialect: Dialect;
  #count = 0;

  constructor(bounds: Bounds, dialect: Dialect, _options: BuilderOptions) {
    this.bounds = bounds;
    this.dialect = dialect;
  }

  /** Compiles `schema` and everything that it refers to. */
  main(schema: unknown): { node: Node; resource: Resource } {
    const resource = {
      uri: ANONYMOUS,
      schema,
      dialect: this.dialect,
      location: "",
      anchors: new Map(),
      dynamicAnchors: new Map(),
    };
    return { node: this.node(schema, resource, 1, () => ""), resource };
  }

  /** Compiles a subschema that stands in `outer`. One object at several places is compiled once. */
  node(schema: unknown, outer: Resource, depth: number, location: () => string): Node {
    if (schema === true) return ANYTHING;
    if (schema === false) return NOTHING;
    if (!isObject(schema)) {
      const problem = `a schema must be an object or a boolean, got ${describe(schema)}`;
      throw new SchemaCompileError("malformed-schema", location(), problem);
    }
    const known = this.nodes.get(schema);
    if (known?.complete && known.outer === outer) return known;
    if (depth > this.bounds.maxSchemaDepth || (known && !known.complete)) {
      const problem = `it is nested more than ${this.bounds.maxSchemaDepth} levels deep`;
      throw new SchemaCompileError("schema-too-deep", location(), problem);
    }
    if (++this.#count > this.bounds.maxSubschemas) {
      throw new SchemaCompileError("schema-too-large", "", `it has more than ${this.bounds.maxSubschemas} subschemas`);
    }
    const resource = this.resourceOf(schema, outer, location);
    const node = new Node(resource, outer, location);
    this.nodes.set(schema, node);
    const site = new Site(this, schema, resource, node, depth, location);
    return node.finish(resource.dialect.compile(site), this.around(schema, resource, outer));
  }

  /** The resource that a schema belongs to. */
  protected resourceOf(_schema: Members, outer: Resource, _location: () => string): Resource {
    return outer;
  }

  /** What checking a schema stands in. */
  protected around(_schema: Members, _resource: Resource, _outer: Resource): ((check: Check) => Check) | undefined {
    return undefined;
  }
}
