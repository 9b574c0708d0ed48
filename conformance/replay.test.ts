import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Judge } from "./judge.js";
import { replay } from "./replay.js";
import type { Outcome } from "./replay.js";
import type { Json, JsonObject, Revision, Step, Trace } from "./trace.js";
import { memorySubject } from "./wires/memory.js";

const lenient: Judge = { unjudged: [], server: () => [] };
const CAPABILITIES = { tools: { listChanged: true } };
const INITIALIZED = {
  protocolVersion: "2025-11-25",
  capabilities: CAPABILITIES,
  serverInfo: { name: "s", version: "1" },
};

type Script = (message: JsonObject, say: (message: Json) => void) => void;

const heard: Json[] = [];

/** A subject that opens sessions, answers pings and does for other requests what the script says. */
function scripted(script: Script) {
  heard.length = 0;
  return memorySubject(() => ({
    connect: (receive) => ({
      send(text) {
        const message = JSON.parse(text) as JsonObject;
        heard.push(message["method"] as Json);
        const say = (value: Json) => receive({ jsonrpc: "2.0", ...(value as JsonObject) });
        if (message["method"] === "initialize") say({ id: message["id"] as Json, result: INITIALIZED });
        else if (message["method"] === "ping") say({ id: message["id"] as Json, result: {} });
        else if (message["id"] !== undefined || message["method"] === "notifications/progress") script(message, say);
      },
      close: () => undefined,
    }),
  }));
}

const make = (steps: readonly Step[], more: Partial<Trace> = {}): Trace => ({
  title: "t",
  revisions: "*",
  steps,
  ...more,
});

async function play(
  script: Script,
  steps: readonly Step[],
  more: Partial<Trace> = {},
  judge = lenient,
  revision: Revision = "2025-11-25",
  timeoutMs = 50,
) {
  return replay(make(steps, more), revision, await scripted(script), judge, { timeoutMs, quietMs: 10 });
}

function failure(outcome: Outcome) {
  if (outcome.status !== "failed") throw new Error("the replay passed");
  return outcome;
}

const COVERS = ["2025-11-25/basic/index#result-responses/1"];
const asked: Step = { send: { id: 1, method: "x" } };
const answered: Step = { expect: { id: 1, result: { ok: true } }, covers: COVERS };
const answer: Script = (message, say) => say({ id: message["id"] as Json, result: { ok: true } });

test("a right answer passes and covers what the step names, in this revision", async () => {
  const step: Step = { ...answered, covers: [...COVERS, "2025-06-18/basic/index#responses/1"] };
  const outcome = await play(answer, [asked, step, { quiet: true }]);
  assert.is(outcome.status, "passed");
  assert.equal(outcome.status === "passed" && outcome.covered, COVERS);
});

test("a wrong answer fails at its step, with both sides and the requirement", async () => {
  const wrong: Script = (message, say) => say({ id: message["id"] as Json, result: { ok: false } });
  const { step, reason, expected, received, requirements } = failure(await play(wrong, [asked, answered]));
  assert.equal([step, reason, expected], [1, "result.ok differs", "true"]);
  assert.match(received ?? "", "false");
  assert.equal(requirements, COVERS);
});

test("silence fails when the time is over", async () => {
  const { step, reason, received } = failure(await play(() => undefined, [asked, answered]));
  assert.equal([step, reason, received], [1, "nothing came within 50 ms", "nothing"]);
});

test("an answer with another id breaks a rule of its own", async () => {
  const other: Script = (_message, say) => say({ id: 2, result: { ok: true } });
  const { reason, requirements } = failure(await play(other, [asked, { expect: { result: {} } }]));
  assert.is(reason, "a response that answers no open request");
  assert.equal(requirements, COVERS);
});

test("a second answer to the same request is refused", async () => {
  const twice: Script = (message, say) => [1, 2].forEach(() => answer(message, say));
  assert.is(failure(await play(twice, [asked, answered])).reason, "a response that answers no open request");
});

test("quiet fails on a message that comes before the barrier's answer", async () => {
  const chatty: Script = (message, say) => {
    answer(message, say);
    say({ method: "notifications/resources/updated" });
  };
  const { step, reason, received } = failure(await play(chatty, [asked, answered, { quiet: true }]));
  assert.equal([step, reason], [2, "a message that nobody expects"]);
  assert.match(received ?? "", "resources/updated");
});

test("quiet by time hears what comes within it", async () => {
  const late: Script = (message, say) => {
    answer(message, say);
    setTimeout(() => say({ method: "notifications/resources/updated" }), 1);
  };
  assert.is(failure(await play(late, [asked, answered, { quiet: "time" }])).step, 2);
});

