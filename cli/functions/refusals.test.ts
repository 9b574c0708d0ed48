// What cannot be served is refused when it is built: where it stands, why, and what to write in its place.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { refusalOf } from "./testing/module.js";

const header = 'import type { Context } from "barewire";\nimport type { Far } from "./far.ts";\n';
const far = "export interface Far {\n  name: string;\n  at: Map<string, number>;\n}\n";

/** A function on the third line, and what is told of it. */
const cases: [source: string, ...told: string[]][] = [
  ["export function f(a: bigint): void {}", "3:19: JSON has no bigint: write number, or string where it may be large"],
  ["export function f({ a }: { a: symbol }): void {}", "3:28: JSON has no symbols: write string"],
  ["export function f(a: () => void): void {}", "3:19: JSON has no functions, so none of () => void"],
  [
    "export function f({ a }: { a?: { go(): void } }): void {}",
    "3:34: JSON has no functions, so no go(): leave the method out",
  ],
  ["export function f({ a }: { a: { b: (() => void)[] } }): void {}", "3:33: JSON has no functions"],
  [
    "class P { x = 1 }\nexport function f(a: P[]): void {}",
    "4:19: JSON carries data, not objects of the class P: write an interface",
  ],
  [
    "export function f(a: Map<string, number>): void {}",
    "3:19: JSON has no Map<string, number>: write Record<string, T>",
  ],
  ["export function f(a: Set<string>): void {}", "3:19: JSON has no Set<string>: write an array, with @uniqueItems"],
  ["export function f(a: RegExp): void {}", "3:19: JSON has no RegExp: write string"],
  ["export function f(a: URL): void {}", "3:19: JSON has no URL: write string, with @format uri"],
  ["export function f(a: Uint8Array): void {}", "3:19: JSON has no bytes, so none of Uint8Array"],
  ["export function f(a: Iterable<string>): void {}", "3:19: JSON has no Iterable<string>: write an array"],
  ["export function f(a: never): void {}", "3:19: nothing has the type never"],
  ["export function f(a: undefined): void {}", "3:19: nothing but undefined fits here: write a type"],
  [
    "export function f(a: { [Symbol.iterator]: string }[]): void {}",
    "3:19: JSON has no members that are named by symbols",
  ],
  ["export function f(far: Far[]): void {}", "far.ts:3:3: JSON has no Map<string, number>"],
  ["type N<T> = { n: N<T[]> };\nexport function f(a: N<string>[]): void {}", "3:15: N<string[]"],
  ["export function f<T>(a: T): void {}", "3:1: f is generic"],
  [
    "export function f(a: string): void;\nexport function f(a: number): void;\nexport function f(a: unknown): void {}",
    "3:1: f has several signatures",
  ],
  ["export function f({ a }: { a: number }, b: string): void {}", "3:19: one of several parameters needs a name"],
  ["export function f(a: Date | string): void {}", "3:19: it may be a Date or another string"],
  [
    "export function f({ a }: { a: { d: Date } | { d: string } }): void {}",
    '3:19: "d" may be a Date or another string',
  ],
  ["export function f(): bigint { return 1n; }", "3:1: JSON has no bigint"],
  ["export function f(): Map<string, string> { return new Map(); }", "3:1: JSON has no Map<string, string>"],
  [
    "export function f(): Uint8Array { return new Uint8Array(); }",
    "3:1: a tool cannot return bytes: return image(bytes, mimeType)",
  ],
  [
    "export function f(a: number): { a: number } | undefined { return undefined; }",
    "3:1: JSON has no undefined, so none of { a: number; } | undefined: return null",
  ],
  [
    "/** @param b the second */\nexport function f(a: number): void {}",
    "3:5: @param b names no parameter: there are a",
  ],
  [
    "/** @readonly maybe */\nexport function f(): void {}",
    '4:1: @readonly stands alone or with true or false, not with "maybe"',
  ],
  [
    "/** @resource */\nexport function f(): string { return ''; }",
    "4:1: @resource needs a URI, or a template of URIs: @resource f://{id}",
  ],
  [
    "/** @resource a://{b} */\nexport function f(): string { return ''; }",
    "4:1: the template's variable {b} is no parameter of f: add it",
  ],
  [
    "/** @resource a://b */\nexport function f(c: string): string { return c; }",
    "4:1: the parameter c is no variable of the template a://b: make it one, or optional",
  ],
  ["/** @resource a://{b */\nexport function f(b: string): string { return b; }", "4:1: @resource a://{b: "],
  [
    "export function f(): void {}\nf.list = () => [];",
    '4:1: a tool has no "list": there are icons, _meta, enabled, scopes, hide, annotations, timeoutMs, task, requestState',
  ],
  ["export function f(a: number): string { return a; }", "3:40: Type 'number' is not assignable to type 'string'."],
  ["export function f(a): void {}", "3:19: Parameter 'a' implicitly has an 'any' type."],
  ["export function f( {", "3:21: "],
  ["export const a = 1;", "1:1: the module exports no function: export one, or a server as its default"],
  ["export function f(/** @minimum one */ a: number): void {}", "3:1: f makes a schema that is none: "],
  ["export function f(/** @pattern ( */ a: string): void {}", "3:1: f makes a schema that is none: "],
  [
    'export function f({ a }: { /** @default require("./far.ts").x */ a: string }): void {}',
    "3:66: @default takes a value, not a module that gives one: write the value",
  ],
  [
    "export function f(): void {}\n/** @name f */\nexport function g(): void {}",
    '5:1: f is the tool "f" already: name one otherwise',
  ],
  ["export default function f(): void {}", "3:1: the default export has to be a server"],
  ["export function* f(): Generator<number> {}", "3:1: JSON has no Generator<number, any, any>: return an array"],
  [
    "export function f(a: bigint): void {}\nexport function g(a: number): void {}\nexport function h(b: symbol): void {}",
    "3:19: JSON has no bigint",
    "5:19: JSON has no symbols",
  ],
];

for (const [source, ...told] of cases) {
  test(`refuses ${source.replaceAll("\n", " ")}`, async () => {
    const found = await refusalOf({ "server.ts": header + source, "far.ts": far });
    assert.is(found.length >= told.length, true, found.join("\n"));
    for (const [at, start] of told.entries()) assert.is(found[at]!.slice(0, start.length), start, found.join("\n"));
    if (!source.endsWith("{")) assert.is(found.length, told.length, found.join("\n"));
  });
}

test.run();
