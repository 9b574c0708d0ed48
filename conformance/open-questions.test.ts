import { test } from "uvu";
import * as assert from "uvu/assert";
import { OpenQuestions } from "./open-questions.js";
import type { Json } from "./trace.js";

const ask = (id: Json, progressToken?: Json) => ({
  id,
  method: "sampling/createMessage",
  params: progressToken === undefined ? {} : { _meta: { progressToken } },
});

test("a token is free again when its request is answered or taken back", () => {
  const open = new OpenQuestions();
  assert.is(open.hear(ask(1, "t")), false);
  assert.is(open.hear(ask(2, "t")), true);
  open.answer([
    { id: 1, result: {} },
    { id: 2, error: {} },
  ]);
  assert.is(open.hear(ask(3, "t")), false);
  assert.is(open.hear({ method: "notifications/cancelled", params: { requestId: 3 } }), false);
  assert.is(open.hear(ask(4, "t")), false);
  open.clear();
  assert.is(open.hear(ask(5, "t")), false);
});

test("no token, another one and one of another type repeat nothing; the client's own requests answer nothing", () => {
  const open = new OpenQuestions();
  assert.is(open.hear(ask(1)), false);
  assert.is(open.hear(ask(2)), false);
  assert.is(open.hear(ask(3, "1")), false);
  assert.is(open.hear(ask(4, 1)), false);
  open.answer({ id: 4, method: "ping" });
  assert.is(open.hear(ask(5, 1)), true);
  assert.is(open.hear({ method: "notifications/progress", params: { progressToken: 1 } }), false);
});

test.run();
