// What a module of functions serves: one module, read once, asked over a connection in memory.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connected, modernVersion, type Client } from "../../server/wire.test.kit.js";
import { made, serverOf } from "./testing/module.js";

const source = `
import { image, inputRequired, text, type Context, type ToolResult } from "barewire";
export { hidden as shown } from "./other.ts";

interface Event { name: string; at: Date; then?: Event[] }
interface Profile { id: number; name: string }

export const info = { version: "1.2.3", instructions: "Add." };
export const options = { pageSize: 50, lifespan: () => ({ state: { greeting: "Hello" } }) };
export const constant = 3;
export class Ignored {}

/** Adds two numbers,
 *  and no more.
 *  @param a the first addend
 *  @param b - the second one
 *  @title Add
 *  @readonly
 *  @idempotent true
 *  @destructive false
 *  @openworld */
export function add({ a, b = 1 }: { a: number; /** @minimum 0 */ b?: number }): number {
  return a + b;
}
add.timeoutMs = 5000;
add._meta = { "example.org/cost": 1 };

/** @param b what to take away */
export function subtract(a: number, /** @maximum 9 */ b: number = 2): { difference: number } {
  return { difference: a - b };
}

export const join = (separator: string, ...words: string[]): string => words.join(separator);

export function whole(profile: Profile, ctx: Context): string {
  return profile.name + " by " + ctx.method;
}

export function first(ctx: Context<{ greeting: string }>, { name }: { name: string }): string {
  return ctx.state.greeting + ", " + name;
}

export function optional(n: number, ctx?: Context): string { return n + (ctx ? " with" : " without"); }

/** @param args what it takes
 *  @param args.n a number */
export function dotted(args: { n: number }): string { return String(args.n); }

/** @param extra what comes on top */
export function both({ x = 2, extra }: { x?: number } & { extra: number }): string { return String(x + extra); }

export function nothing(): void {}

export async function tomorrow(event: Event): Promise<Date> {
  const at = (one: Event): number[] => [one.at.getTime(), ...(one.then ?? []).flatMap(at)];
  return new Date(Math.max(...at(event)) + 86_400_000);
}

export function days(by: Record<string, Date>, pair: [string, Date], maybe: Date | null = null): number[] {
  return [...Object.values(by), pair[1], ...(maybe ? [maybe] : [])].map((date) => date.getUTCDate());
}

export function either(shape: { kind: "at"; at: Date } | { kind: "in"; days: number }): boolean {
  return shape.kind === "at" && shape.at instanceof Date;
}

/** @name draw-it */
export function draw(): ToolResult { return { content: [image(new Uint8Array([1]), "image/png"), text("a")] }; }
export function say(): ReturnType<typeof text> { return text("hi"); }
export function choose(of: "a" | "b"): "a" | "b" { return of; }
export function broken(): { n: number } { return JSON.parse('{"n":"x"}'); }
export function perhaps(n: number): Profile | null { return n > 0 ? { id: n, name: "n" } : null; }
export function defaults({ list = ["a"], deep = { x: -1 }, size = Size.Large, when = Date.now(), flag = false }: { list?: string[]; deep?: { x: number }; size?: Size; when?: number; flag: boolean }): string {
  return [list, deep.x, size, typeof when, flag].join();
}
enum Size { Small = "s", Large = "l" }

/** @internal */
export function secret(): void {}

const users = new Map([[1, "Ada"], [17, "Margaret"]]);

/** A user.
 *  @resource users://{id}/profile */
export function profile({ id }: { id: number }): Profile | undefined {
  const name = users.get(id);
  return name === undefined ? undefined : { id, name };
}
profile.list = () => [...users].map(([id, title]) => ({ uri: "users://" + id + "/profile", title }));
profile.complete = { id: (typed: string) => [...users.keys()].map(String).filter((id) => id.startsWith(typed)) };

/** @resource flags://{name}/{on}/{level}
 *  @mimeType text/x-flag */
export function flag(name: string, on: boolean, /** @type integer
  @maximum 3 */ level: number): string {
  return [name, typeof on, level].join(" ");
}

/** @resource config://app */
export const config = () => ({ theme: "dark" });

/** @resource search://found{?q,words*} */
export function search({ q = "all", words = [] }: { q?: string; words?: string[] }): string { return q + words.length; }

/** @resource days://{at} */
export function day(at: Date): Uint8Array { return new Uint8Array([at.getUTCDate()]); }

/** Reviews code.
 *  @prompt
 *  @title Review
 *  @param code what to look at */
export function review({ code, language, strict, lines }: {
  code: string;
  /** In which language it is. */
  language?: "ts" | "py"; strict?: boolean; lines?: number[] }): string {
  return [code, language, typeof strict, lines?.length].join(" ");
}
review.complete = { code: ["let", "const"] };

/** @prompt */
export function greet() { return [{ role: "user" as const, content: text("hello") }]; }
`;
const files = { "server.ts": source, "other.ts": "export function hidden(n?: number): string { return String(n); }\n" };

