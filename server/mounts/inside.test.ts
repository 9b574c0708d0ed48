// What stays the mounted server's own: its middleware, its errors, its lifespan.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect } from "../../client/test-client.js";
import { createServer as createSmall, mounts, tools } from "../core.js";
import { createServer, resourceNotFound, type Server } from "../index.js";

const version = "1";
const id = "com.example/x";
const quiet = { onError: () => {} };
const refusedBy = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    ({ message }: Error) => message,
  );
const fail = (): never => {
  throw new Error("secret");
};

test("its middleware stands around the methods of its extensions, also far inside, and of no other", async () => {
  const [deep, inner, server] = ["deep", "inner", "main"].map((name) => createServer({ name, version }, quiet));
  const seen: string[] = [];
  const around = (who: string) => (ctx: any, next: () => Promise<Record<string, unknown>>) => {
    if (ctx.method !== "server/discover") seen.push(`${who} ${ctx.method}`);
    return next();
  };
  deep!.extension(id, { methods: { "x/run": () => ({}), "x/closed": () => ({}) } });
  deep!.use((ctx, next) => (ctx.method === "x/closed" ? Promise.reject(new Error("nobody may")) : next()));
  inner!.extension("com.example/y", { methods: { "y/run": () => ({}) } });
  deep!.use(around("deep"));
  inner!.use(around("inner"));
  inner!.mount("deep", deep!);
  server!.mount("in", inner!);
  const client = await connect(server!, { extensions: { [id]: {}, "com.example/y": {} } } as never);
  for (const method of ["x/run", "y/run"]) await client.request(method as never);
  assert.equal(seen, ["inner x/run", "deep x/run", "inner y/run"]);
  assert.match(await refusedBy(client.request("x/closed" as never)), /nobody may/);
});

test("what it masks stays masked wherever its author's code runs, and is told to it alone", async () => {
  const heard: string[] = [];
  const onError = (error: unknown, where: string) => void heard.push(`${where}: ${(error as Error).message}`);
  const inner = createServer({ name: "inner", version }, { maskErrors: true, onError });
  inner.resource("x://{a}", { list: fail, complete: { a: fail } }, () => "a");
  inner.resource("y://y", { permits: fail }, () => "y");
  inner.prompt("p", { arguments: { x: { complete: fail } } }, () => "a");
  inner.tool("lacks", {}, () => {
    throw resourceNotFound("secret://1");
  });
  inner.extension(id, { methods: { "x/run": fail } });
  const server = createServer({ name: "main", version }, quiet);
  server.mount("in", inner);
  const client = await connect(server, { extensions: { [id]: {} } } as never);
  const complete = (ref: any, name: string) => client.complete({ ref, argument: { name, value: "" } });
  for (const call of [
    client.listResources(),
    client.readResource("y://in/y"),
    complete({ type: "ref/prompt", name: "in_p" }, "x"),
    complete({ type: "ref/resource", uri: "x://in/{a}" }, "a"),
    client.request("x/run" as never),
  ])
    assert.is(await refusedBy(call), "Internal error");
  const { content } = await client.callTool("in_lacks");
  assert.is((content[0] as { text: string }).text, 'Tool "in_lacks" failed');
  assert.equal(heard, [
    "resources/list: secret",
    "resources/read: secret",
    "completion/complete: secret",
    "completion/complete: secret",
    "x/run: secret",
    "tool lacks: Resource not found: secret://1",
  ]);
  inner.use(fail);
  assert.is(await refusedBy(client.callTool("in_lacks")), "Internal error");
});

test("a list that is none is told by its template", async () => {
  const [inner, server] = [createServer({ name: "inner", version }), createServer({ name: "main", version }, quiet)];
  inner.resource("x://{a}", { list: () => ({}) as never }, () => "a");
  server.mount("in", inner);
  const told = await refusedBy((await connect(server)).listResources());
  assert.match(told, 'Resource "x://in/{a}": list must return resources, each with a uri');
});

test("it goes down behind what is still served", async () => {
  const seen: string[] = [];
  const lifespan = (name: string) => () => {
    seen.push(`${name} up`);
    return { state: name as never, stop: () => void seen.push(`${name} down`) };
  };
  const inner = createServer({ name: "inner", version }, { lifespan: lifespan("inner") });
  inner.tool("state", {}, (_, ctx) => ctx.state);
  const server = createServer({ name: "main", version }, { lifespan: lifespan("outer") });
  server.mount("in", inner as unknown as Server);
  const client = await connect(server);
  server.onClose(async () => {
    const { content } = await client.callTool("in_state");
    seen.push((content[0] as { text: string }).text);
  });
  await client.callTool("in_state");
  await server.close();
  assert.equal(seen, ["outer up", "inner up", "inner", "outer down", "inner down"]);
});

test("where it cannot come up, its own calls fail and the next one tries again", async () => {
  let tries = 0;
  const lifespan = () => {
    if ((tries += 1) === 1) throw new Error("no database");
    return { state: "up" };
  };
  const inner = createServer({ name: "inner", version }, { lifespan });
  inner.tool("state", {}, (_, ctx) => ctx.state);
  const server = createServer({ name: "main", version }, quiet);
  server.mount("in", inner as unknown as Server);
  server.tool("own", {}, () => "own");
  const client = await connect(server);
  const textOf = async (name: string) => ((await client.callTool(name)).content[0] as { text: string }).text;
  assert.equal(
    [await textOf("own"), await textOf("in_state"), await textOf("in_state"), tries],
    ["own", "no database", "up", 2],
  );
});

test("what neither of two small servers has, a handler is told of by the feature's name", async () => {
  const [inner, server] = [1, 2].map(() =>
    createSmall({ name: "small", version }, { features: [tools, mounts] as const }),
  );
  inner!.tool("log", {}, (_, ctx) => (ctx as any).log("info", "said"));
  server!.mount("in", inner!);
  const { content } = await (await connect(server!)).callTool("in_log");
  assert.match((content[0] as { text: string }).text, 'ctx.log needs the feature "logging"');
});

test.run();
