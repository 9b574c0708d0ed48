// What the compiler knows of an author's handlers. Nothing of this runs: `tsc --noEmit` is the test.
import { audio, createServer, embeddedResource, image, resourceLink, text, type StandardSchema } from "./index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<A>(): <B>(value: B, same: Equal<A, B>) => void;

const server = createServer({ name: "s", version: "1" }, { lifespan: () => ({ state: { users: ["ada"] } }) });

// --- Arguments of tools ---------------------------------------------------------------------------------------------

const input = {
  type: "object",
  properties: { a: { type: "number" }, kind: { enum: ["x", "y"] }, tags: { type: "array", items: { type: "string" } } },
  required: ["a"],
} as const;
server.tool("literal", { input }, (args) => {
  is<{ a: number; kind?: "x" | "y"; tags?: string[] }>()(args, true);
  return args.a;
});
server.tool("inline", { input: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } }, ({ a }) =>
  a.toUpperCase(),
);
server.tool(
  "async",
  { input: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
  async ({ a }) => a.toUpperCase(),
);
server.tool("none", {}, (args) => {
  is<Record<string, never>>()(args, true);
});
declare const standard: StandardSchema<{ n: string }, { n: number }>;
server.tool("standard", { input: standard }, (args) => {
  is<{ n: number }>()(args, true);
});
// @ts-expect-error: b is no argument
server.tool("wrong", { input: { type: "object", properties: { a: { type: "string" } } } }, ({ b }) => b);
// @ts-expect-error: a may be missing
server.tool("wrong", { input: { type: "object", properties: { a: { type: "string" } } } }, ({ a }) => a.length);
// @ts-expect-error: a schema is an object
server.tool("wrong", { input: "string" }, () => 1);
// @ts-expect-error: no such member of a definition
server.tool("wrong", { inputs: {} }, () => 1);

// --- What tools return ----------------------------------------------------------------------------------------------

interface User {
  id: number;
  name: string;
  friends?: User[];
}
declare const user: User;
declare const record: Record<string, unknown>;
declare const wide: { type: string; other: number };
declare const unknown: unknown;
server.tool("string", {}, () => "text");
server.tool("nothing", {}, () => {});
server.tool("later", {}, async () => {});
server.tool("number", {}, () => 5);
server.tool("null", {}, () => null);
server.tool("interface", {}, () => user);
server.tool("interfaces", {}, async () => [user, user]);
server.tool("record", {}, () => record);
server.tool("unknown", {}, () => unknown);
server.tool("date", {}, () => ({ at: new Date() }));
server.tool("own type", {}, () => ({ type: "circle", radius: 1 }));
server.tool("wide type", {}, () => wide);
server.tool("content of its own", {}, () => ({ content: "a page", pages: [1, 2] }));
server.tool("one or the other", {}, (_args, ctx) => (ctx.signal.aborted ? "text" : { a: 1 }));
server.tool("block", {}, () => ({ type: "text", text: "x" }));
server.tool("blocks", {}, () => [text("x"), image(new Uint8Array(1), "image/png"), audio("AA==", "audio/wav")]);
server.tool("blocks in words", {}, async () => [
  { type: "text", text: "x" },
  { type: "image", data: "AA==", mimeType: "image/png" },
]);
server.tool("links", {}, () => [resourceLink("x://y", "y"), embeddedResource("x://y", "z")]);
server.tool("whole", {}, () => ({ content: [text("no")], isError: true }));
server.tool("whole in words", {}, async () => ({
  content: [{ type: "text", text: "no" }],
  isError: true,
  _meta: { a: 1 },
}));

// @ts-expect-error: a text block has text
server.tool("wrong", {}, () => ({ type: "text" }));
// @ts-expect-error: a text block has text, later too
server.tool("wrong", {}, async () => ({ type: "text", value: "x" }));
// @ts-expect-error: an image's data are Base64; image() takes bytes
server.tool("wrong", {}, () => ({ type: "image", data: new Uint8Array(1), mimeType: "image/png" }));
// @ts-expect-error: an image has a MIME type
server.tool("wrong", {}, () => [text("x"), { type: "image", data: "AA==" }]);
// @ts-expect-error: one wrong block among good ones
server.tool("wrong", {}, async () => [{ type: "text", text: "x" }, { type: "text" }]);
// @ts-expect-error: a link has a name
server.tool("wrong", {}, () => ({ type: "resource_link", uri: "x://y" }));
// @ts-expect-error: an embedded resource has text or a blob
server.tool("wrong", {}, () => ({ type: "resource", resource: { uri: "x://y" } }));
// @ts-expect-error: content blocks inside a whole result
server.tool("wrong", {}, () => ({ content: [{ type: "text" }] }));
// @ts-expect-error: isError is a boolean
server.tool("wrong", {}, () => ({ content: [{ type: "text", text: "x" }], isError: "yes" }));
// @ts-expect-error: one branch is wrong
server.tool("wrong", {}, (_args, ctx) => (ctx.signal.aborted ? "text" : { type: "text" as const }));

const output = {
  type: "object",
  properties: { n: { type: "number" }, kind: { enum: ["a", "b"] }, list: { type: "array", items: { type: "string" } } },
  required: ["n"],
} as const;
server.tool("structured", { output }, () => ({ n: 1 }));
server.tool("structured", { output }, async () => ({ n: 1, kind: "a", list: ["x"] }));
server.tool("structured", { output }, () => ({ content: [text("x")], structuredContent: { n: 1 } }));
server.tool("structured", { output }, () => ({ content: [text("x")], isError: true }));
server.tool("structured", { input, output }, ({ a }) => ({ n: a }));
server.tool("structured", { output: { type: "array", items: { type: "string" } } }, () => ["a"]);
server.tool("structured", { output: standard }, () => ({ n: 1 }));
// @ts-expect-error: n is a number
server.tool("wrong", { output }, () => ({ n: "1" }));
// @ts-expect-error: n is missing
server.tool("wrong", { output }, async () => ({}));
// @ts-expect-error: c is no kind
server.tool("wrong", { output }, () => ({ n: 1, kind: "c" }));
// @ts-expect-error: a text is not what was promised
server.tool("wrong", { output }, () => "text");
// @ts-expect-error: nothing is not what was promised
server.tool("wrong", { output }, () => {});
// @ts-expect-error: n is a number
server.tool("wrong", { output: standard }, () => ({ n: "1" }));

// --- Templates ------------------------------------------------------------------------------------------------------

server.resource("users://{id}/{?page,tag*}", {}, (variables) => {
  is<{ id: string; page?: string; tag?: string[] }>()(variables, true);
  return variables.id;
});
server.resource("file:///{path*}", {}, async ({ path }) => ({ text: path.toUpperCase() }));
server.resource("config://app", {}, (variables) => {
  is<{}>()(variables, true);
  return new Uint8Array(1);
});
server.resource("config://app", {}, () => [{ text: "a" }, { blob: new Uint8Array(1), uri: "x://y" }]);
server.resource("config://app", {}, () => undefined);
// @ts-expect-error: no such variable
server.resource("users://{id}", {}, ({ name }) => name);
// @ts-expect-error: a number is no contents
server.resource("users://{id}", {}, () => 5);
// @ts-expect-error: neither text nor blob
server.resource("users://{id}", {}, () => ({ mimeType: "text/plain" }));

// --- Prompts --------------------------------------------------------------------------------------------------------

server.prompt(
  "report",
  { arguments: { topic: { required: true }, tone: { description: "How" }, size: { required: false } } },
  (args) => {
    is<{ readonly topic: string; readonly tone: string | undefined; readonly size: string | undefined }>()(args, true);
    return args.topic;
  },
);
server.prompt("messages", {}, () => [{ role: "user", content: { type: "text", text: "x" } }]);
server.prompt("messages", {}, async () => ({
  description: "d",
  messages: [{ role: "assistant", content: text("x") }],
}));
// @ts-expect-error: no such argument
server.prompt("wrong", { arguments: { topic: {} } }, ({ other }) => other);
// @ts-expect-error: topic may be missing
server.prompt("wrong", { arguments: { topic: {} } }, ({ topic }) => topic.length);
// @ts-expect-error: a message has a role
server.prompt("wrong", {}, () => [{ content: { type: "text", text: "x" } }]);
// @ts-expect-error: system is no role
server.prompt("wrong", {}, () => ({ role: "system", content: { type: "text", text: "x" } }));
// @ts-expect-error: a message's content is one block
server.prompt("wrong", {}, () => ({ role: "user", content: "text" }));
// @ts-expect-error: a text block has text
server.prompt("wrong", {}, () => ({ role: "user", content: { type: "text" } }));

// --- State ----------------------------------------------------------------------------------------------------------

server.tool("state", {}, (_args, ctx) => {
  is<{ users: string[] }>()(ctx.state, true);
  return ctx.state.users.length;
});
server.resource("state://x", {}, (_variables, ctx) => ctx.state.users.join());
server.prompt("state", {}, (_args, ctx) => ctx.state.users.join());
// @ts-expect-error: no such member of the state
server.tool("state", {}, (_args, ctx) => ctx.state.groups);
createServer({ name: "s", version: "1" }).tool("none", {}, (_args, ctx) => {
  is<undefined>()(ctx.state, true);
});
// @ts-expect-error: a server has a version
createServer({ name: "s" });

// --- What looks like a result has to be one -------------------------------------------------------------------------

// @ts-expect-error: no such kind of content
server.tool("mistyped kind", {}, () => ({ content: [{ type: "txet", text: "x" }] }));
// @ts-expect-error: content is a list of blocks
server.tool("content that is none", {}, () => ({ content: "x", isError: true }));
const promised = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
// @ts-expect-error: a result without its structured content
server.tool("half a result", { output: promised }, () => ({ content: [text("t")] }));
server.tool("failed", { output: promised }, () => ({ content: [text("t")], isError: true }));
server.tool("capabilities", {}, (_, ctx) =>
  [ctx.client.supports("sampling.tools"), ctx.client.supports("extensions.com.example/x")].join(),
);
// @ts-expect-error: no such capability
server.tool("no such capability", {}, (_, ctx) => ctx.client.supports("samplin"));