test("expectAll takes messages in any order, and refuses one too many", async () => {
  const both: Script = (message, say) => {
    say({ method: "notifications/resources/updated" });
    answer(message, say);
  };
  const all: Step = { expectAll: [{ id: 1 }, { method: "notifications/resources/updated" }] };
  assert.is((await play(both, [asked, all])).status, "passed");
  const { reason } = failure(
    await play(both, [asked, { expectAll: [{ id: 1 }, { method: "notifications/progress" }] }]),
  );
  assert.is(reason, "a message that fits none of the expected");
});

test("what a legacy server may say at any time is passed over and answered, unless the trace names it", async () => {
  const answers: Json[] = [];
  const changed = "notifications/tools/list_changed";
  const busy: Script = (message, say) => {
    if (message["result"] !== undefined) answers.push(message);
    else {
      say({ method: changed });
      say({ id: "s", method: "ping" });
      answer(message, say);
    }
  };
  assert.is((await play(busy, [asked, answered, { quiet: true }])).status, "passed");
  assert.equal(answers, [{ jsonrpc: "2.0", id: "s", result: {} }]);
  assert.is((await play(busy, [asked, { expect: { method: changed } }, answered])).status, "passed");
  assert.is(failure(await play(busy, [asked, answered, { expect: { method: changed } }])).step, 1);
});

test("in the modern revision nothing is passed over", async () => {
  const busy: Script = (message, say) => {
    say({ method: "notifications/tools/list_changed" });
    answer(message, say);
  };
  assert.is(failure(await play(busy, [asked, answered], {}, lenient, "2026-07-28")).step, 1);
});

test("messages that match are passed over, as many as a step allows", async () => {
  const flood: Script = (message, say) => {
    for (let i = 0; i < 3; i++) say({ method: "notifications/progress", params: { progressToken: "t", progress: i } });
    answer(message, say);
  };
  const pass = { method: "notifications/progress" };
  assert.is((await play(flood, [asked, { pass, atMost: 3, atLeast: 3 }, answered])).status, "passed");
  const more = failure(await play(flood, [asked, { pass, atMost: 2 }, answered]));
  assert.equal([more.step, more.reason], [1, "too many messages"]);
  const fewer = failure(await play(flood, [asked, { pass, atMost: 9, atLeast: 4 }, answered]));
  assert.equal([fewer.step, fewer.reason, fewer.received], [1, "too few messages", "3"]);
});

test("a notification is repeated until a message comes, which has to match", async () => {
  let count = 0;
  const patient: Script = (message, say) => {
    if (message["method"] === "notifications/progress" && ++count === 3) say({ method: "done", params: { count } });
  };
  const repeat = { method: "notifications/progress", params: { progressToken: 1, progress: 1 } };
  const steps = (until: Json): Step[] => [{ repeat, until } as Step];
  assert.is(
    (await play(patient, steps({ method: "done", params: { count: 3 } }), {}, lenient, "2025-11-25", 1_000)).status,
    "passed",
  );
  count = 0;
  assert.is(
    failure(await play(patient, steps({ method: "other" }), {}, lenient, "2025-11-25", 1_000)).expected,
    '"other"',
  );
  count = 9;
  assert.is(failure(await play(patient, steps({ method: "done" }))).reason, "nothing came");
});

test("a question whose progress token is that of an open one is told unasked", async () => {
  const id = "2025-11-25/basic/utilities/progress#progress-flow/2";
  const twice: Script = (message, say) => {
    if (message["method"] !== "x") return;
    for (const id of ["a", "b"]) say({ id, method: "sampling/createMessage", params: { _meta: { progressToken: 1 } } });
    answer(message, say);
  };
  assert.equal(failure(await play(twice, [asked, answered])).requirements, [...COVERS, id]);
});

test("members of a batch come one by one", async () => {
  const subject = await memorySubject(() => ({
    connect: (receive) => ({
      send: () =>
        receive([
          { jsonrpc: "2.0", id: 1, result: {} },
          { jsonrpc: "2.0", id: 2, result: {} },
        ]),
      close: () => undefined,
    }),
  }));
  const steps: Step[] = [
    {
      send: [
        { id: 1, method: "a" },
        { id: 2, method: "b" },
      ],
    },
    { expect: { id: 1 } },
    { expect: { id: 2 } },
  ];
  const outcome = await replay(make(steps, { handshake: false }), "2025-03-26", subject, lenient, { timeoutMs: 50 });
  assert.is(outcome.status, "passed");
});

test("the handshake is played first, and a wrong version fails before the first step", async () => {
  assert.is((await play(answer, [asked, answered])).status, "passed");
  assert.equal(heard, ["initialize", "notifications/initialized", "x"]);
  const { step, expected } = failure(await play(answer, [asked, answered], {}, lenient, "2025-06-18"));
  assert.equal([step, expected], [-1, "a result with protocolVersion 2025-06-18"]);
});

