import { Failure } from "../failure.js";
import { isObject, member } from "../trace.js";
import type { Json, Revision } from "../trace.js";
import { answersNothing, malformed, messages, repeatsToken, wrongForm } from "../unasked.js";
import { isModern, versionOf } from "./default-answers.js";
import { isHttp } from "./trace.js";
import type { ClientWire } from "./trace.js";
import type { Exchange } from "./wires/wire.js";

/** What the suite has asked of the client. */
export interface Question {
  readonly method: string;
  readonly token: Json | undefined;
  progress: number;
  open: boolean;
}

/** What is known of a conversation, to hold each message of the client against it. */
export class Watch {
  readonly #ids = new Set<string>();
  readonly #open = new Map<string, string | undefined>();
  readonly #sent = new Map<string, string>();
  readonly #questions = new Map<string, Question>();
  /** When the client sent what it may not send all the time, by method. */
  readonly #times = new Map<string, number[]>();
  /** What the client declared, by `initialize` or in the last request. */
  declared: Json | undefined;
  /** What the server declared in a handshake that the suite played. */
  offered: Json | undefined;
  sessionId: string | undefined;
  /** The version that was agreed on, once it was. */
  agreed: string | undefined;

  constructor(
    readonly revision: Revision,
    readonly wire: ClientWire,
  ) {}

  /** The client ended the connection: what was open on it is not answered any more, and ids may begin anew. */
  ended(): void {
    this.#open.clear();
    this.#ids.clear();
  }

  /** A new connection or session: ids begin anew. */
  restart(): void {
    this.#ids.clear();
    this.#open.clear();
    this.#sent.clear();
    this.#questions.clear();
    [this.agreed, this.sessionId, this.offered] = [undefined, undefined, undefined];
  }

  /** Notes what the server sends. */
  sends(message: Json): void {
    const [id, method] = [member(message, "id"), member(message, "method")];
    const key = JSON.stringify(id ?? null);
    if (typeof method !== "string") return void this.#open.delete(key);
    const given = member(message, "params");
    if (method === "notifications/cancelled") {
      const asked = this.#questions.get(JSON.stringify(member(given, "requestId") ?? null));
      if (asked) asked.open = false;
    }
    const token = member(member(given, "_meta"), "progressToken");
    if (id !== undefined) this.#questions.set(key, { method, token, progress: -Infinity, open: true });
  }

  /** The question that a response answers. */
  questionOf(message: Json): Question | undefined {
    return this.#questions.get(JSON.stringify(member(message, "id") ?? null));
  }

  /** The rules that a message breaks. */
  breaches(message: Json): readonly Failure[] {
    const form = wrongForm(message, this.revision);
    const found = member(message, "method") === undefined ? this.#ofResponse(message) : this.#ofCall(message);
    return [...(form ? [form] : []), ...found];
  }

