// @ts-check
// The server that other people's clients drive: one of everything, from the build in ../dist.
// node server.mjs --stdio | --port N (0: a free one; prints `listening URL`)
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { audio, createServer, embeddedResource, image, resourceLink, text } from "../dist/index.js";

// Whoever started this process can tell afterwards that it has ended, however many of them a client started.
if (process.env.INTEROP_PIDS) writeFileSync(join(process.env.INTEROP_PIDS, String(process.pid)), "");

const object = (properties, required = Object.keys(properties)) => ({ type: "object", properties, required });
const server = createServer(
  { name: "interop", version: "1.2.3", instructions: "Serves clients that others wrote." },
  { pageSize: 3 },
);

server.tool(
  "add",
  {
    description: "Adds two numbers.",
    input: object({ a: { type: "number" }, b: { type: "number" } }),
    output: object({ sum: { type: "number" } }),
  },
  ({ a, b }) => ({ sum: a + b }),
);

server.tool(
  "who",
  { description: "Says who calls, and in which revision." },
  (_args, { client }) => `${client.info?.name} ${client.version}`,
);

server.tool("show", { description: "Returns every kind of content." }, () => [
  text("words"),
  image(new Uint8Array([1, 2, 3]), "image/png"),
  audio(new Uint8Array([4, 5, 6]), "audio/wav"),
  resourceLink("test://static", "static"),
  embeddedResource("test://static", "embedded", "text/plain"),
]);

server.tool("fail", { description: "Throws." }, () => {
  throw new Error("it broke");
});

/** Calls of `count` that end when they are told to. */
const held = new Map();

const counting =
  "Counts to three, with progress and a log message of each of three levels. Then waits for `release`, if given a name.";
server.tool("count", { description: counting, input: object({ call: { type: "string" } }, []) }, ({ call }, ctx) => {
  ["debug", "info", "error"].forEach((level, at) => {
    ctx.log(/** @type {any} */ (level), { at: at + 1 }, "counter");
    ctx.progress(at + 1, 3, `step ${at + 1}`);
  });
  return call === undefined ? "counted" : new Promise((resolve) => held.set(call, () => resolve("counted")));
});

server.tool(
  "release",
  { description: "Lets a call of `count` end.", input: object({ call: { type: "string" } }) },
  ({ call }) => {
    held.get(call)();
    held.delete(call);
    return "released";
  },
);

/** How each call of `slow` ended, for those who ask with `test://cancelled/{call}`, also before it has. */
const endings = new Map();
const ending = (call) => {
  if (!endings.has(call)) {
    let settle;
    const promise = new Promise((resolve) => (settle = resolve));
    endings.set(call, { promise, settle });
  }
  return endings.get(call);
};

server.tool(
  "slow",
  { description: "Waits to be cancelled.", input: object({ call: { type: "string" } }) },
  ({ call }, ctx) => {
    ctx.progress(1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        ending(call).settle("finished");
        resolve("finished");
      }, 10_000);
      ctx.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        ending(call).settle("cancelled");
        resolve("cancelled");
      });
    });
  },
);

server.tool(
  "grow",
  { description: "Registers a further tool.", input: object({ name: { type: "string" } }) },
  ({ name }) => {
    server.tool(name, { description: "Was not here at first." }, () => `I am ${name}`);
    return "grown";
  },
);

server.tool(
  "touch",
  { description: "Says that a resource has changed.", input: object({ uri: { type: "string" } }) },
  ({ uri }) => {
    server.updated(uri);
    return "touched";
  },
);

const nameForm = object({ name: { type: "string" } });
const asking = "Asks its client everything that the revision allows: a form, the model, the directories.";
server.tool("survey", { description: asking }, async (_args, ctx) => {
  const hasForms = ctx.client.version >= "2025-06-18";
  const ask = { role: /** @type {const} */ ("user"), content: { type: /** @type {const} */ ("text"), text: "Well?" } };
  const [who, opinion, places] = await Promise.all([
    hasForms ? ctx.elicit("who", { message: "Your name?", schema: nameForm }) : undefined,
    ctx.sample("opinion", { messages: [ask], maxTokens: 10 }),
    ctx.roots(),
  ]);
  const name = who === undefined ? "somebody" : who.action === "accept" ? who.content.name : who.action;
  return `${name}; ${opinion.model}: ${opinion.content.text}; ${places.map(({ uri }) => uri).join()}`;
});

server.tool(
  "poll",
  {
    description: "Ends its connection and answers on the next one, after `release`.",
    input: object({ call: { type: "string" } }),
  },
  ({ call }, ctx) => {
    ctx.progress(1);
    ctx.closeStream();
    return new Promise((resolve) => held.set(call, () => resolve("polled")));
  },
);

server.resource("test://static", { name: "static", mimeType: "text/plain" }, () => "always the same");
server.resource(
  "test://bytes",
  { name: "bytes", mimeType: "application/octet-stream" },
  () => new Uint8Array([0, 255, 128]),
);
server.resource(
  "test://cancelled/{call}",
  { name: "cancelled", mimeType: "text/plain" },
  ({ call }) => ending(call).promise,
);

const cities = ["Berlin", "Bern", "Paris"];
server.resource(
  "test://weather/{city}",
  { name: "weather", mimeType: "text/plain", complete: { city: cities } },
  ({ city }) => `sunny in ${city}`,
);

const languages = { python: ["pytest", "poetry"], javascript: ["uvu", "undici"] };
server.prompt(
  "review",
  {
    description: "Reviews code.",
    arguments: {
      language: { required: true, complete: Object.keys(languages) },
      library: {
        complete: (value, known) =>
          (languages[known.arguments.language] ?? []).filter((name) => name.startsWith(value)),
      },
    },
  },
  ({ language, library }) => `Review this ${language}${library ? ` with ${library}` : ""}.`,
);

if (process.argv.includes("--stdio")) {
  const { serveStdio } = await import("../dist/stdio.js");
  await serveStdio(server);
} else {
  const at = process.argv.indexOf("--port");
  if (at === -1) throw new Error("--stdio or --port N");
  // The hub itself, counted: a client that is gone must not be listening still.
  const { changes } = server;
  const subscribe = changes.subscribe.bind(changes);
  let listening = 0;
  const tell = (by) => console.log(`listeners ${(listening += by)}`);
  changes.subscribe = (listener) => {
    const stop = subscribe(listener);
    tell(1);
    let stopped = false;
    return () => {
      if (!stopped) tell(-1);
      stopped = true;
      stop();
    };
  };
  const { serveHttp } = await import("../dist/node.js");
  const service = await serveHttp(server, { port: Number(process.argv[at + 1]), sse: true, retryMs: 50 });
  process.once("SIGTERM", () => void service.close());
  console.log(`listening ${service.url}`);
}