test("steps for other revisions or wires are left out", async () => {
  const steps: Step[] = [
    asked,
    { expect: { never: true }, only: "modern" },
    { expect: { never: true }, wires: ["http"] },
    answered,
  ];
  assert.is((await play(answer, steps)).status, "passed");
});

/** The statements that are told where a script answers, or says something before. */
async function of(script: Script, revision: Revision = "2025-11-25"): Promise<readonly string[]> {
  const more = { handshake: revision === "2025-11-25" };
  return failure(await play(script, [asked, { expect: { id: 1 } }], more, lenient, revision)).requirements;
}

test("a message of the wrong form is told by the statement that it breaks", async () => {
  const says =
    (wrong: JsonObject): Script =>
    (message, say) =>
      say({ id: message["id"] as Json, ...wrong });
  const error = (value: Json) => says({ error: value });
  const index = "2025-06-18/basic/index#";
  assert.equal(await of(says({ jsonrpc: "1.0", result: {} }), "2025-06-18"), [`${index}messages/1`]);
  assert.equal(await of(says({ result: {}, error: { code: 1, message: "" } }), "2025-06-18"), [`${index}responses/3`]);
  assert.equal(await of(says({}), "2025-06-18"), [`${index}responses/2`]);
  assert.equal(await of(says({ result: null }), "2025-06-18"), ["2025-06-18/schema#JSONRPCResponse"]);
  assert.equal(await of(error("no"), "2025-06-18"), [`${index}responses/4`]);
  assert.equal(await of(error({ code: 1.5, message: "" }), "2025-06-18"), [`${index}responses/5`]);
  assert.equal(await of(error({ code: "1", message: "" })), ["2025-11-25/basic/index#error-responses/3"]);
  const before: Script = (message, say) => {
    say({ method: "notifications/progress", id: 7 });
    answer(message, say);
  };
  assert.equal(await of(before), ["2025-11-25/basic/index#notifications/2"]);
});

test("a call from the server that it may not make is told by the statement that forbids it", async () => {
  const first =
    (call: JsonObject): Script =>
    (message, say) => {
      if (message["method"] !== "x") return;
      say(call);
      answer(message, say);
    };
  assert.equal(await of(first({ id: null, method: "roots/list" })), ["2025-11-25/basic/index#requests/2"]);
  assert.equal(await of(first({ id: 1.5, method: "roots/list" })), ["2025-11-25/basic/index#requests/1"]);
  const cancels = first({ method: "notifications/cancelled", params: { requestId: 1 } });
  assert.equal(await of(cancels), ["2025-11-25/basic/utilities/cancellation#behavior-requirements/1.1"]);
  assert.ok((await of(cancels, "2026-07-28")).includes("2026-07-28/basic/patterns/cancellation#top/3"));
  const asks = await of(first({ id: 5, method: "roots/list" }), "2026-07-28");
  assert.ok(asks.includes("2026-07-28/basic/patterns/index#top/1"));
  const logs = await of(first({ method: "notifications/message" }));
  assert.ok(logs.includes("2025-11-25/server/utilities/logging#capabilities/1"));
});

test("values that were bound are sent again", async () => {
  const seen: Json[] = [];
  const script: Script = (message, say) => {
    seen.push(message["params"] as Json);
    say({ id: message["id"] as Json, result: { next: "abc" } });
  };
  const steps: Step[] = [
    { send: { id: 1, method: "x", params: { revision: { $ref: "revision" } } } },
    { expect: { result: { next: { $bind: "cursor" } } } },
    { send: { id: 2, method: "x", params: { cursor: { $ref: "cursor" } } } },
    { expect: { id: 2 } },
  ];
  assert.is((await play(script, steps)).status, "passed");
  assert.equal(seen, [{ revision: "2025-11-25" }, { cursor: "abc" }]);
});

test("what the judge complains of fails the step during which it came, or the one after what sends", async () => {
  const strict: Judge = {
    unjudged: [],
    server: (_message, _revision, method) => (method === "x" ? [{ definition: "D", text: "bad" }] : []),
  };
  const { step, reason, expected } = failure(await play(answer, [asked, answered], {}, strict));
  assert.equal([step, reason, expected], [1, "the message breaks its schema: bad", "D of 2025-11-25"]);
});

test("the judge is told the revision and method of the request that a message answers", async () => {
  const told: unknown[] = [];
  const spy: Judge = { unjudged: [], server: (_message, revision, method) => (told.push([revision, method]), []) };
  await play(answer, [{ ...asked, as: "2026-07-28" }, answered], {}, spy);
  assert.equal(told, [
    ["2025-11-25", "initialize"],
    ["2026-07-28", "x"],
  ]);
});

