import { createServer, image, text } from "../../server/index.js";

const server = createServer({ name: "asker", version: "1.0.0", instructions: "Every way to be used." });
const schema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;

server.tool("ask", { description: "Asks the user." }, async (_, ctx) => {
  const who = await ctx.elicit("who", { message: "Who?", schema });
  return who.action;
});
server.tool("roots", {}, async (_, ctx) => (await ctx.roots()).map(({ uri }) => uri).join("\n"));
server.tool("fail", {}, () => {
  throw new Error("It does not work");
});
server.tool("log", {}, (_, ctx) => {
  console.log("printed by mistake");
  ctx.debug("much detail");
  ctx.warning("look out");
  return "logged";
});
server.tool("pictures", {}, () => [text("two:"), image("AAAA", "image/png"), image("BBBB", "image/jpeg")]);
server.tool(
  "types",
  {
    input: {
      type: "object",
      properties: {
        list: { type: "array", items: { type: "number" } },
        yes: { type: "boolean" },
        text: { type: "string" },
        kinds: { type: "array", items: { type: "string", enum: ["a", "b"] } },
        at: { type: "string", format: "date-time" },
      },
    },
  },
  (args) => JSON.stringify(args),
);
server.resource("docs://text", { mimeType: "text/plain" }, () => "no newline at the end");
server.resource("docs://bytes", { mimeType: "image/png" }, () => new Uint8Array([0, 1, 254, 255]));
server.resource("users://{id}", { complete: { id: ["ada", "grace"] } }, ({ id }) => `User ${id}`);
server.prompt("greet", { arguments: { name: { required: true } } }, ({ name }) => `Greet ${name}`);

export default server;
