import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeBase64Url } from "../../protocol/base64.js";
import { Refusal } from "../../protocol/errors.js";
import { memoryOnceGuard, readStatePolicy, RequestStates, type RequestStateOptions } from "./request-state.js";

const binding = { principal: "ada", call: 'tools/call {"name":"a"}' };
let now = 1_000;
const clock = { now: () => now, after: () => () => {} };
const states = (options: RequestStateOptions = {}) => new RequestStates(options, clock);
const refused = async (opening: Promise<unknown>) => {
  try {
    await opening;
  } catch (error) {
    assert.instance(error, Refusal);
    assert.is((error as Refusal).rpcCode, -32602);
    return;
  }
  assert.unreachable("the state was accepted");
};
const key = (fill: number) => new Uint8Array(32).fill(fill);

test("opens what it sealed, and tells nothing of it", async () => {
  const all = states();
  const text = await all.seal({ secret: "the answer is 42" }, binding);
  assert.match(text, /^[A-Za-z0-9_-]+$/);
  assert.not.match(Buffer.from(text, "base64url").toString("latin1"), "42");
  assert.equal(await all.open(text, binding), { secret: "the answer is 42" });
  assert.is.not(await all.seal({ a: 1 }, binding), await all.seal({ a: 1 }, binding));
});

test("refuses every change of a single character, and whatever else is no state", async () => {
  const all = states();
  const text = await all.seal({ a: 1 }, binding);
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === "A" ? "B" : "A";
    await refused(all.open(text.slice(0, at) + other + text.slice(at + 1), binding));
  }
  for (const bad of ["", "A", text.slice(0, -1), `${text}A`, "=", 5, null, {}, undefined, "x".repeat(100_000)])
    await refused(all.open(bad, binding));
});

test("refuses another caller's and another call's", async () => {
  const all = states();
  const text = await all.seal({ a: 1 }, binding);
  await refused(all.open(text, { ...binding, principal: "grace" }));
  await refused(all.open(text, { ...binding, principal: undefined }));
  await refused(all.open(text, { ...binding, call: "tools/call {}" }));
  const anonymous = await all.seal({ a: 1 }, { ...binding, principal: undefined });
  await refused(all.open(anonymous, { ...binding, principal: "" }));
});

test("refuses what has expired", async () => {
  const all = states({ ttlMs: 500 });
  const text = await all.seal({ a: 1 }, binding);
  now += 499;
  assert.ok(await all.open(text, binding));
  now += 1;
  await refused(all.open(text, binding));
});

test("several instances share a key; a new one in front seals while the old one still opens", async () => {
  const old = states({ keys: [key(1)] });
  const both = states({ keys: [encodeBase64Url(key(2)), key(1)] });
  const fresh = states({ keys: [key(2)] });
  const sealedBefore = await old.seal({ a: 1 }, binding);
  const sealedAfter = await both.seal({ a: 2 }, binding);
  assert.equal(await both.open(sealedBefore, binding), { a: 1 });
  assert.equal(await fresh.open(sealedAfter, binding), { a: 2 });
  await refused(old.open(sealedAfter, binding));
  await refused(fresh.open(sealedBefore, binding));
  await refused(states().open(sealedBefore, binding));
});

test("a tool's policy shortens a state's time and lets it open once; other states of the server do not mind", async () => {
  const all = states({ ttlMs: 1_000 });
  const policy = { ttlMs: 10, once: true };
  const once = await all.seal({ a: 1 }, { ...binding, policy });
  const late = await all.seal({ a: 2 }, { ...binding, policy });
  const other = await all.seal({ a: 3 }, binding);
  assert.equal(await all.open(once, { ...binding, policy }), { a: 1 });
  await refused(all.open(once, { ...binding, policy }));
  // What was sealed so, stays so.
  await refused(all.open(once, binding));
  now += 10;
  await refused(all.open(late, { ...binding, policy }));
  assert.equal(await all.open(other, binding), { a: 3 });
  assert.equal(await all.open(other, binding), { a: 3 });
});

test("a policy that makes no sense is refused by name", () => {
  assert.throws(() => readStatePolicy({ ttlMs: 0 }, 'Tool "t"'), 'Tool "t": requestState.ttlMs');
  assert.throws(() => readStatePolicy({ once: 1 as never }, 'Tool "t"'), 'Tool "t": requestState.once');
});

test("a key must have 32 bytes", async () => {
  for (const bad of [new Uint8Array(16), "short", "not base64!"]) {
    try {
      await states({ keys: [bad] }).seal({}, binding);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /32 bytes/);
    }
  }
});

test("a state that is too large is the server's failure", async () => {
  try {
    await states({ maxLength: 200 }).seal({ text: "x".repeat(200) }, binding);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Refusal).rpcCode, -32603);
  }
});

test("with a guard each state opens once", async () => {
  const all = states({ once: memoryOnceGuard(clock), ttlMs: 500 });
  const text = await all.seal({ a: 1 }, binding);
  const other = await all.seal({ a: 1 }, binding);
  assert.ok(await all.open(text, binding));
  await refused(all.open(text, binding));
  assert.ok(await all.open(other, binding));
});

test.run();
