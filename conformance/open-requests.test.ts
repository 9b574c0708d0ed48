import { test } from "uvu";
import * as assert from "uvu/assert";
import { background } from "./background.js";
import { OpenRequests } from "./open-requests.js";

test("a request is open until it is answered, under its id and the type of its id", () => {
  const open = new OpenRequests();
  open.remember({ id: 1, method: "a" }, "2025-11-25");
  assert.is(open.answer("1"), undefined);
  assert.equal(open.answer(1), { method: "a", revision: "2025-11-25" });
  assert.is(open.answer(1), undefined);
  assert.is(open.size, 0);
});

test("an id that was used twice is open twice, and members of a batch are open each", () => {
  const open = new OpenRequests();
  open.remember([{ id: 1, method: "a" }, { id: 1, method: "b" }, { method: "c" }, 5], "2025-03-26");
  assert.is(open.answer(1)?.method, "a");
  assert.is(open.answer(1)?.method, "b");
  assert.is(open.size, 0);
});

test("responses and notifications open nothing, malformed requests do", () => {
  const open = new OpenRequests();
  open.remember({ id: 1, result: {} }, "2025-11-25");
  open.remember({ id: 2, error: {} }, "2025-11-25");
  open.remember({ method: "a" }, "2025-11-25");
  assert.is(open.size, 0);
  open.remember({ id: null }, "2025-11-25");
  assert.equal(open.answer(null), { method: "", revision: "2025-11-25" });
});

test("a notification of a subscription speaks the revision of the subscription", () => {
  const open = new OpenRequests();
  open.remember({ id: "s", method: "subscriptions/listen" }, "2026-07-28");
  const params = { _meta: { "io.modelcontextprotocol/subscriptionId": "s" } };
  assert.is(open.revisionOf({ method: "notifications/tools/list_changed", params }), "2026-07-28");
  assert.is(open.revisionOf({ method: "notifications/tools/list_changed" }), undefined);
});

test("what a legacy server may say at any time is known, with the answer that it needs", () => {
  assert.equal(background({ method: "notifications/tools/list_changed" }), {});
  assert.equal(background({ id: 1, method: "ping" }), { answer: {} });
  assert.equal(background({ id: 1, method: "roots/list" }), { answer: { roots: [] } });
  assert.is(background({ method: "notifications/resources/updated" }), undefined);
  assert.is(background({ id: 1, result: {} }), undefined);
});

test.run();
