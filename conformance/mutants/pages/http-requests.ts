import { ofHttp } from "../mutant.js";
import type { HttpAnswer, HttpMutation, HttpRequest, Mutant } from "../mutant.js";

const page = "2026-07-28/basic/transports/streamable-http";
const withField = (request: HttpRequest, name: string, value: string | undefined): HttpRequest => {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers: value === undefined ? headers : { ...headers, [name]: value } };
};
const VERSION = "io.modelcontextprotocol/protocolVersion";
interface Sent {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly uri?: string;
    readonly _meta?: Record<string, unknown>;
  } & Record<string, unknown>;
}
function read({ body }: HttpRequest): Sent {
  try {
    return (JSON.parse(body) as Sent | null) ?? {};
  } catch {
    return {};
  }
}
const request = (change: NonNullable<HttpMutation["request"]>): HttpMutation => ({ request: change });
const reply = (change: NonNullable<HttpMutation["reply"]>): HttpMutation => ({ reply: change });
const code = ({ body }: HttpAnswer): number => Number(/"code":\s*(-?\d+)/.exec(body)?.[1]);
const recode = (from: number, to: number) =>
  reply((answer) =>
    code(answer) === from ? { ...answer, body: answer.body.replace(`"code":${from}`, `"code":${to}`) } : answer,
  );
const restatus = (of: number, status: number) =>
  reply((answer) => (code(answer) === of ? { ...answer, status } : answer));
const refusal = (sent: HttpRequest): HttpAnswer => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: read(sent).id ?? null,
    error: { code: -32020, message: "Header mismatch" },
  }),
});
const paramFields = (sent: HttpRequest): readonly string[] =>
  Object.keys(sent.headers).filter((name) => name.startsWith("mcp-param-"));
const argumentsOf = (sent: HttpRequest): Record<string, unknown> =>
  (read(sent).params?.["arguments"] as Record<string, unknown> | undefined) ?? {};

/** Parameter headers as the body would have them. */
function repaired(sent: HttpRequest, of: (name: string) => boolean = () => true): HttpRequest {
  const given = Object.entries(argumentsOf(sent)).filter(([, value]) => value !== null && typeof value !== "object");
  return given.reduce((one, [name, value]) => {
    const text = String(value);
    const encoded = /^[\x21-\x7e]+$/.test(text) ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
    return of(name) ? withField(one, `mcp-param-${name}`, encoded) : one;
  }, sent);
}
const encoded = (text: string | undefined): string | undefined =>
  text === undefined || /^[\x21-\x7e]+$/.test(text) ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;