let client: Client;
test.before(async () => {
  client = await connected(await serverOf(files), modernVersion);
});
const ask = async (method: string, params = {}) => (await client.askModern(method, params)).result;
const call = async (name: string, args: object = {}) => ask("tools/call", { name, arguments: args });
const textOf = async (name: string, args: object = {}) => (await call(name, args)).content[0].text as string;
const toolNamed = async (name: string) => (await ask("tools/list")).tools.find((tool: any) => tool.name === name);
const read = async (uri: string) => (await client.askModern("resources/read", { uri })) as any;

test("every function but those marked as internal, by its exported name, in the order of the file", async () => {
  const { tools } = await ask("tools/list");
  assert.equal(
    tools.map(({ name }: { name: string }) => name),
    "shown add subtract join whole first optional dotted both nothing tomorrow days either draw-it say choose broken perhaps defaults".split(
      " ",
    ),
  );
});

test("a comment and its tags describe the tool; what was assigned goes along", async () => {
  assert.equal(await toolNamed("add"), {
    name: "add",
    title: "Add",
    description: "Adds two numbers, and no more.",
    inputSchema: {
      type: "object",
      properties: {
        a: { description: "the first addend", type: "number" },
        b: { description: "the second one", type: "number", minimum: 0, default: 1 },
      },
      required: ["a"],
    },
    outputSchema: { type: "number" },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    _meta: { "example.org/cost": 1 },
  });
});

test("@param may name a member through its object", async () => {
  assert.equal((await toolNamed("dotted")).inputSchema.properties, { n: { description: "a number", type: "number" } });
});

test("positional parameters are members by their names", async () => {
  const { inputSchema } = await toolNamed("subtract");
  assert.equal(inputSchema, {
    type: "object",
    properties: {
      a: { type: "number" },
      b: { description: "what to take away", type: "number", maximum: 9, default: 2 },
    },
    required: ["a"],
  });
  assert.equal((await call("subtract", { a: 5 })).structuredContent, { difference: 3 });
  assert.equal((await call("subtract", { b: 1, a: 5 })).structuredContent, { difference: 4 });
  assert.is(await textOf("join", { separator: "-", words: ["a", "b"] }), "a-b");
  assert.is(await textOf("join", { separator: "-" }), "");
});

test("defaults are told, made optional, and the function's own", async () => {
  const { inputSchema } = await toolNamed("defaults");
  assert.is(inputSchema.required, undefined);
  const told = Object.entries(inputSchema.properties).map(([name, schema]: any) => [name, schema.default]);
  assert.equal(told, [
    ["list", ["a"]],
    ["deep", { x: -1 }],
    ["size", "l"],
    ["when", undefined],
    ["flag", false],
  ]);
  assert.equal((await toolNamed("both")).inputSchema, {
    type: "object",
    properties: { x: { type: "number", default: 2 }, extra: { description: "what comes on top", type: "number" } },
    required: ["extra"],
  });
  assert.is(await textOf("both", { extra: 1 }), "3");
  assert.is(await textOf("defaults"), "a,-1,l,number,false");
  assert.is(await textOf("defaults", { flag: true, size: "s" }), "a,-1,s,number,true");
});

test("the context is handed in wherever it stands, and is no argument", async () => {
  assert.equal(Object.keys((await toolNamed("whole")).inputSchema.properties), ["id", "name"]);
  assert.is(await textOf("whole", { id: 1, name: "Ada" }), "Ada by tools/call");
  assert.equal(Object.keys((await toolNamed("first")).inputSchema.properties), ["name"]);
  assert.is(await textOf("first", { name: "Ada" }), "Hello, Ada");
  assert.is(await textOf("optional", { n: 1 }), "1 with");
});

