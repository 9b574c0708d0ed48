import { across, ofHttp, ofLines } from "../mutant.js";
import type { HttpAnswer, HttpMutation, HttpRequest, Mutant } from "../mutant.js";

const T = "basic/transports";
const field = (request: HttpRequest, name: string): string | undefined => request.headers[name];
const withField = (request: HttpRequest, name: string, value: string | undefined): HttpRequest => {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers: value === undefined ? headers : { ...headers, [name]: value } };
};
const isRequest = (body: string): boolean => /"id"\s*:/.test(body) && /"method"\s*:/.test(body);
const isNote = ({ method, body }: HttpRequest): boolean => method === "POST" && !isRequest(body);
const isResponse = (text: string): boolean => /"(result|error)":/.test(text) && !/"method":/.test(text);
const reply = (change: NonNullable<HttpMutation["reply"]>): HttpMutation => ({ reply: change });
const request = (change: NonNullable<HttpMutation["request"]>): HttpMutation => ({ request: change });
const plain = (status: number): HttpAnswer => ({ status, headers: {}, body: "" });

/** Session ids as the client sees them, and back. */
function renamed(name: (count: number) => string): HttpMutation {
  const [outer, inner] = [new Map<string, string>(), new Map<string, string>()];
  return {
    request: (sent) =>
      withField(
        sent,
        "mcp-session-id",
        inner.get(field(sent, "mcp-session-id") ?? "") ?? field(sent, "mcp-session-id"),
      ),
    reply: (answer) => {
      const id = answer.headers["mcp-session-id"];
      if (id === undefined) return answer;
      const shown = outer.get(id) ?? name(outer.size + 1);
      outer.set(id, shown);
      inner.set(shown, id);
      return { ...answer, headers: { ...answer.headers, "mcp-session-id": shown } };
    },
  };
}

/** Event ids that are counted for each stream by itself; a client that comes back is understood all the same. */
function countedByStream(): HttpMutation {
  const counts = new Map<HttpRequest, number>();
  const real = new Map<string, string>();
  return {
    request: (sent) =>
      withField(sent, "last-event-id", real.get(field(sent, "last-event-id") ?? "") ?? field(sent, "last-event-id")),
    event: (event, asked) => {
      const id = /^id: ?(.*)$/m.exec(event)?.[1];
      if (id === undefined) return [event];
      const count = (counts.get(asked) ?? 0) + 1;
      counts.set(asked, count);
      real.set(String(count), id);
      return [event.replace(/^id: ?.*$/m, `id: ${count}`)];
    },
  };
}

/** What other streams brought comes again on a stream that is resumed. */
function mixedReplay(): HttpMutation {
  const seen: string[] = [];
  return {
    event: (event, asked) => {
      if (field(asked, "last-event-id") !== undefined) return [...seen.splice(0), event];
      if (/"method":/.test(event)) seen.push(event);
      return [event];
    },
  };
}

const notServed = (request: HttpRequest, body: string): HttpAnswer => ({
  status: request.method === "GET" ? 200 : 400,
  headers: { "content-type": "application/json" },
  body,
});

