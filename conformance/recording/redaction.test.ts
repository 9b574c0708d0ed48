import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Entry } from "./recording.js";
import { redact } from "./redaction.js";

const only = (entry: Partial<Entry>, names: string[] = []) =>
  redact([{ at: 0, by: "client", ...entry }], names)[0] as Entry;

test("authorization and cookies go, in header fields and in members, whatever their case", () => {
  const headers = { authorization: "Bearer t0ken-of-alice", cookie: "sid=c00kie-1", accept: "*/*" };
  const message = { params: { Headers: { Authorization: "Basic x" } } };
  const { http, message: kept } = only({ message, http: { exchange: 1, path: "/mcp", headers } });
  assert.equal(http?.headers, { authorization: "[redacted]", cookie: "[redacted]", accept: "*/*" });
  assert.equal(kept, { params: { Headers: { Authorization: "[redacted]" } } });
});

test("the value of a secret goes wherever else it stands: in texts, names, raw lines and paths", () => {
  const secret = {
    at: 0,
    by: "client" as const,
    http: { exchange: 1, headers: { authorization: "Bearer t0ken-of-alice" } },
  };
  const entries = redact([
    secret,
    { at: 1, by: "server", message: { result: { text: "you are t0ken-of-alice", "t0ken-of-alice": 1 } } },
    { at: 2, by: "server", raw: "log: t0ken-of-alice" },
    { at: 3, by: "client", http: { exchange: 2, path: "/t0ken-of-alice" } },
  ]);
  assert.not.match(JSON.stringify(entries), "t0ken");
  assert.is(entries[2]?.raw, "log: [redacted]");
});

test("named members go with all that is in them, and their shape stays", () => {
  const message = { params: { pin: 1234, deep: [{ Password: { now: "abc", before: ["def"] } }], other: "kept" } };
  assert.equal(only({ message }, ["pin", "password"]).message, {
    params: { pin: "[redacted]", deep: [{ Password: { now: "[redacted]", before: ["[redacted]"] } }], other: "kept" },
  });
});

test("a mirrored header goes with its member, and what is our own stays", () => {
  const http = { exchange: 1, method: "POST", path: "/mcp", headers: { "mcp-param-region": "north" } };
  assert.equal(only({ http }, ["region", "path", "method"]).http, {
    ...http,
    headers: { "mcp-param-region": "[redacted]" },
  });
});

test("sessions are told apart without their ids", () => {
  const of = (id: string) => ({
    at: 0,
    by: "server" as const,
    http: { exchange: 1, headers: { "mcp-session-id": id } },
  });
  const entries = redact([of("aaaa-1111"), of("bbbb-2222"), of("aaaa-1111")]);
  assert.equal(
    entries.map(({ http }) => http?.headers?.["mcp-session-id"]),
    ["session-1", "session-2", "session-1"],
  );
});

test.run();
