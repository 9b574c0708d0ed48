import type { ts } from "typescript-json-schema";
import { allowsUndefined, branchesOf, isDate, whyNotJson } from "./json-type.js";
import type { SchemaPackage } from "./packages.js";
import type { Sources } from "./program.js";
import { dateMark, type RawDefinitions, type RawSchema } from "./raw-schema.js";
import { Refused } from "./refused.js";

/** What typescript-json-schema's generator is made of; it says less of itself. */
interface Generator {
  readonly ReffedDefinitions: RawDefinitions;
  getTypeDefinition(type: ts.Type, ...rest: unknown[]): RawSchema;
  getDefinitionForProperty(property: ts.Symbol, node: ts.Node): RawSchema | null;
  getDefinitionForRootType(type: ts.Type, reffed: unknown, definition: RawSchema, ...rest: unknown[]): RawSchema;
  getClassDefinition(type: ts.Type, definition: RawSchema): RawSchema;
  parseCommentsIntoDefinition(symbol: ts.Symbol | undefined, ...rest: unknown[]): void;
}

/** Reads types as raw schemas, one function's at a time. */
export interface SchemaReader {
  /** The schema of the type that a parameter or a member has, with the tags of its comment. */
  ofSymbol(symbol: ts.Symbol, type: ts.Type, node: ts.Node): RawSchema;
  /** The schema of a type that stands at `node`. */
  ofType(type: ts.Type, node: ts.Node): RawSchema;
  readonly definitions: RawDefinitions;
}