/** basic/transports of the revisions with sessions: stdio, HTTP+SSE, Streamable HTTP. */
export const ofTransports: readonly Mutant[] = [
  ofLines(
    "messages-in-fair-copy",
    [`2024-11-05/${T}#stdio/1`, `2025-11-25/${T}#stdio/1`, "2026-07-28/basic/transports/stdio#top/1"],
    "Writes each message over several lines.",
    (line) => `${JSON.stringify(JSON.parse(line), null, 1)}\n`,
  ),
  ofLines(
    "line-broken-in-two",
    [`2025-03-26/${T}#stdio/1`, `2025-06-18/${T}#stdio/1`],
    "Breaks each line in the middle.",
    (line) => `${line.slice(0, line.length >> 1)}\n${line.slice(line.length >> 1)}`,
  ),
  ofLines(
    "log-on-stdout",
    [`2024-11-05/${T}#stdio/4`, `2025-06-18/${T}#stdio/4`, "2026-07-28/basic/transports/stdio#top/4"],
    "Logs to standard output.",
    (line) => `[info] about to answer\n${line}`,
  ),
  ofLines(
    "blank-lines-on-stdout",
    [`2025-03-26/${T}#stdio/4`, `2025-11-25/${T}#stdio/4`],
    "Writes a blank line after each message.",
    (line) => `${line}\n`,
  ),
  ofLines(
    "latin-on-stdout",
    [`2025-03-26/${T}#top/1`, `2025-11-25/${T}#top/1`, "2026-07-28/basic/transports/index#messages/1"],
    "Writes Latin-1 in place of UTF-8.",
    (line) => Buffer.from(line, "latin1"),
  ),
  ofHttp(
    "no-stream-to-get",
    [`2024-11-05/${T}#security-warning/4.1`],
    "Answers the GET of an event stream by 404.",
    request((sent) => (sent.method === "GET" ? plain(404) : sent)),
    ["sse"],
  ),
  ofHttp(
    "nowhere-to-post",
    [`2024-11-05/${T}#security-warning/4.2`],
    "Answers every POST by 405.",
    request((sent) => (sent.method === "POST" ? plain(405) : sent)),
    ["sse"],
  ),
  ofHttp(
    "message-before-the-endpoint",
    [`2024-11-05/${T}#security-warning/5`],
    "Begins the event stream with something else than the endpoint event.",
    { event: (event) => (/^event: ?endpoint/m.test(event) ? ["event: welcome\ndata: hello", event] : [event]) },
    ["sse"],
  ),
  ofHttp(
    "any-origin-on-the-old-transport",
    [`2024-11-05/${T}#security-warning/1`],
    "Does not look at Origin.",
    request((sent) => withField(sent, "origin", undefined)),
    ["sse"],
  ),
  ofHttp(
    "any-origin",
    across(["2025-03-26", "2025-06-18"], `${T}#security-warning/1`),
    "Does not look at Origin.",
    request((sent) => withField(sent, "origin", undefined)),
  ),
  ofHttp(
    "foreign-origin-is-a-bad-request",
    [`2025-11-25/${T}#security-warning/2`, "2026-07-28/basic/transports/streamable-http#security-endpoint/2"],
    "Refuses a foreign Origin by 400.",
    reply((answer) => (answer.status === 403 ? { ...answer, status: 400 } : answer)),
  ),
  ofHttp(
    "get-is-elsewhere",
    across(["2025-03-26", "2025-11-25"], `${T}#streamable-http/1`),
    "Answers every GET at the endpoint by 404.",
    request((sent) => (sent.method === "GET" ? plain(404) : sent)),
  ),
  ofHttp(
    "accepted-with-a-body",
    across(["2025-03-26", "2025-11-25"], `${T}#sending-messages-to-the-server/5`),
    "Answers an accepted notification by 202 with a body.",
    reply((answer) =>
      answer.status === 202 ? { status: 202, headers: { "content-type": "text/plain" }, body: "Accepted" } : answer,
    ),
  ),
  ofHttp(
    "accepted-is-no-content",
    [
      `2025-06-18/${T}#sending-messages-to-the-server/5`,
      "2026-07-28/basic/transports/streamable-http#sending-messages/7",
    ],
    "Answers an accepted notification by 204.",
    reply((answer) => (answer.status === 202 ? plain(204) : answer)),
  ),
  ofHttp(
    "everything-is-accepted",
    [
      ...across(["2025-03-26", "2025-11-25"], `${T}#sending-messages-to-the-server/6`),
      "2026-07-28/basic/transports/streamable-http#sending-messages/8",
    ],
    "Answers a notification that it refuses by 202.",
    reply((answer, asked) => (isNote(asked) && answer.status >= 400 ? plain(202) : answer)),
  ),
  ofHttp(
    "json-as-plain-text",
    [
      ...across(["2025-03-26", "2025-06-18"], `${T}#sending-messages-to-the-server/8`),
      "2026-07-28/basic/transports/streamable-http#sending-messages/10",
    ],
    "Sends its answers as text/plain.",
    reply((answer) =>
      answer.headers["content-type"]?.startsWith("application/json")
        ? { ...answer, headers: { ...answer.headers, "content-type": "text/plain" } }
        : answer,
    ),
  ),
  ofHttp(
    "a-page-for-get",
    across(["2025-03-26", "2025-06-18"], `${T}#listening-for-messages-from-the-server/3`),
    "Answers a GET by a JSON document.",
    request((sent) => (sent.method === "GET" ? notServed(sent, '{"status":"up"}') : sent)),
  ),
  ofHttp(
    "responses-on-the-session's-stream",
    [
      `2025-03-26/${T}#listening-for-messages-from-the-server/7`,
      `2025-11-25/${T}#listening-for-messages-from-the-server/6`,
    ],
    "Sends responses on the stream of the GET.",
    { elsewhere: (text) => (isResponse(text) ? "only" : undefined) },
  ),
  ofHttp(
    "progress-on-the-session's-stream",
    [`2025-03-26/${T}#sending-messages-to-the-server/13`, `2025-06-18/${T}#sending-messages-to-the-server/12`],
    "Sends progress on the stream of the GET.",
    { elsewhere: (text) => (/notifications\/progress/.test(text) ? "only" : undefined) },
  ),
  ofHttp(
    "notifications-on-two-streams",
    across(["2025-03-26", "2025-06-18", "2025-11-25"], `${T}#multiple-connections/2`),
    "Sends notifications of a request on the stream of the GET as well.",
    { elsewhere: (text) => (/"method":/.test(text) ? "too" : undefined) },
  ),
  ofHttp(
    "event-ids-by-stream",
    across(["2025-03-26", "2025-06-18", "2025-11-25"], `${T}#resumability-and-redelivery/2`),
    "Counts the ids of events anew on each stream.",
    countedByStream,
  ),
  ofHttp(
    "replay-of-everything",
    [
      ...across(["2025-03-26", "2025-06-18"], `${T}#resumability-and-redelivery/5`),
      `2025-11-25/${T}#resumability-and-redelivery/6`,
    ],
    "Sends again what belongs to other streams when one is resumed.",
    mixedReplay,
  ),
  ofHttp(
    "session-with-spaces",
    across(["2025-03-26", "2025-11-25"], `${T}#session-management/3`),
    "Names a session with a space.",
    () => renamed((count) => `session ${count}`),
  ),
  ofHttp("session-by-number", across(["2025-06-18"], `${T}#session-management/2`), "Counts its sessions.", () =>
    renamed(String),
  ),
  ofHttp(
    "session-missing-is-unauthorized",
    [`2025-03-26/${T}#session-management/5`, `2025-11-25/${T}#session-management/6`],
    "Answers requests that name no session by 401.",
    reply((answer, sent) =>
      answer.status === 400 && field(sent, "mcp-session-id") === undefined ? plain(401) : answer,
    ),
  ),
  ofHttp(
    "session-revived",
    [`2025-03-26/${T}#session-management/6`, `2025-11-25/${T}#session-management/7`],
    "Says that it has deleted a session and goes on with it.",
    request((sent) => (sent.method === "DELETE" ? plain(204) : sent)),
  ),
  ofHttp(
    "ended-session-is-a-bad-request",
    [`2025-06-18/${T}#session-management/6`],
    "Answers in a session that has ended by 400.",
    reply((answer) => (answer.status === 404 ? { ...answer, status: 400 } : answer)),
  ),
  ofHttp(
    "any-version-header",
    across(["2025-06-18", "2025-11-25"], `${T}#protocol-version-header/4`),
    "Does not look at MCP-Protocol-Version in a session.",
    request((sent) => withField(sent, "mcp-protocol-version", undefined)),
  ),
  ofHttp(
    "stream-closed-early",
    [`2025-06-18/${T}#sending-messages-to-the-server/10`, `2025-11-25/${T}#sending-messages-to-the-server/15`],
    "Ends the stream of a request before its response.",
    { event: (event, { method }) => (method === "POST" && isResponse(event) ? "end" : [event]) },
  ),
  ofHttp(
    "stream-never-closed",
    [
      `2025-06-18/${T}#sending-messages-to-the-server/14`,
      `2025-11-25/${T}#sending-messages-to-the-server/19`,
      "2026-07-28/basic/transports/streamable-http#receiving-messages/4",
    ],
    "Leaves the stream open after the response.",
    { lingers: true },
  ),
  ofHttp(
    "no-event-to-begin-with",
    [`2025-11-25/${T}#sending-messages-to-the-server/10`],
    "Begins a stream without an event that is there for its id alone.",
    { event: (event) => (/^data: ?./m.test(event) ? [event] : []) },
  ),
  ofHttp(
    "no-word-when-to-come-back",
    [`2025-11-25/${T}#sending-messages-to-the-server/13`],
    "Never sends a retry field.",
    {
      event: (event) => {
        const rest = event.replace(/^retry:.*\n?/m, "").trimEnd();
        return rest === "" ? [] : [rest];
      },
    },
  ),
  ofHttp(
    "a-lost-connection-cancels",
    [`2025-03-26/${T}#sending-messages-to-the-server/18`, `2025-11-25/${T}#sending-messages-to-the-server/21`],
    "Cancels a request when the connection of its stream is lost.",
    {
      gone: (asked) => {
        const id = asked.method === "POST" ? /"id"\s*:\s*("[^"]*"|\d+)/.exec(asked.body)?.[1] : undefined;
        const body = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`;
        return id === undefined ? undefined : { ...asked, body };
      },
    },
  ),
  ofHttp(
    "everybody-is-alice",
    across(["2025-11-25"], `${T}#security-warning/5`),
    "Lets everybody in, whatever credentials they have.",
    request((sent) => withField(sent, "authorization", "Bearer alice")),
  ),
];
