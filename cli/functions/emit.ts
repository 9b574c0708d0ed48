import { membersOf, type Parameters } from "./parameters.js";
import type { Exported, ModuleDescription } from "./read-module.js";

/**
 * Writes the module that makes a server of functions, by nothing but what an author could have written: `createServer`,
 * `server.tool`, `server.resource`, `server.prompt`. `from` is what the functions are imported from.
 */
export function emitModule(description: ModuleDescription, from: string): string {
  if (description.whole) return emitWhole(from);
  const used = new Set<string>();
  const bodies = description.functions.map((one) => registration(one, used));
  const info = `{ name: ${JSON.stringify(description.name)}, version: "0.0.0"${description.hasInfo ? ", ...functions.info" : ""} }`;
  const lines = [
    `// Made by "barewire build" from ${from}: edit that.`,
    `import { createServer } from "barewire";`,
    ...(used.size === 0 ? [] : [`import { ${[...used].sort().join(", ")} } from "barewire/functions";`]),
    `import * as functions from ${JSON.stringify(from)};`,
    "",
    `const server = createServer(${info}${description.hasOptions ? ", functions.options" : ""});`,
    "",
    ...bodies,
    "export default server;",
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for a module that makes its server itself. */
export const emitWhole = (from: string): string => `export { default } from ${JSON.stringify(from)};\n`;

function registration(one: Exported, used: Set<string>): string {
  const { parameters, kind } = one;
  for (const name of parameters.conversions.used) used.add(name);
  const before = [...parameters.conversions.declarations].map(([name, made]) => `const ${name} = ${made};\n`);
  const dates = datesOf(one);
  if (dates !== undefined && dates !== parameters.dates) before.push(`const ${dates} = ${parameters.dates};\n`);
  const reads = kind !== "tool" && Object.keys(membersOf(parameters.schema)).length > 0;
  const reader = `${localName(one)}_arguments`;
  if (reads) {
    const name = kind === "resource" ? "variables" : "promptArguments";
    used.add(name);
    const args = [
      ...(kind === "prompt" ? [JSON.stringify(one.name)] : []),
      source(parameters.schema),
      ...(dates === undefined ? [] : [dates]),
    ];
    before.push(`const ${reader} = ${name}(${args.join(", ")});\n`);
  }
  const method = { tool: "tool", resource: "resource", prompt: "prompt" }[kind];
  const key = JSON.stringify(kind === "resource" ? one.uri : one.name);
  return `${before.join("")}server.${method}(${key}, ${definition(one)}, ${handler(one, reads ? reader : undefined, used)});\n`;
}

/** The second argument: what the comment and the types say. */
function definition(one: Exported): string {
  const { kind, parameters, assigned } = one;
  const members: string[] = [];
  const add = (name: string, value: unknown) => {
    if (value !== undefined) members.push(`${name}: ${source(value, 1)}`);
  };
  if (kind === "resource") add("name", one.name);
  add("title", one.title);
  add("description", one.description);
  if (kind === "resource") add("mimeType", one.mimeType);
  add("scopes", one.rights.scopes);
  add("hide", one.rights.hide);
  if (kind === "tool") {
    add("input", parameters.schema);
    add("output", one.output);
  }
  if (kind === "prompt") members.push(...promptMembers(one));
  const own = (name: string) => `${callee(one)}.${name}`;
  const hints = Object.entries(one.annotations).map(([name, value]) => `${name}: ${value}`);
  if (hints.length > 0)
    members.push(
      `annotations: { ${[...(assigned.includes("annotations") ? [`...${own("annotations")}`] : []), ...hints].join(", ")} }`,
    );
  for (const name of assigned) {
    if ((name === "annotations" && hints.length > 0) || (kind === "prompt" && name === "complete")) continue;
    members.push(`${name}: ${own(name)}`);
  }
  if (members.length === 0) return "{}";
  return `{\n${members.map((member) => `  ${member},\n`).join("")}}`;
}

/** A prompt's arguments: strings on the wire, whose values can be completed where the type lists them. */
function promptMembers(one: Exported): string[] {
  const { schema } = one.parameters;
  const required = (schema?.required ?? []) as readonly string[];
  const written = Object.entries(membersOf(schema)).map(([name, member]) => {
    const parts = [
      ...(typeof member.title === "string" ? [`title: ${JSON.stringify(member.title)}`] : []),
      ...(typeof member.description === "string" ? [`description: ${JSON.stringify(member.description)}`] : []),
      ...(required.includes(name) ? ["required: true"] : []),
    ];
    const values = [member.const ?? member.enum ?? (member.type === "boolean" ? [true, false] : [])].flat().map(String);
    const listed = values.length > 0 ? JSON.stringify(values) : "undefined";
    const completed = one.assigned.includes("complete")
      ? `${callee(one)}.complete[${JSON.stringify(name)}]${values.length > 0 ? ` ?? ${listed}` : ""}`
      : listed;
    if (completed !== "undefined") parts.push(`complete: ${completed}`);
    return `    ${nameOf(name)}: ${parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`},\n`;
  });
  return written.length === 0 ? [] : [`arguments: {\n${written.join("")}  }`];
}

const identifier = /^[A-Za-z_$][\w$]*$/;
const callee = ({ exported }: Exported): string =>
  identifier.test(exported) ? `functions.${exported}` : `functions[${JSON.stringify(exported)}]`;

/** What names in the module begin with that belong to a function. */
export const localName = ({ exported }: { readonly exported: string }): string => exported.replace(/\W/g, "_");

/** The name of what makes `Date`s in the arguments, if there are any. */
const datesOf = (one: Exported): string | undefined =>
  one.parameters.dates === undefined || one.parameters.dates === "toDate"
    ? one.parameters.dates
    : `${localName(one)}_dates`;

/** The third argument: calls the function the way that it is written. */
function handler(one: Exported, reader: string | undefined, used: Set<string>): string {
  const { parameters, kind } = one;
  const takes = parameters.passed.some(({ kind }) => kind !== "context");
  const context = parameters.passed.some(({ kind }) => kind === "context");
  const invoked = `${callee(one)}(${passing(parameters)})`;
  const result = one.json ? `asContents(await ${invoked})` : invoked;
  if (one.json) used.add("asContents");
  const read = reader ?? datesOf(one);
  const given = takes && read === undefined ? "args" : "given";
  const head = `${one.json ? "async " : ""}(${context ? `${given}, ctx` : takes ? given : ""}) =>`;
  // JSON is at hand as it is; strings have to be read, and dates made.
  if (!takes || read === undefined) return `${head} ${result}`;
  const missing = kind === "resource" ? "  if (args === undefined) return undefined; // no such resource\n" : "";
  return `${head} {\n  const args = ${read}(given);\n${missing}  return ${result};\n}`;
}

function passing({ passed }: Parameters): string {
  return passed
    .map((one) => {
      if (one.kind === "context") return "ctx";
      if (!("name" in one)) return "args";
      const member = identifier.test(one.name) ? `args.${one.name}` : `args[${JSON.stringify(one.name)}]`;
      return one.kind === "rest" ? `...(${member} ?? [])` : member;
    })
    .join(", ");
}

/** JSON as source text: on one line where it fits, names of members unquoted where they may be. */
function source(value: unknown, level = 0): string {
  const inline = lineOf(value);
  if (inline.length <= 100 - 2 * level || typeof value !== "object" || value === null) return inline;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(value)
    ? value.map((item) => source(item, level + 1))
    : Object.entries(value).map(([name, member]) => `${nameOf(name)}: ${source(member, level + 1)}`);
  const blank = "  ".repeat(level);
  return `${open}\n${parts.map((part) => `${blank}  ${part},\n`).join("")}${blank}${close}`;
}

function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, member]) => `${nameOf(name)}: ${lineOf(member)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

// Between quotation marks or not, `__proto__:` would say what an object inherits from.
const nameOf = (name: string): string =>
  name === "__proto__" ? '["__proto__"]' : identifier.test(name) ? name : JSON.stringify(name);