test("a trace that is wrong in itself throws", async () => {
  let thrown: unknown;
  await play(answer, [asked, { expect: { $nonsense: 1 } }]).catch((error: unknown) => (thrown = error));
  assert.match(String(thrown), "no matcher is called $nonsense");
});

const job: Step = {
  poll: { method: "job/get", params: { job: { $ref: "revision" } } },
  until: { id: { $bind: "last" }, result: { done: true } },
};

test("a poll asks again, each time with an id of its own, until the answer matches", async () => {
  const ids: Json[] = [];
  const script: Script = (message, say) => {
    ids.push([message["id"] as Json, message["params"] as Json]);
    say({ id: message["id"] as Json, result: { done: ids.length === 2 } });
  };
  const after: Step = { expect: { id: { $ref: "last" } } };
  const outcome = await play(script, [job, { send: { id: "poll-2", method: "x" } }, after]);
  assert.is(outcome.status, "passed");
  const params = { job: "2025-11-25" };
  assert.equal(ids.slice(0, 2), [
    ["poll-1", params],
    ["poll-2", params],
  ]);
});

test("a poll fails at the deadline, on an error, and on what is no answer", async () => {
  const never = failure(
    await play((message, say) => say({ id: message["id"] as Json, result: { done: false } }), [job]),
  );
  assert.match(never.received ?? "", "false");
  let asked = 0;
  const refusing: Script = (message, say) =>
    say({ id: message["id"] as Json, error: { code: ++asked, message: "no" } });
  failure(await play(refusing, [job]));
  assert.is(asked, 1);
  const telling: Script = (_, say) => say({ method: "notifications/x" });
  assert.match(failure(await play(telling, [job])).reason, "nobody expects");
});

/** A subject that says to each caller who it is, and to others what one of them whispers. */
function society() {
  const doors = new Map<string, (message: Json) => void>();
  return memorySubject(
    () => ({
      connect: (receive, caller = "first") => ({
        send(text) {
          const { id, method } = JSON.parse(text) as JsonObject;
          doors.set(caller, receive);
          if (method === "shout") for (const door of doors.values()) door({ jsonrpc: "2.0", method: "heard" });
          if (id !== undefined)
            receive({ jsonrpc: "2.0", id, result: method === "initialize" ? INITIALIZED : { caller } });
        },
        close: () => undefined,
      }),
    }),
    new Set(["bob"]),
  );
}
const playSociety = async (steps: readonly Step[]) =>
  replay(make(steps), "2025-11-25", await society(), lenient, { timeoutMs: 50, quietMs: 10 });

test("a step by another caller has a connection of its own, and what is kept is everybody's", async () => {
  const outcome = await playSociety([
    { send: { id: 1, method: "who" } },
    { send: { id: 1, method: "who" }, by: "bob" },
    { expect: { id: 1, result: { caller: { $bind: "other" } } }, by: "bob" },
    { expect: { id: 1, result: { caller: { $not: { $ref: "other" } } } } },
    { quiet: true },
  ]);
  assert.is(outcome.status, "passed");
  const spoke = outcome.crossings.filter(({ text }) => text.includes("who"));
  assert.equal(
    spoke.map(({ caller }) => caller),
    [undefined, "bob"],
  );
});

test("quiet is everybody's, or the one's whom it names", async () => {
  const begin: Step[] = [
    { send: { id: 1, method: "who" }, by: "bob" },
    { expect: { id: 1 }, by: "bob" },
    { send: { method: "shout" } },
  ];
  const first: Step = { expect: { method: "heard" } };
  assert.is(
    (await playSociety([...begin, first, { expect: { method: "heard" }, by: "bob" }, { quiet: true }])).status,
    "passed",
  );
  assert.match(failure(await playSociety([...begin, first, { quiet: true }])).reason, /nobody expects/);
  assert.match(failure(await playSociety([...begin, first, { quiet: true, by: "bob" }])).reason, /nobody expects/);
  const heard: Step = { expect: { method: "heard" }, by: "bob" };
  assert.is((await playSociety([...begin, heard, { quiet: true, by: "bob" }])).status, "passed");
});

test("the announcement of a task that names it in its metadata too fails the step", async () => {
  const script: Script = (message, say) => {
    const _meta = { "io.modelcontextprotocol/related-task": { taskId: "t" } };
    say({ method: "notifications/tasks/status", params: { taskId: "t", _meta } });
    answer(message, say);
  };
  const { reason, requirements } = failure(await play(script, [asked, answered]));
  assert.match(reason, /named twice/);
  assert.ok(requirements.includes("2025-11-25/basic/utilities/tasks#task-notifications/3"));
});

test.run();