/** basic/transports/streamable-http of 2026-07-28, and what basic/index says of HTTP. */
export const ofHttpRequests: readonly Mutant[] = [
  ofHttp(
    "any-origin-in-the-modern-era",
    [`${page}#security-endpoint/1`],
    "Does not look at Origin.",
    request((sent) => withField(sent, "origin", undefined)),
  ),
  ofHttp(
    "version-header-unchecked",
    [`${page}#protocol-version-header/3`],
    "Goes by the version in _meta, whatever the header says.",
    request((sent) => {
      const version = read(sent).params?._meta?.[VERSION];
      return typeof version === "string" ? withField(sent, "mcp-protocol-version", version) : sent;
    }),
  ),
  ofHttp(
    "unknown-version-with-200",
    [`${page}#protocol-version-header/4`],
    "Refuses a version that it does not serve with status 200.",
    restatus(-32022, 200),
  ),
  ofHttp(
    "unknown-method-with-200",
    [`${page}#protocol-version-header/5`],
    "Refuses an unknown method with status 200.",
    restatus(-32601, 200),
  ),
  ofHttp(
    "method-header-unchecked",
    [`${page}#server-validation/1`],
    "Does not hold Mcp-Method against the body.",
    request((sent) => {
      const { method } = read(sent);
      return method !== undefined && sent.headers["mcp-method"] !== undefined
        ? withField(sent, "mcp-method", method)
        : sent;
    }),
  ),
  ofHttp(
    "missing-headers-made-up",
    [`${page}#server-validation/3.1`],
    "Takes a request without Mcp-Method or Mcp-Name.",
    request((sent) => {
      const { method, params } = read(sent);
      if (method === undefined || sent.headers["mcp-protocol-version"] !== "2026-07-28") return sent;
      const named = withField(sent, "mcp-method", sent.headers["mcp-method"] ?? method);
      const target = method === "resources/read" ? params?.uri : params?.name;
      const needs = ["tools/call", "prompts/get", "resources/read"].includes(method);
      return needs ? withField(named, "mcp-name", sent.headers["mcp-name"] ?? encoded(target)) : named;
    }),
  ),
  ofHttp(
    "names-not-decoded",
    [`${page}#server-validation/4`, `${page}#value-encoding/6`],
    "Compares Mcp-Name with the body as it stands, encoded or not.",
    request((sent) => (sent.headers["mcp-name"]?.startsWith("=?base64?") ? refusal(sent) : sent)),
  ),
  ofHttp(
    "params-not-decoded",
    [`${page}#value-encoding/5`, `${page}#server-behavior-for-custom-headers/3`],
    "Compares Mcp-Param headers with the body as they stand, encoded or not.",
    request((sent) =>
      paramFields(sent).some((name) => sent.headers[name]?.startsWith("=?base64?")) ? refusal(sent) : sent,
    ),
  ),
  ofHttp(
    "markers-in-capitals",
    [`${page}#value-encoding/4`],
    "Understands the Base64 markers in any case.",
    request((sent) =>
      Object.entries(sent.headers).reduce(
        (one, [name, value]) => withField(one, name, value.replace(/^=\?base64\?/i, "=?base64?")),
        sent,
      ),
    ),
  ),
  ofHttp(
    "mismatch-is-invalid-params",
    [`${page}#server-behavior-for-custom-headers/4`],
    "Refuses a parameter header by -32602.",
    recode(-32020, -32602),
  ),
  ofHttp(
    "odd-characters-pass",
    [`${page}#server-behavior-for-custom-headers/2`],
    "Takes a parameter header with characters that are not allowed.",
    request((sent) =>
      paramFields(sent).length > 0 ? repaired(sent, (name) => `mcp-param-${name}` in sent.headers) : sent,
    ),
  ),
  ofHttp(
    "null-wants-a-header",
    [`${page}#server-behavior-for-custom-headers/6`],
    "Refuses a call whose null parameter has no header.",
    request((sent) => (Object.values(argumentsOf(sent)).includes(null) ? refusal(sent) : sent)),
  ),
  ofHttp(
    "absence-wants-a-header",
    [`${page}#server-behavior-for-custom-headers/7`],
    "Refuses a call of a tool with annotations that has no parameter header.",
    request((sent) =>
      read(sent).params?.name === "test_x_mcp_header" && paramFields(sent).length === 0 ? refusal(sent) : sent,
    ),
  ),
  ofHttp(
    "headers-not-missed",
    [`${page}#server-behavior-for-custom-headers/8`, `${page}#server-behavior-for-custom-headers/5`],
    "Takes a call whose annotated parameter is in the body and in no header.",
    request((sent) =>
      read(sent).method === "tools/call" ? repaired(sent, (name) => !(`mcp-param-${name}` in sent.headers)) : sent,
    ),
  ),
  ofHttp(
    "other-news-on-the-stream",
    [`${page}#receiving-messages/2`],
    "Announces changes of its tools on the stream of a call.",
    {
      event: (event, { body }) =>
        /"tools\/call"/.test(body) && /"result":/.test(event)
          ? ['event: message\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}', event]
          : [event],
    },
  ),
  ofHttp(
    "questions-on-the-stream",
    [`${page}#receiving-messages/3`],
    "Asks the client by a request on the stream of a call.",
    {
      event: (event, { body }) =>
        /"tools\/call"/.test(body) && /"result":/.test(event)
          ? ['event: message\ndata: {"jsonrpc":"2.0","id":"q","method":"ping"}', event]
          : [event],
    },
  ),
  ofHttp(
    "streams-are-buffered",
    [`${page}#receiving-messages/5`],
    "Does not say X-Accel-Buffering: no.",
    reply((answer) => {
      const { "x-accel-buffering": _, ...headers } = answer.headers;
      return { ...answer, headers };
    }),
  ),
  ofHttp(
    "a-session-nobody-asked-for",
    [`${page}#earlier-streamable-http-revisions/1.2`],
    "Gives every client a session id.",
    reply((answer) => ({ ...answer, headers: { ...answer.headers, "mcp-session-id": "s-4711" } })),
  ),
  ofHttp(
    "minds-last-event-id",
    [`${page}#earlier-streamable-http-revisions/1.3`],
    "Refuses a request with Last-Event-ID.",
    request((sent) => (sent.headers["last-event-id"] !== undefined && sent.method === "POST" ? refusal(sent) : sent)),
  ),
  ofHttp(
    "missing-metadata-with-200",
    ["2026-07-28/basic/index#meta/9"],
    "Refuses a request without the metadata that it needs with status 200.",
    restatus(-32602, 200),
  ),
  ofHttp(
    "numbers-compared-as-text",
    [`${page}#server-validation/2`],
    "Compares integers with their headers letter by letter.",
    request((sent) => {
      const given = argumentsOf(sent);
      const differs = Object.entries(given).some(([name, value]) => {
        const header = sent.headers[`mcp-param-${name}`];
        return typeof value === "number" && header !== undefined && header !== String(value);
      });
      return differs ? refusal(sent) : sent;
    }),
  ),
];
