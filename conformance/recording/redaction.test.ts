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

test("secrets go from the queries of addresses, in messages and in what is none", () => {
  const url = "https://api.example.org/a?page=2&Api_Key=k3y-of-alice#top";
  const entries = redact(
    [
      { at: 0, by: "server", message: { result: { uri: url, other: "k3y-of-alice" } } },
      { at: 1, by: "server", raw: `see ${url}` },
    ],
    ["api_key"],
  );
  assert.equal(entries[0]?.message, {
    result: { uri: "https://api.example.org/a?page=2&Api_Key=[redacted]#top", other: "[redacted]" },
  });
  assert.is(entries[1]?.raw, "see https://api.example.org/a?page=2&Api_Key=[redacted]#top");
});

test("the session in the address that an HTTP+SSE stream names is one of several, wherever it stands", () => {
  const endpoint = (raw: string, exchange: number) =>
    ({ at: 0, by: "server", raw, http: { exchange, event: { event: "endpoint" } } }) as const;
  const entries = redact(
    [
      endpoint("/messages?sessionId=aB3-secret&token=t0ken-1", 1),
      endpoint("http://host/post/0123456789abcdef", 2),
      { at: 1, by: "client", http: { exchange: 3, method: "POST", path: "/post/0123456789abcdef" } },
      { at: 2, by: "server", message: { result: { text: "you are aB3-secret" } } },
    ],
    ["token"],
  );
  assert.equal(
    entries.map(({ raw, http, message }) => raw ?? http?.path ?? message),
    [
      "/messages?sessionId=session-1&token=[redacted]",
      "http://host/post/session-2",
      "/post/session-2",
      { result: { text: "you are session-1" } },
    ],
  );
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
