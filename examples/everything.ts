// The example server of `npm start`: one of everything that a server can offer.
import { setTimeout } from "node:timers/promises";
import { createServer, embeddedResource, image, resourceLink, text, type Server } from "../server/index.js";

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQAAAADsdIMmAAAAGElEQVR42mP4z9DIsJdhKcNShr0MjQz/AS4wBcUl7Tg8AAAAAElFTkSuQmCC",
  "base64",
);
const guide = "# Guide\n\nEvery tool, resource and prompt here shows one thing that a server can do.\n";
const users = new Map([
  ["1", "Ada Lovelace"],
  ["2", "Grace Hopper"],
]);

/** Makes the server; it serves nothing until a transport is given to it. */
export function createEverything(): Server {
  const server = createServer({
    name: "everything",
    title: "One of everything",
    version: "1.0.0",
    instructions: "Call `add` to add, `count` for progress and logs, `toggle_bonus` to change the list of tools.",
  });
  addTools(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function addTools(server: Server): void {
  server.tool(
    "add",
    {
      description: "Adds two numbers. Its output is structured.",
      input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
      output: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
      annotations: { readOnlyHint: true, idempotentHint: true },
    },
    ({ a, b }) => ({ sum: a + b }),
  );

  server.tool(
    "count",
    {
      description: "Counts slowly, with progress and log messages; it can be cancelled.",
      input: {
        type: "object",
        properties: {
          to: { type: "integer", minimum: 1, maximum: 1000, default: 5 },
          intervalMs: { type: "integer", minimum: 0, maximum: 10_000, default: 500 },
        },
      },
    },
    async ({ to = 5, intervalMs = 500 }, ctx) => {
      ctx.info(`Counting to ${to}`);
      for (let n = 1; n <= to; n += 1) {
        await setTimeout(intervalMs, undefined, { signal: ctx.signal });
        ctx.progress(n, to, `${n} of ${to}`);
      }
      ctx.debug("Counted");
      return `Counted to ${to}`;
    },
  );

  server.tool("show_picture", { description: "Gives an image." }, () => [
    text("A square in a frame:"),
    image(picture, "image/png"),
  ]);

  server.tool("show_guide", { description: "Gives a resource, embedded and as a link." }, () => [
    embeddedResource("docs://guide", guide, "text/markdown"),
    resourceLink("image://square", "square", { mimeType: "image/png" }),
  ]);

  server.tool("fail", { description: "Fails, as a tool may." }, () => {
    throw new Error("This tool always fails");
  });

  const bonus = server.tool("bonus", { description: "Is there after toggle_bonus." }, () => "You found it");
  let shown = false;
  bonus.disable();
  server.tool("toggle_bonus", { description: "Shows or hides the tool `bonus`; clients are told." }, () => {
    shown = !shown;
    if (shown) bonus.enable();
    else bonus.disable();
    return shown ? "shown" : "hidden";
  });
}

function addResources(server: Server): void {
  server.resource("docs://guide", { name: "guide", description: "A text.", mimeType: "text/markdown" }, () => guide);

  server.resource(
    "image://square",
    { name: "square", description: "Bytes.", mimeType: "image/png", size: picture.length },
    () => picture,
  );

  server.resource(
    "users://{id}/profile",
    {
      name: "profile",
      description: "A template with completion and a list.",
      mimeType: "application/json",
      list: () => [...users].map(([id, name]) => ({ uri: `users://${id}/profile`, title: name })),
      complete: { id: [...users.keys()] },
    },
    ({ id }) => {
      const name = users.get(id);
      return name === undefined ? undefined : JSON.stringify({ id, name });
    },
  );
}

function addPrompts(server: Server): void {
  server.prompt(
    "review",
    {
      description: "Asks for a review of code.",
      arguments: {
        code: { description: "The code", required: true },
        language: { description: "Its language", complete: ["javascript", "python", "rust", "typescript"] },
      },
    },
    ({ code, language }) => `Review this ${language ?? ""} code for mistakes:\n\n${code}`.replace("  ", " "),
  );
}
