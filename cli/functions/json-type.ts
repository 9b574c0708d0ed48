import type { ts } from "typescript-json-schema";
import type { Compiler } from "./packages.js";

/** What to write in the place of types that look like data and are none. */
const instead: Readonly<Record<string, string>> = {
  Map: "write Record<string, T> or an array of pairs",
  ReadonlyMap: "write Record<string, T> or an array of pairs",
  Set: "write an array, with @uniqueItems",
  ReadonlySet: "write an array, with @uniqueItems",
  WeakMap: "write Record<string, T>",
  WeakSet: "write an array",
  RegExp: "write string",
  URL: "write string, with @format uri",
  Error: "write an object with a message, or throw it",
  Promise: "write the type of what it resolves with",
  Function: "write the data that it would give",
  Iterable: "write an array",
  AsyncIterable: "return an array",
  Generator: "return an array",
  AsyncGenerator: "return an array, and tell how far it is by ctx.progress",
  ReadableStream: "return what it carries",
  Buffer: "write string, with @contentEncoding base64",
  ArrayBuffer: "write string, with @contentEncoding base64",
  Blob: "write string, with @contentEncoding base64",
};

const symbolKey = /^__@/;

/** Why JSON Schema cannot say a type (its parts are asked for apart), and what to write; undefined where it can. */
export function whyNotJson(ts: Compiler, checker: ts.TypeChecker, type: ts.Type): string | undefined {
  const { flags } = type;
  const written = checker.typeToString(type);
  if (flags & ts.TypeFlags.BigIntLike) return "JSON has no bigint: write number, or string where it may be large";
  if (flags & ts.TypeFlags.ESSymbolLike) return "JSON has no symbols: write string, or a union of strings";
  if (flags & ts.TypeFlags.Never) return "nothing has the type never: write the type of what may stand here";
  if (!(flags & ts.TypeFlags.Object) || isDate(type) || checker.isTupleType(type)) return undefined;
  const symbol = type.getSymbol();
  const name = symbol?.name ?? "";
  const foreign = symbol?.declarations?.every((node) => node.getSourceFile().isDeclarationFile) ?? false;
  if (foreign && /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name))
    return `JSON has no bytes, so none of ${written}: write string, with @contentEncoding base64, or number[]`;
  if (foreign && Object.hasOwn(instead, name)) return `JSON has no ${written}: ${instead[name]}`;
  if (checker.isArrayType(type)) return undefined;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0)
    return `JSON has no functions, so none of ${written}: write the data that it would give`;
  if (symbol && symbol.flags & ts.SymbolFlags.Class)
    return `JSON carries data, not objects of the class ${name}: write an interface of its members`;
  const keyed = checker.getPropertiesOfType(type).find((property) => symbolKey.test(property.name));
  if (keyed) return `JSON has no members that are named by symbols, as ${written} has: name them by strings`;
  return undefined;
}

export const isDate = (type: ts.Type): boolean => {
  const symbol = type.getSymbol();
  return (
    symbol?.name === "Date" && symbol.declarations?.some((node) => node.getSourceFile().isDeclarationFile) === true
  );
};

/** The types that a type is one of, but for undefined and void. */
export function branchesOf(ts: Compiler, type: ts.Type): ts.Type[] {
  const all = type.isUnion() ? type.types : [type];
  return all.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
}

export const allowsUndefined = (ts: Compiler, type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void));