  #ofResponse(message: Json): readonly Failure[] {
    const { revision, wire } = this;
    if (isModern(revision)) {
      const id = isHttp(wire)
        ? `${revision}/basic/transports/streamable-http#sending-messages/6`
        : `${revision}/basic/transports/stdio#sending-messages/1`;
      return [malformed("a response, which this revision has no requests for", "requests alone", message, [id])];
    }
    const id = member(message, "id");
    const unreadable = (id === undefined || id === null) && member(message, "error") !== undefined;
    const asked = this.questionOf(message);
    if (asked === undefined) return unreadable ? [] : [answersNothing(message, revision)];
    // What became a task may still be told of.
    if (member(member(message, "result"), "task") === undefined) asked.open = false;
    const [kind, capability] = ANSWERED[asked.method] ?? [];
    if (kind === undefined || capability === undefined || member(message, "error") !== undefined) return [];
    if (member(this.declared, capability) !== undefined) return [];
    return [
      malformed(`${capability} is served, which the client did not declare`, "an error", message, [
        `${revision}/client/${kind}#capabilities/1`,
      ]),
    ];
  }

  #ofCall(message: Json): readonly Failure[] {
    const { revision } = this;
    const [id, method, params] = [member(message, "id"), String(member(message, "method")), member(message, "params")];
    const found: Failure[] = [];
    const breach = (reason: string, expected: string, ids: readonly string[]) =>
      found.push(malformed(reason, expected, message, ids));
    if (method === "initialize") this.#ids.clear();
    found.push(...wrongKeys(params, message, revision));
    if (id !== undefined && id !== null) {
      const key = JSON.stringify(id);
      const used = isModern(revision) ? this.#open.has(key) : this.#ids.has(key);
      if (used) breach("an id that was used before", "an id of its own", [`${messages(revision)}#requests/3`]);
      const token = JSON.stringify(member(member(params, "_meta"), "progressToken")) as string | undefined;
      if (token !== undefined && [...this.#open.values()].includes(token)) found.push(repeatsToken(message, revision));
      this.#ids.add(key);
      this.#open.set(key, token);
      this.#sent.set(key, method);
    }
    this.#floods(method, breach);
    if (method === "notifications/cancelled") this.#cancels(message, breach);
    if (method === "notifications/progress") this.#reports(params, breach);
    if (isModern(revision) && id !== undefined && versionOf(message) === revision) this.#declares(params, breach);
    if (method === "initialize") this.declared = member(params, "capabilities");
    if (!isModern(revision) && this.offered !== undefined) this.#uses(method, breach);
    return found;
  }

  /** Pings and progress come at a bounded rate: so many in a second are too many by any measure. */
  #floods(method: string, breach: Breach): void {
    const most = MOST_IN_A_SECOND[method];
    if (most === undefined) return;
    const now = performance.now();
    const times = [...(this.#times.get(method) ?? []).filter((at) => at > now - 1_000), now];
    this.#times.set(method, times);
    const base = `${this.revision}/basic/${isModern(this.revision) ? "patterns" : "utilities"}`;
    const page =
      method === "ping" ? `${base}/ping#implementation-considerations/4` : `${base}/progress#implementation-notes/2`;
    if (times.length > most) breach(`${times.length} × ${method} in a second`, `at most ${most}`, [page]);
  }

  #cancels(message: Json, breach: Breach): void {
    const id = member(member(message, "params"), "requestId") ?? null;
    const sent = this.#sent.get(JSON.stringify(id));
    const page = `${this.revision}/basic/${isModern(this.revision) ? "patterns" : "utilities"}/cancellation`;
    if (sent === undefined)
      breach("a cancellation of what was never asked", "a request of its own", [`${page}#behavior-requirements/1.1`]);
    if (sent === "initialize")
      breach("a cancellation of initialize", "another request", [`${page}#behavior-requirements/2`]);
  }

  #reports(params: Json | undefined, breach: Breach): void {
    const { revision } = this;
    const token = JSON.stringify(member(params, "progressToken"));
    const progress = Number(member(params, "progress"));
    const page = `${revision}/basic/${isModern(revision) ? "patterns" : "utilities"}/progress`;
    const asked = [...this.#questions.values()].find((one) => JSON.stringify(one.token) === token);
    if (!asked) {
      breach("progress with a token that nobody gave", "a token of an open request", [
        `${page}#behavior-requirements/1.1`,
      ]);
      return;
    }
    if (!asked.open)
      breach("progress of what has ended", "silence", [
        `${page}#behavior-requirements/1.2`,
        `${page}#implementation-notes/3`,
      ]);
    if (progress <= asked.progress)
      breach("progress that does not grow", "a greater value", [`${page}#progress-flow/4`]);
    asked.progress = progress;
  }

  #declares(params: Json | undefined, breach: Breach): void {
    const meta = member(params, "_meta");
    this.declared = member(meta, "io.modelcontextprotocol/clientCapabilities");
    if (this.declared === undefined)
      breach("a request without the client's capabilities", "io.modelcontextprotocol/clientCapabilities", [
        `${this.revision}/basic/index#meta/7`,
      ]);
  }

  #uses(method: string, breach: Breach): void {
    const { revision, offered } = this;
    const needed = NEEDED.find(([pattern]) => pattern.test(method))?.[1];
    const first = needed?.[0];
    if (needed === undefined || first === undefined || (revision === "2024-11-05" && first === "completions")) return;
    const found = needed.reduce<Json | undefined>((value, name) => member(value, name), offered);
    if (found === undefined || found === false)
      breach(`${needed.join(".")} is used, which the server did not declare`, `no ${method}`, [
        `${revision}/basic/lifecycle#operation/1.2`,
      ]);
  }
}

const MOST_IN_A_SECOND: Readonly<Record<string, number>> = { ping: 20, "notifications/progress": 100 };

type Breach = (reason: string, expected: string, ids: readonly string[]) => unknown;

/** What a client serves, the page about it, and its capability. */
const ANSWERED: Readonly<Record<string, readonly [string, string]>> = {
  "roots/list": ["roots", "roots"],
  "sampling/createMessage": ["sampling", "sampling"],
  "elicitation/create": ["elicitation", "elicitation"],
};