test("a function without parameters takes no arguments", async () => {
  assert.equal((await toolNamed("nothing")).inputSchema, { type: "object", additionalProperties: false });
  assert.is((await call("nothing", { a: 1 })).isError, true);
  assert.equal((await call("nothing")).content, []);
});

test("arguments are held against the schema before the function runs", async () => {
  for (const [name, args, why] of [
    ["add", { a: "1" }, '"/a"'],
    ["add", { a: 1, b: -1 }, '"/b" must be at least 0'],
    ["choose", { of: "c" }, '"/of"'],
    ["whole", { id: 1 }, '"name"'],
  ] as const) {
    const { isError, content } = await call(name, args);
    assert.is(isError, true);
    assert.ok(content[0].text.includes(why), content[0].text);
  }
});

test("what is returned is held against its schema", async () => {
  const { error } = await client.askModern("tools/call", { name: "broken" });
  assert.is(error.code, -32603);
});

test("nothing, strings and content blocks have no output schema, all else has", async () => {
  const { tools } = await ask("tools/list");
  const without = tools.filter((tool: any) => !("outputSchema" in tool)).map(({ name }: any) => name);
  assert.equal(without, "shown join whole first optional dotted both nothing draw-it say choose defaults".split(" "));
  const profile = {
    type: "object",
    properties: { id: { type: "number" }, name: { type: "string" } },
    required: ["id", "name"],
  };
  assert.equal((await toolNamed("perhaps")).outputSchema, { anyOf: [profile, { type: "null" }] });
  assert.equal((await toolNamed("either")).outputSchema, { type: "boolean" });
  assert.is((await call("perhaps", { n: 0 })).structuredContent, null);
  assert.equal(
    (await call("draw-it")).content.map(({ type }: any) => type),
    ["image", "text"],
  );
});

test("dates are strings on the wire and Dates in the function, however deep", async () => {
  const at = "2026-07-28T09:00:00.000Z";
  const event = { name: "a", at: "2026-01-01T00:00:00Z", then: [{ name: "b", at, then: [] }] };
  assert.is((await call("tomorrow", event)).structuredContent, "2026-07-29T09:00:00.000Z");
  const args = { by: { a: "2026-01-03", b: "2026-01-04" }, pair: ["x", "2026-01-05"] };
  assert.equal((await call("days", args)).structuredContent, [3, 4, 5]);
  assert.equal((await call("days", { ...args, maybe: "2026-01-06" })).structuredContent, [3, 4, 5, 6]);
  assert.is((await call("either", { kind: "at", at })).structuredContent, true);
  assert.is((await call("either", { kind: "in", days: 1 })).structuredContent, false);
  const bad = await call("tomorrow", { name: "a", at, then: [{ name: "b", at: "soon" }] });
  assert.is(bad.isError, true);
  assert.match(bad.content[0].text, /"\/then\/0\/at" must be a date like .*, got "soon"/);
});

test("values of a template are read as the declared types; what does not fit does not exist", async () => {
  const { resourceTemplates } = await ask("resources/templates/list");
  assert.equal(resourceTemplates[0], {
    name: "profile",
    uriTemplate: "users://{id}/profile",
    description: "A user.",
    mimeType: "application/json",
  });
  const { contents } = (await read("users://17/profile")).result;
  assert.is(contents[0].mimeType, "application/json");
  assert.equal(JSON.parse(contents[0].text), { id: 17, name: "Margaret" });
  const texts = async (uri: string) => (await read(uri)).result.contents[0];
  assert.equal(await texts("flags://17/true/3"), {
    uri: "flags://17/true/3",
    mimeType: "text/x-flag",
    text: "17 boolean 3",
  });
  assert.is((await texts("search://found?q=a&words=b&words=c")).text, "a2");
  assert.is((await texts("search://found")).text, "all0");
  assert.is((await texts("days://2026-01-07")).blob, "Bw==");
  for (const uri of [
    "users://2/profile",
    "users://ada/profile",
    "days://soon",
    "flags://a/yes/1",
    "flags://a/true/4",
    "flags://a/true/1.5",
  ])
    assert.is((await read(uri)).error?.code, -32602, uri);
});

