import { readChallenges } from "../../challenge.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject, Revision } from "../../trace.js";
import { ofHttp } from "../mutant.js";
import type { HttpAnswer, HttpMutation, HttpRequest, Mutant } from "../mutant.js";

const OLD: Revision = "2025-03-26";
const RECENT: readonly Revision[] = ["2025-06-18", "2025-11-25", "2026-07-28"];
const LATEST = RECENT.slice(1);

/** The ids of a statement of the authorization pages; `page`: where it stands since they are several. */
const ids = (revisions: readonly Revision[], statement: string, page = "index"): readonly string[] =>
  revisions.map((one) => `${one}/basic/authorization${one === "2026-07-28" ? `/${page}` : ""}#${statement}`);
const DISCOVERY = "authorization-server-discovery";
const CONSIDERATIONS = "security-considerations";
const PRACTICE = "security/security_best_practices#mitigation";

const isMetadata = ({ path }: HttpRequest): boolean => path.startsWith("/.well-known/oauth-protected-resource");
const tokenOf = ({ headers }: HttpRequest): string | undefined =>
  /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
const withToken = (request: HttpRequest, token: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});

function partOf(token: string | undefined, at: 0 | 1): Json {
  try {
    return JSON.parse(Buffer.from(token?.split(".")[at] ?? "", "base64url").toString()) as Json;
  } catch {
    return null;
  }
}
const claim = (request: HttpRequest, name: string): Json | undefined => member(partOf(tokenOf(request), 1), name);
const isExpired = (request: HttpRequest): boolean => Number(claim(request, "exp")) < Date.now() / 1_000;

/** Lets through, with the last token that was good, what `picks` picks. */
function admits(picks: (request: HttpRequest, good: string) => boolean): () => HttpMutation {
  return () => {
    let good: string | undefined;
    return {
      request: (sent) => (good !== undefined && picks(sent, good) ? withToken(sent, good) : sent),
      reply: (answer, sent) => {
        const token = tokenOf(sent);
        if (answer.status < 400 && token !== undefined && !picks(sent, token)) good ??= token;
        return answer;
      },
    };
  };
}

const metadata = (change: (document: JsonObject) => JsonObject): HttpMutation => ({
  reply: (answer, request) => {
    const document = isMetadata(request) && answer.status === 200 ? (JSON.parse(answer.body) as Json) : null;
    return isObject(document) ? { ...answer, body: JSON.stringify(change(document)) } : answer;
  },
});

const status = (from: number, to: number): HttpMutation => ({
  reply: (answer) => (answer.status === from ? { ...answer, status: to } : answer),
});