/** Keywords of 2020-12 that doc tags may name beside those that typescript-json-schema knows. */
const keywords = ["const", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType"];

/** Types within each other before they are taken for endless. */
const MAX_DEPTH = 60;

/**
 * Makes a reader. What JSON Schema cannot say is refused where it is written, nearest to it in the author's own files.
 */
export function schemaReader({ JsonSchemaGenerator, getDefaultArgs }: SchemaPackage, sources: Sources): SchemaReader {
  const { ts, checker } = sources;
  const args = { ...getDefaultArgs(), ref: false, required: true, validationKeywords: keywords };
  const generator = new JsonSchemaGenerator([], {}, {}, {}, checker, args) as unknown as Generator;
  const { getTypeDefinition, getDefinitionForProperty, getDefinitionForRootType, getClassDefinition } = generator;
  const { parseCommentsIntoDefinition } = generator;
  /** Where the type that is looked at was written: the author's own nodes, the innermost last. */
  const places: ts.Node[] = [];
  let depth = 0;
  let inIndexed = false;

  const refuse = (message: string): never => {
    throw new Refused([sources.problem(places.at(-1)!, message)]);
  };
  const at = <T>(node: ts.Node | undefined, read: () => T): T => {
    const own = node && sources.files.includes(node.getSourceFile().fileName);
    if (own) places.push(node);
    const made = read();
    if (own) places.pop();
    return made;
  };

  generator.getTypeDefinition = (type, ...rest) => {
    if (type.flags & ts.TypeFlags.TypeParameter) {
      // An index signature of a generic type is read as it was declared, and overwritten below.
      if (inIndexed) return {};
      return refuse(`what ${checker.typeToString(type)} stands for is not known on the wire: write a type`);
    }
    const why = whyNotJson(ts, checker, type);
    if (why !== undefined) return refuse(why);
    if (depth >= MAX_DEPTH) return refuse(`${checker.typeToString(type)} nests without end: name the recursive part`);
    if (type.isIntersection()) {
      // A brand is for the compiler; what is on the wire is the primitive.
      const { StringLike, NumberLike, BooleanLike } = ts.TypeFlags;
      const isSimple = (part: ts.Type) => part.flags & (StringLike | NumberLike | BooleanLike) || isDate(part);
      const primitive = type.types.find(isSimple);
      if (primitive) return generator.getTypeDefinition(primitive, ...rest);
    }
    depth += 1;
    const definition = getTypeDefinition.call(generator, type, ...rest);
    depth -= 1;
    return definition;
  };
  generator.parseCommentsIntoDefinition = (symbol, ...rest) => {
    // It would run the module that is named so.
    const runs = symbol?.getJsDocTags().find((tag) => /^\s*require\(/.test(ts.displayPartsToString(tag.text)));
    if (runs) refuse(`@${runs.name} takes a value, not a module that gives one: write the value`);
    parseCommentsIntoDefinition.call(generator, symbol, ...rest);
  };
  generator.getDefinitionForProperty = (property, node) =>
    at(property.valueDeclaration ?? property.declarations?.[0], () => {
      if (property.flags & ts.SymbolFlags.Method)
        return refuse(`JSON has no functions, so no ${property.name}(): leave the method out of the type`);
      if (checker.getTypeOfSymbolAtLocation(property, node).flags & ts.TypeFlags.Undefined) return null;
      return getDefinitionForProperty.call(generator, property, node);
    });
  generator.getDefinitionForRootType = (type, reffed, definition, ...rest) => {
    if (type.flags & ts.TypeFlags.TemplateLiteral) {
      definition.type = "string";
      definition.pattern ??= patternOf(ts, type as ts.TemplateLiteralType);
      return definition;
    }
    if (type.flags & ts.TypeFlags.StringMapping) {
      definition.type = "string";
      return definition;
    }
    const made = getDefinitionForRootType.call(generator, type, reffed, definition, ...rest);
    if (isDate(type)) made[dateMark] = true;
    return made;
  };
  generator.getClassDefinition = (type, definition) => {
    const outer = inIndexed;
    inIndexed = checker.getIndexInfosOfType(type).length > 0;
    const made = getClassDefinition.call(generator, type, definition);
    inIndexed = outer;
    // In JSON a member that is undefined is not there.
    const given = (name: string) => {
      const member = checker.getPropertyOfType(type, name);
      return !member || !allowsUndefined(ts, checker.getTypeOfSymbol(member));
    };
    const required = made.required?.filter(given) ?? [];
    if (required.length > 0) made.required = required;
    else delete made.required;
    // It reads index signatures as they were declared, mapped types not at all, and generic ones without their types.
    for (const { keyType, type: member, declaration } of checker.getIndexInfosOfType(type)) {
      const schema = at(declaration, () => generator.getTypeDefinition(member));
      if (keyType.flags & ts.TypeFlags.String) made.additionalProperties = schema;
      else if (keyType.flags & ts.TypeFlags.TemplateLiteral)
        made.patternProperties = { [patternOf(ts, keyType as ts.TemplateLiteralType)]: schema };
    }
    return made;
  };

  const from = (node: ts.Node, read: () => RawSchema): RawSchema => {
    places.length = 0;
    places.push(node);
    depth = 0;
    try {
      return read();
    } catch (error) {
      if (error instanceof Refused) throw error;
      return refuse(`JSON Schema cannot say this type (${(error as Error).message}): write a simpler one`);
    }
  };
  return {
    ofType: (type, node) => from(node, () => generator.getTypeDefinition(type)),
    ofSymbol: (symbol, type, node) =>
      from(node, () => {
        if (branchesOf(ts, type).length === 0) return refuse("nothing but undefined fits here: write a type");
        return generator.getTypeDefinition(type, false, "anyOf", symbol);
      }),
    get definitions() {
      return generator.ReffedDefinitions;
    },
  };
}

/** The strings of a template literal type as a regular expression. */
function patternOf(ts: Compiler, { texts, types }: ts.TemplateLiteralType): string {
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const hole = ({ flags }: ts.Type) =>
    flags & ts.TypeFlags.Number ? "-?\\d+(?:\\.\\d+)?" : flags & ts.TypeFlags.BigInt ? "-?\\d+" : "[\\s\\S]*";
  return `^${texts.map((text, index) => literal(text) + (types[index] ? hole(types[index]) : "")).join("")}$`;
}

type Compiler = Sources["ts"];