test("a URI without variables is a resource; lists and completions are assigned", async () => {
  const { resources } = await ask("resources/list");
  assert.equal(
    resources.map(({ uri }: any) => uri),
    ["config://app", "users://1/profile", "users://17/profile"],
  );
  assert.equal(JSON.parse((await read("config://app")).result.contents[0].text), { theme: "dark" });
  const ref = { type: "ref/resource", uri: "users://{id}/profile" };
  const { completion } = await ask("completion/complete", { ref, argument: { name: "id", value: "17" } });
  assert.equal(completion.values, ["17"]);
});

test("a prompt's arguments are strings on the wire, read as the declared types", async () => {
  const { prompts } = await ask("prompts/list");
  assert.equal(prompts, [
    {
      name: "review",
      title: "Review",
      description: "Reviews code.",
      arguments: [
        { name: "code", description: "what to look at", required: true },
        { name: "language", description: "In which language it is." },
        { name: "strict" },
        { name: "lines" },
      ],
    },
    { name: "greet" },
  ]);
  const got = async (args: object) =>
    (await client.askModern("prompts/get", { name: "review", arguments: args })) as any;
  const good = await got({ code: "17", language: "ts", strict: "true", lines: "[1, 2]" });
  assert.is(good.result.messages[0].content.text, "17 ts boolean 2");
  for (const [args, why] of [
    [{ code: "a", language: "js" }, '"/language" must be one of "py", "ts"'],
    [{ code: "a", strict: "yes" }, '"/strict"'],
    [{ language: "ts" }, '"code" is required'],
  ] as const) {
    const { error } = await got(args);
    assert.is(error.code, -32602);
    assert.ok(error.message.includes(why), error.message);
  }
  const ref = { type: "ref/prompt", name: "review" };
  const completed = async (name: string, value: string) =>
    (await ask("completion/complete", { ref, argument: { name, value } })).completion.values;
  assert.equal(await completed("language", "t"), ["ts"]);
  assert.equal(await completed("code", "c"), ["const"]);
});

test("the exports info and options are the server's", async () => {
  const { instructions, _meta } = await ask("server/discover");
  assert.is(instructions, "Add.");
  assert.equal(_meta["io.modelcontextprotocol/serverInfo"], { name: "server", version: "1.2.3" });
});

test("the module that is made can be read: the programmatic API and nothing else", async () => {
  const { text } = await made(`/** Adds.
 *  @readonly */
export function add(a: number, b = 1): number { return a + b; }
`);
  assert.is(
    text,
    `// Made by "barewire build" from ./server.ts: edit that.
import { createServer } from "barewire";
import * as functions from "./server.ts";

const server = createServer({ name: "server", version: "0.0.0" });

server.tool("add", {
  description: "Adds.",
  input: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number", default: 1 } },
    required: ["a"],
  },
  output: { type: "number" },
  annotations: { readOnlyHint: true },
}, (args) => functions.add(args.a, args.b));

export default server;
`,
  );
});

test("the same module gives the same text, whatever was read before", async () => {
  const [one, two] = [await made(files), await made(files)];
  assert.is(one.text, two.text);
});

test("a configuration may be of a later compiler; what is unused is no error, and null is told all the same", async () => {
  const config = {
    compilerOptions: { target: "es2099", lib: ["es2099", "dom"], noUnusedLocals: true, tomorrow: true, strict: false },
  };
  const server = await serverOf({
    "server.ts":
      "const unused = 1;\nexport function f(list: string[] | null): number { return [list].flat().length; }\n",
    "tsconfig.json": JSON.stringify(config),
  });
  assert.equal(server.tools.get("f")!.tool.inputSchema.properties, {
    list: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] },
  });
});

test("a module whose default is a server is that server", async () => {
  const server = await serverOf(`import { createServer } from "barewire";
const server = createServer({ name: "own", version: "1" });
server.tool("t", {}, () => "t");
export function notATool(): void {}
export default server;
`);
  assert.equal(
    [...server.tools].map(({ name }) => name),
    ["t"],
  );
});

test.run();
