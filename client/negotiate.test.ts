import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { connect, type ConnectOptions } from "./index.js";
import { failureOf, legacyScript, modernScript, Scripted, type Wire } from "./testing/scripted.js";

const methods = ({ sent }: Scripted) => sent.map(({ method }) => method);

/** Answers `server/discover` with an error. */
const refusing = (error: object, then: (message: Wire, script: Scripted) => void = () => {}) =>
  new Scripted((message, script) => {
    if (message.method === "server/discover") script.say({ id: message.id, error });
    else then(message, script);
  });

const handshake =
  (protocolVersion: string) =>
  ({ method, id }: Wire, script: Scripted) => {
    const serverInfo = { name: "s", version: "1" };
    if (method === "initialize") script.say({ id, result: { protocolVersion, capabilities: {}, serverInfo } });
  };

test("a modern server is asked to discover, and nothing else", async () => {
  const script = modernScript();
  const client = await connect(script);
  assert.is(client.revision, "2026-07-28");
  assert.equal(methods(script), ["server/discover"]);
  const { _meta } = script.sent[0].params;
  assert.is(_meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
  assert.equal(_meta["io.modelcontextprotocol/clientInfo"], { name: "barewire", version: "0" });
});

for (const code of [-32601, -32602, -32600, -32000, -32603]) {
  test(`the error ${code} means a server with a handshake`, async () => {
    const script = refusing({ code, message: "no" }, handshake("2025-11-25"));
    const client = await connect(script);
    assert.is(client.revision, "2025-11-25");
    assert.equal(methods(script), ["server/discover", "initialize", "notifications/initialized"]);
  });
}

test("so does silence on a pipe, and an answer that comes too late is ignored", async () => {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const script = new Scripted(handshake("2024-11-05"));
  const connected = connect(script, { clock, probeMs: 100, onError: (error) => errors.push(error) });
  await clock.advance(100);
  const client = await connected;
  assert.is(client.revision, "2024-11-05");
  script.say({ id: script.sent[0].id, result: { resultType: "complete", supportedVersions: [] } });
  assert.equal(errors, []);
});

/** Says nothing at first; refuses the handshake, as modern servers do, and answers `server/discover` as told. */
const slow = (error: object, say: (discover: Wire, script: Scripted) => void = () => {}) =>
  new Scripted((message, script) => {
    if (message.method !== "initialize") return;
    say(script.last("server/discover"), script);
    script.say({ id: message.id, error });
  });
const discovered = ({ id }: Wire, script: Scripted) =>
  script.say({ id, result: { resultType: "complete", supportedVersions: ["2026-07-28"], capabilities: {} } });
const unsupported = { code: -32022, message: "version", data: { supported: ["2026-07-28"], requested: "2025-11-25" } };

test("a modern server that starts slowly is known by its late answer", async () => {
  for (const error of [unsupported, { code: -32601, message: "?" }]) {
    const clock = new FakeClock();
    const script = slow(error, discovered);
    const connected = connect(script, { clock, probeMs: 100 });
    await clock.advance(100);
    const client = await connected;
    assert.is(client.revision, "2026-07-28");
    assert.equal(methods(script), ["server/discover", "initialize"]);
    assert.is(clock.pending, 0);
  }
});

test("it is waited for where the handshake is refused in a modern way", async () => {
  for (const error of [unsupported, { code: -32602, message: "?", data: { supported: ["2026-07-28"] } }]) {
    const clock = new FakeClock();
    const script = slow(error);
    const connected = connect(script, { clock, probeMs: 100, timeoutMs: 1000 });
    await clock.advance(600);
    discovered(script.last("server/discover"), script);
    assert.is((await connected).revision, "2026-07-28");
  }
});

test("and no longer than an answer may take", async () => {
  const clock = new FakeClock();
  const failed = failureOf(connect(slow(unsupported), { clock, probeMs: 100, timeoutMs: 1000 }));
  await clock.advance(1100);
  assert.is((await failed).rpcCode, -32022);
});

test("a handshake that is refused otherwise fails at once", async () => {
  const clock = new FakeClock();
  const failed = failureOf(connect(slow({ code: -32603, message: "broken" }), { clock, probeMs: 100 }));
  await clock.advance(100);
  assert.match((await failed).message, /broken/);
  assert.is(clock.pending, 0);
});

test("a handshake that succeeds counts more than a late answer", async () => {
  const clock = new FakeClock();
  const script: Scripted = new Scripted((message, script) => {
    if (message.method === "initialize") discovered(script.last("server/discover"), script);
    handshake("2025-11-25")(message, script);
  });
  const connected = connect(script, { clock, probeMs: 100 });
  await clock.advance(100);
  assert.is((await connected).revision, "2025-11-25");
  assert.is(clock.pending, 0);
});

test("a client of modern revisions alone waits as long for the first answer as for any", async () => {
  const clock = new FakeClock();
  const script = new Scripted();
  const connected = connect(script, { clock, revision: "2026-07-28", probeMs: 100, timeoutMs: 1000 });
  await clock.advance(900);
  discovered(script.last("server/discover"), script);
  assert.is((await connected).revision, "2026-07-28");
});

test("a modern error is never answered with a handshake", async () => {
  const data = { supported: ["2027-01-01"], requested: "2026-07-28" };
  for (const error of [
    { code: -32022, message: "version", data },
    { code: -32021, message: "capability", data: { requiredCapabilities: {} } },
    { code: -32020, message: "header" },
  ]) {
    const script = refusing(error);
    const failure = await failureOf(connect(script));
    assert.is(failure.rpcCode, error.code);
    assert.equal(methods(script), ["server/discover"]);
    assert.is(script.closings, 1);
  }
});

test("a modern error that lists a version with a handshake leads to that one", async () => {
  const data = { supported: ["2025-06-18", "1999-01-01"], requested: "2026-07-28" };
  const script = refusing({ code: -32022, message: "version", data }, handshake("2025-06-18"));
  const client = await connect(script);
  assert.is(client.revision, "2025-06-18");
  assert.is(script.last("initialize").params.protocolVersion, "2025-06-18");
});

test("a modern error that lists nothing leaves the handshake", async () => {
  for (const data of [{ supported: [], requested: "2026-07-28" }, undefined]) {
    const script = refusing({ code: -32022, message: "version", data }, handshake("2025-06-18"));
    assert.is((await connect(script)).revision, "2025-06-18");
  }
});

test("a server that refuses the very version which it lists is asked once more", async () => {
  const data = { supported: ["2026-07-28"], requested: "2026-07-28" };
  const script = refusing({ code: -32022, message: "version", data });
  assert.is((await failureOf(connect(script))).code, "unsupported_protocol_version");
  assert.equal(methods(script), ["server/discover", "server/discover"]);
});

test("a pinned revision with a handshake is not probed for, and must be the answer", async () => {
  const script = new Scripted(handshake("2025-03-26"));
  const failure = await failureOf(connect(script, { revision: "2025-06-18" }));
  assert.is(failure.code, "unsupported_protocol_version");
  assert.equal(methods(script), ["initialize"]);
  assert.is(script.sent[0].params.protocolVersion, "2025-06-18");
});

test("a server may offer an older revision, which then holds", async () => {
  const script = new Scripted(handshake("2025-03-26"));
  const client = await connect(script, { revision: ["2025-03-26", "2025-06-18"] });
  assert.is(client.revision, "2025-03-26");
});

test("a version that nobody knows ends the connection", async () => {
  for (const version of ["2099-01-01", 7]) {
    const script = new Scripted(handshake(version as string));
    const failure = await failureOf(connect(script, { revision: "2025-11-25" }));
    assert.is(failure.code, "unsupported_protocol_version");
    assert.is(script.closings, 1);
  }
});

test("a client of modern revisions alone says why a legacy server will not do", async () => {
  const script = refusing({ code: -32601, message: "Method not found" });
  const failure = await failureOf(connect(script, { revision: "2026-07-28" }));
  assert.is(failure.code, "unsupported_protocol_version");
  assert.match(failure.message, /does not speak 2026-07-28.*Method not found/);
  assert.equal(methods(script), ["server/discover"]);
});

test("initialize is never cancelled", async () => {
  const clock = new FakeClock();
  const script = new Scripted();
  const failed = failureOf(connect(script, { clock, revision: "2025-11-25", timeoutMs: 50 }));
  await clock.advance(50);
  assert.is((await failed).code, "request_timeout");
  assert.equal(methods(script), ["initialize"]);
});

test("what is declared is what has a handler, in the words of the revision", async () => {
  const all: ConnectOptions = {
    roots: [],
    sample: { handle: () => Promise.reject(new Error()), tools: true },
    elicit: { form: () => ({ action: "cancel" }), url: () => ({ action: "cancel" }) },
    info: { name: "n", version: "1", title: "N", websiteUrl: "https://example.com" },
  };
  const declaredIn = async (revision: string, options: ConnectOptions) => {
    const script = new Scripted(handshake(revision));
    await connect(script, { ...options, revision });
    const { capabilities, clientInfo } = script.sent[0].params;
    return { capabilities, clientInfo };
  };
  assert.equal(await declaredIn("2024-11-05", all), {
    capabilities: { roots: { listChanged: true }, sampling: {} },
    clientInfo: { name: "n", version: "1" },
  });
  assert.equal((await declaredIn("2025-06-18", all)).capabilities.elicitation, {});
  assert.equal(await declaredIn("2025-11-25", all), {
    capabilities: { roots: { listChanged: true }, sampling: { tools: {} }, elicitation: { form: {}, url: {} } },
    clientInfo: all.info,
  });
  // A page to visit is all that it could be asked, which 2025-06-18 has no word for.
  const { capabilities } = await declaredIn("2025-06-18", { elicit: { url: () => ({ action: "cancel" }) } });
  assert.equal(capabilities, {});
  const script = modernScript();
  await connect(script, all);
  assert.equal(script.sent[0].params._meta["io.modelcontextprotocol/clientCapabilities"], {
    roots: {},
    sampling: { tools: {} },
    elicitation: { form: {}, url: {} },
    extensions: { "io.modelcontextprotocol/tasks": {} },
  });
});

test("options that make no sense are refused by name", async () => {
  for (const [options, name] of [
    [{ revision: "2020-01-01" }, /revisions/],
    [{ timeoutMs: -1 }, /timeoutMs/],
    [{ limits: { maxPages: 0 } }, /maxPages/],
  ] as const) {
    const error = await connect(legacyScript(), options).catch((error: unknown) => error);
    assert.instance(error, TypeError);
    assert.match((error as Error).message, name);
  }
});

test.run();