const NEEDED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^tools\//, ["tools"]],
  [/^prompts\//, ["prompts"]],
  [/^resources\/(un)?subscribe$/, ["resources", "subscribe"]],
  [/^resources\//, ["resources"]],
  [/^logging\//, ["logging"]],
  [/^completion\//, ["completions"]],
];

const KEYED: readonly Revision[] = ["2025-06-18", "2025-11-25", "2026-07-28"];
const LABEL = "[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const PREFIX = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, "u");

/** Keys of `_meta` that the naming rules do not allow. */
function wrongKeys(params: Json | undefined, message: Json, revision: Revision): readonly Failure[] {
  const meta = member(params, "_meta");
  if (!KEYED.includes(revision) || !isObject(meta)) return [];
  return Object.keys(meta).flatMap((key) => {
    const slash = key.indexOf("/");
    const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
    const ids: string[] = [];
    if (prefix !== undefined && !PREFIX.test(prefix))
      ids.push(`${revision}/basic/index#meta/2`, `${revision}/basic/index#meta/3`);
    if (!/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.test(name))
      ids.push(`${revision}/basic/index#meta/${revision === "2025-06-18" ? 4 : 5}`);
    return ids.length === 0 ? [] : [malformed(`the _meta key ${key}`, "a key as the naming rules allow", message, ids)];
  });
}

/** Versions that the client repeats in a header. */
const WITH_HEADER: readonly string[] = ["2025-06-18", "2025-11-25"];

/** The rules that the HTTP request which brought a message breaks. */
export function headerBreaches(message: Json, exchange: Exchange, watch: Watch): readonly Failure[] {
  const { revision, wire, agreed, sessionId } = watch;
  if (!isHttp(wire) || revision === "2024-11-05") return [];
  const found: Failure[] = [];
  const breach = (name: string, expected: string, ids: readonly string[]) =>
    found.push(new Failure(`HTTP header ${name} differs`, expected, String(exchange.headers[name] ?? "nothing"), ids));
  const page = isModern(revision)
    ? `${revision}/basic/transports/streamable-http#sending-messages`
    : `${revision}/basic/transports#sending-messages-to-the-server`;
  const accept = (exchange.headers["accept"] ?? "").toLowerCase();
  for (const type of ["application/json", "text/event-stream"])
    if (!accept.includes(type)) breach("accept", type, [`${page}/3`]);
  const method = member(message, "method");
  if (isModern(revision)) {
    if (versionOf(message) === revision) found.push(...modernBreaches(message, exchange, revision));
    return found;
  }
  if (method === "initialize" || agreed === undefined) return found;
  const section = revision === "2025-11-25" ? "session-management/5" : "session-management/4";
  if (sessionId !== undefined && exchange.headers["mcp-session-id"] !== sessionId)
    breach("mcp-session-id", sessionId, [`${revision}/basic/transports#${section}`]);
  if (WITH_HEADER.includes(agreed) && exchange.headers["mcp-protocol-version"] !== agreed)
    breach(
      "mcp-protocol-version",
      agreed,
      exchange.headers["mcp-protocol-version"] === undefined
        ? [
            `${revision}/basic/transports#protocol-version-header/1`,
            `${revision}/basic/lifecycle#version-negotiation/7`,
          ]
        : [`${revision}/basic/transports#protocol-version-header/2`],
    );
  return found;
}

const NAMES: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

function modernBreaches(message: Json, { headers }: Exchange, revision: Revision): readonly Failure[] {
  const page = `${revision}/basic/transports/streamable-http`;
  const found: Failure[] = [];
  const demand = (name: string, value: string, ids: readonly string[]) => {
    if (headers[name] !== value)
      found.push(new Failure(`HTTP header ${name} differs`, value, String(headers[name] ?? "nothing"), ids));
  };
  const version = headers["mcp-protocol-version"] === undefined ? 1 : 2;
  demand("mcp-protocol-version", revision, [`${page}#protocol-version-header/${version}`]);
  const method = String(member(message, "method"));
  demand("mcp-method", method, [`${page}#sending-messages/4`, `${page}#standard-request-headers/1`]);
  const source = Object.hasOwn(NAMES, method) ? NAMES[method] : undefined;
  const name = source === undefined ? undefined : member(member(message, "params"), source);
  if (typeof name === "string" && decodeHeader(headers["mcp-name"]) !== name)
    demand("mcp-name", name, [`${page}#sending-messages/4`, `${page}#standard-request-headers/1`]);
  return found;
}

/** What a mirrored header says, read back from the Base64 form where it is in it. */
function decodeHeader(value: string | undefined): string | undefined {
  const [, encoded] = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value ?? "") ?? [];
  return encoded === undefined ? value : Buffer.from(encoded, "base64").toString("utf8");
}
