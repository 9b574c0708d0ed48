import { createServer } from "../../server/index.js";

/** A server with one of everything. */
export function everything() {
  const server = createServer({ name: "everything", version: "1" }, { pageSize: 2 });
  const input = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
  const output = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] } as const;
  server.tool("add", { input, output }, ({ a }) => ({ sum: a + 1 }));
  server.tool("who", {}, (_args, { client }) => `${client.info?.name} ${client.version}`);
  server.tool("fail", {}, () => {
    throw new Error("it broke");
  });
  server.tool("survey", {}, async (_args, ctx) => {
    const [opinion, places] = await Promise.all([
      ctx.sample("opinion", { messages: [{ role: "user", content: { type: "text", text: "?" } }], maxTokens: 1 }),
      ctx.roots(),
    ]);
    return `${opinion.model}; ${places.map(({ uri }) => uri).join()}`;
  });
  server.tool("steps", {}, (_args, ctx) => {
    ctx.progress(1, 2, "half");
    return "done";
  });
  server.tool("form", {}, async (_args, ctx) => {
    const schema = { type: "object", properties: { name: { type: "string" } } } as const;
    return (await ctx.elicit("who", { message: "?", schema })).action;
  });
  server.tool("slow", { task: { when: "always", pollIntervalMs: 20 } }, () => "slow");
  server.tool("hang", {}, () => new Promise(() => {}));
  server.resource("test://one", { name: "one" }, () => "one");
  server.resource("test://{id}", { name: "many", complete: { id: ["a", "ab"] } }, ({ id }) => String(id));
  server.prompt("hello", { arguments: { name: { required: true } } }, ({ name }) => `Hello ${name}`);
  return server;
}