/** Changes the parameters of the challenge in answers of a status; undefined leaves the challenge out. */
const challenge = (
  of: number,
  change: (params: Readonly<Record<string, string>>) => Readonly<Record<string, string | undefined>> | undefined,
): HttpMutation => ({
  reply: (answer) => {
    const { "www-authenticate": field, ...headers } = answer.headers;
    if (answer.status !== of || field === undefined) return answer;
    const params = change(readChallenges(field)[0]?.params ?? {});
    if (params === undefined) return { ...answer, headers };
    const written = Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}="${value}"`],
    );
    return { ...answer, headers: { ...headers, "www-authenticate": `Bearer ${written.join(", ")}`.trim() } };
  },
});
const param = (of: number, name: string, value: string | undefined) =>
  challenge(of, (params) => ({ ...params, [name]: value }));

const nowhere = (request: HttpRequest): HttpRequest | HttpAnswer =>
  isMetadata(request) ? { status: 404, headers: {}, body: "" } : request;

/** Refuses good tokens that `picks` picks. */
const refuses = (code: number, picks: (request: HttpRequest) => boolean): HttpMutation => ({
  request: (sent) =>
    picks(sent) ? { status: code, headers: { "www-authenticate": 'Bearer error="invalid_token"' }, body: "" } : sent,
});

/** A token in the query counts as one in the header. */
const fromQuery: HttpMutation = {
  request: (sent) => {
    const url = new URL(sent.path, "http://front");
    const token = url.searchParams.get("access_token");
    url.searchParams.delete("access_token");
    return token === null ? sent : withToken({ ...sent, path: url.pathname + url.search }, token);
  },
};

/** Whoever presents a session is taken for who opened it. */
function sessionsAsProof(): HttpMutation {
  const openers = new Map<string, string>();
  return {
    request: (sent) => {
      const opener = openers.get(sent.headers["mcp-session-id"] ?? "");
      return opener === undefined || tokenOf(sent) === undefined ? sent : withToken(sent, opener);
    },
    reply: (answer, sent) => {
      const [id, token] = [answer.headers["mcp-session-id"], tokenOf(sent)];
      if (id !== undefined && token !== undefined && !openers.has(id)) openers.set(id, token);
      return answer;
    },
  };
}

/** Says 401, and says what was asked for all the same. */
function tellsAll(): HttpMutation {
  const admitting = admits((request) => claim(request, "aud") === "https://other.example/mcp")();
  return {
    ...admitting,
    reply: (answer, sent) => {
      const known = admitting.reply!(answer, sent);
      const isOther = claim(sent, "aud") === "https://other.example/mcp";
      return isOther && answer.status === 200 && answer.body !== ""
        ? { ...known, status: 401, headers: { ...known.headers, "www-authenticate": "Bearer" } }
        : known;
    },
  };
}

const BOTH = ["http", "sse"] as const;
const of = (name: string, breaks: readonly string[], does: string, http: HttpMutation | (() => HttpMutation)): Mutant =>
  ofHttp(name, breaks, does, http, BOTH);
const overHttp = (name: string, breaks: readonly string[], does: string, http: HttpMutation | (() => HttpMutation)) =>
  ofHttp(name, breaks, does, http);
const SCOPES = "runtime-insufficient-scope-errors";
const WAYS = "protected-resource-metadata-discovery-requirements";

const ofTokens: readonly Mutant[] = [
  of(
    "expired-token-taken",
    [...ids([OLD], "token-handling/3"), ...ids(RECENT, "token-handling/4")],
    "Takes a token that has expired.",
    admits(isExpired),
  ),
  of(
    "tokens-for-ever",
    ids([OLD], "security-considerations/3"),
    "Does not look at the time at which a token ends.",
    admits(isExpired),
  ),
  of(
    "signature-unchecked",
    ids([OLD, ...RECENT], "token-handling/1"),
    "Takes a token with another signature.",
    admits((request, good) => {
      const token = tokenOf(request);
      return token !== good && token?.split(".")[1] === good.split(".")[1];
    }),
  ),
  of(
    "unsigned-token-taken",
    ids(RECENT, "access-token-privilege-restriction/2", CONSIDERATIONS),
    'Takes a token of the algorithm "none".',
    admits((request) => member(partOf(tokenOf(request), 0), "alg") === "none"),
  ),
  of(
    "token-of-another-server-taken",
    ids(RECENT, "token-handling/2"),
    "Takes a token whose audience is another server.",
    admits((request) => claim(request, "aud") === "https://other.example/mcp"),
  ),
  of(
    "token-for-nobody-taken",
    ids(RECENT, "access-token-privilege-restriction/3", CONSIDERATIONS),
    "Takes a token without an audience.",
    admits((request) => claim(request, "iss") !== undefined && claim(request, "aud") === undefined),
  ),
  of(
    "audience-unchecked",
    [
      ...ids(RECENT, "token-handling/7"),
      ...ids(LATEST, "token-handling/6"),
      ...ids(RECENT, "token-audience-binding-and-validation/2", CONSIDERATIONS),
      `${PRACTICE}/2`,
    ],
    "Takes every token of the issuer, for whomever it is.",
    admits((request, good) => tokenOf(request) !== good && claim(request, "iss") !== undefined && !isExpired(request)),
  ),
  overHttp(
    "unauthorized-with-an-answer",
    ids(RECENT, "access-token-privilege-restriction/1", CONSIDERATIONS),
    "Works on a request before it looks at the token, and sends the answer with 401.",
    tellsAll,
  ),
  of(
    "token-in-the-query-taken",
    ids([OLD, ...RECENT], "token-requirements/1"),
    "Takes a token from the query.",
    fromQuery,
  ),
  of(
    "scheme-in-one-case",
    ids(RECENT, "token-requirements/1"),
    "Knows the scheme Bearer in one case alone.",
    refuses(
      401,
      ({ headers }) => /^bearer /i.test(headers["authorization"] ?? "") && !/^Bearer/.test(headers["authorization"]!),
    ),
  ),
  of(
    "capitals-are-others",
    ids(RECENT, "canonical-server-uri/2"),
    "Refuses a token whose audience has a scheme in capitals.",
    refuses(401, (request) => /^[A-Z]+:/.test(String(claim(request, "aud")))),
  ),
  overHttp(
    "only-the-first-needs-it",
    [...ids([OLD], "example-authorization-code-grant/1"), `${PRACTICE}/9`],
    "Wants no token in a session that was opened with one.",
    admits((request) => tokenOf(request) === undefined && request.headers["mcp-session-id"] !== undefined),
  ),
  of(
    "only-posts-are-verified",
    [`${PRACTICE}/8`],
    "Wants no token for a GET.",
    admits((request) => request.method === "GET" && tokenOf(request) === undefined && !isMetadata(request)),
  ),
  overHttp("session-as-proof", [`${PRACTICE}/11`], "Takes who presents a session for who opened it.", sessionsAsProof),
  overHttp(
    "scopes-unchecked",
    ids([OLD, ...RECENT], "error-handling/1.2"),
    "Lets a token do what its scope does not allow.",
    admits((request) => claim(request, "scope") === "files:read"),
  ),
  overHttp(
    "scopes-word-by-word",
    ids(["2026-07-28"], "step-up-authorization-flow/6"),
    "Refuses a broad scope where the tool names a narrow one.",
    refuses(403, (request) => claim(request, "scope") === "files:admin" && request.body.includes("tools/call")),
  ),
];

const ofAnswers: readonly Mutant[] = [
  of(
    "forbidden-without-a-token",
    ids([OLD, ...RECENT], "error-handling/1.1"),
    "Answers 403 where a token is missing.",
    status(401, 403),
  ),
  of(
    "unauthorized-without-a-challenge",
    [...ids([OLD], "token-handling/2"), ...ids(RECENT, "token-handling/3")],
    "Leaves WWW-Authenticate out of a 401.",
    challenge(401, () => undefined),
  ),
  of(
    "malformed-is-unauthorized",
    ids([OLD, ...RECENT], "error-handling/1.3"),
    "Answers 401 to credentials that cannot be read.",
    status(400, 401),
  ),
  overHttp(
    "too-narrow-is-unauthorized",
    ids(LATEST, `${SCOPES}/1.1`),
    "Answers 401 where a scope lacks.",
    status(403, 401),
  ),
  overHttp(
    "too-narrow-without-a-challenge",
    ids(LATEST, `${SCOPES}/1.2`),
    "Leaves WWW-Authenticate out of a 403.",
    challenge(403, () => undefined),
  ),
  overHttp(
    "too-narrow-is-invalid",
    ids(LATEST, `${SCOPES}/1.3`),
    "Calls a token invalid that is too narrow.",
    param(403, "error", "invalid_token"),
  ),
  overHttp(
    "scopes-untold",
    ids(LATEST, `${SCOPES}/1.4`),
    "Does not tell which scope lacks.",
    param(403, "scope", undefined),
  ),
  overHttp(
    "forbidden-without-metadata",
    ids(LATEST, `${SCOPES}/1.5`),
    "Leaves resource_metadata out of a 403.",
    param(403, "resource_metadata", undefined),
  ),
  overHttp(
    "scope-that-it-has",
    ids(LATEST, `${SCOPES}/2`),
    "Names the scope that the token has, and not the one that lacks.",
    param(403, "scope", "files:read"),
  ),
  overHttp(
    "one-scope-of-two",
    ids(["2026-07-28"], `${SCOPES}/3`),
    "Names the scope that lacks alone, so that the next token has not the other one.",
    param(403, "scope", "files:write"),
  ),
  of(
    "scopes-untold-at-first",
    [...ids(["2025-11-25"], `${WAYS}/3`), ...ids(["2026-07-28"], "scope-selection-strategy/1")],
    "Does not tell in a 401 which scopes are needed.",
    param(401, "scope", undefined),
  ),
  overHttp(
    "refresh-token-wanted",
    ids(["2026-07-28"], "refresh-tokens/5"),
    "Asks for offline_access.",
    param(401, "scope", "files:read offline_access"),
  ),
];

const ofMetadata: readonly Mutant[] = [
  of(
    "no-metadata",
    [...ids(["2025-06-18"], "overview/3"), ...ids(LATEST, "overview/4")],
    "Has no metadata where it says that they are.",
    { request: nowhere },
  ),
  of("metadata-of-another", ids(RECENT, "authorization-server-location/1", DISCOVERY), "Names another resource.", {
    ...metadata((document) => ({ ...document, resource: "https://other.example/mcp" })),
  }),
  of(
    "no-authorization-servers",
    ids(RECENT, "authorization-server-location/2", DISCOVERY),
    "Has metadata without authorization_servers.",
    metadata(({ authorization_servers: _, ...rest }) => rest),
  ),
  of(
    "no-authorization-server",
    ids(RECENT, "authorization-server-location/2", DISCOVERY),
    "Has an empty list of authorization servers.",
    metadata((document) => ({ ...document, authorization_servers: [] })),
  ),
  of(
    "challenge-without-metadata",
    ids(["2025-06-18"], "authorization-server-location/3"),
    "Leaves resource_metadata out of a 401.",
    param(401, "resource_metadata", undefined),
  ),
  of(
    "metadata-nowhere",
    ["1.1", "1.2", "1.3", "1.4"].flatMap((way) => ids(LATEST, `${WAYS}/${way}`, DISCOVERY)),
    "Neither tells where its metadata lies nor has any where they are looked for.",
    {
      ...param(401, "resource_metadata", undefined),
      request: nowhere,
    },
  ),
  of(
    "resource-with-a-slash",
    ids(RECENT, "canonical-server-uri/3"),
    "Writes its URI with a slash at its end.",
    metadata((document) => ({ ...document, resource: `${String(document["resource"])}/` })),
  ),
  overHttp(
    "scope-for-refresh-tokens",
    ids(["2026-07-28"], "refresh-tokens/5"),
    "Lists offline_access among its scopes.",
    metadata((document) => ({ ...document, scopes_supported: ["files:read", "offline_access"] })),
  ),
];

export const ofAuthorization: readonly Mutant[] = [...ofTokens, ...ofAnswers, ...ofMetadata];
