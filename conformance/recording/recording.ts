import { isObject, member, MODERN, REVISIONS } from "../trace.js";
import type { Json, JsonObject, Revision } from "../trace.js";

/** What HTTP added to an entry. */
export interface HttpDetail {
  /** Which request, or the reply to which: they are counted from 1. */
  readonly exchange: number;
  /** Of a request: its method, and its path without the query. */
  readonly method?: string;
  readonly path?: string;
  /** Of a reply. */
  readonly status?: number;
  /** Names in lower case. On the first entry of a request or reply only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a message in an event stream: the fields of its event. */
  readonly event?: { readonly event?: string; readonly id?: string; readonly retry?: number };
}

/** One thing that crossed: a message, or what is none, or an end. */
export interface Entry {
  /** Milliseconds since the recording began. */
  readonly at: number;
  readonly by: "client" | "server";
  /** A message, or a batch of them. */
  readonly message?: Json;
  /** What stood where a message has to be. */
  readonly raw?: string;
  /** That side has ended its input or output, or (over HTTP) the exchange. */
  readonly end?: true;
  readonly http?: HttpDetail;
}

/** What passed between a client and a server. The format is described in `conformance/README.md`. */
export interface Recording {
  /** The version of the format. */
  readonly recording: 1;
  /** When it began, as ISO 8601. */
  readonly started: string;
  readonly wire: "stdio" | "http";
  readonly entries: readonly Entry[];
}

/** Stands where something was taken out. */
export const REDACTED = "[redacted]";

/** Reads a recording from its text. Throws an error that names the member that is wrong and what was expected. */
export function readRecording(text: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`a recording has to be JSON: ${(error as Error).message}`);
  }
  const expect = (holds: boolean, name: string, what: string) => {
    if (!holds) throw new Error(`a recording's ${name} has to be ${what}`);
  };
  expect(member(value, "recording") === 1, "recording", "1, the version of the format");
  expect(["stdio", "http"].includes(String(member(value, "wire"))), "wire", '"stdio" or "http"');
  const entries = member(value, "entries");
  expect(Array.isArray(entries), "entries", "an array");
  for (const [at, entry] of (entries as readonly Json[]).entries()) {
    const name = `entries[${at}]`;
    expect(isObject(entry), name, "an object");
    expect(typeof member(entry, "at") === "number", `${name}.at`, "a number of milliseconds");
    expect(["client", "server"].includes(String(member(entry, "by"))), `${name}.by`, '"client" or "server"');
    const http = member(entry, "http");
    const counted = http === undefined || Number.isInteger(member(http, "exchange"));
    expect(counted, `${name}.http.exchange`, "the number of an exchange");
  }
  return value as Recording;
}

/** The messages of an entry, those of a batch one by one. */
export function messagesOf({ message }: Entry): readonly Json[] {
  if (message === undefined) return [];
  return Array.isArray(message) ? (message as readonly Json[]) : [message];
}

export const isRequest = (message: Json): message is JsonObject =>
  isObject(message) && Object.hasOwn(message, "method") && Object.hasOwn(message, "id");
export const isResponse = (message: Json): message is JsonObject =>
  isObject(message) && !Object.hasOwn(message, "method") && Object.hasOwn(message, "id");

const META = "io.modelcontextprotocol/";

/** How the conversation was opened: its revision and what the client said of itself. */
export interface Opening {
  readonly revision: Revision;
  readonly capabilities: JsonObject;
}

/**
 * The revision of a recording and its client's capabilities: from the answer to `initialize`, else from the metadata of the
 * first request that names a version. Throws where it has neither.
 */
export function openingOf({ entries }: Recording): Opening {
  const messages = entries.flatMap((entry) => messagesOf(entry).map((message) => ({ by: entry.by, message })));
  for (const { by, message: asked } of messages) {
    if (by !== "client" || member(asked, "method") !== "initialize") continue;
    const id = member(asked, "id");
    const answered = messages.find(({ by, message }) => by === "server" && isResponse(message) && message["id"] === id);
    const revision = known(member(member(answered?.message, "result"), "protocolVersion"));
    const capabilities = member(member(asked, "params"), "capabilities");
    if (revision) return { revision, capabilities: isObject(capabilities) ? capabilities : {} };
  }
  for (const { by, message } of messages) {
    if (by !== "client") continue;
    const meta = member(member(message, "params"), "_meta");
    const revision = known(member(meta, `${META}protocolVersion`));
    if (!revision || !MODERN.includes(revision)) continue;
    const capabilities = member(meta, `${META}clientCapabilities`);
    return { revision, capabilities: isObject(capabilities) ? capabilities : {} };
  }
  throw new Error(
    "the recording names no known revision: neither an answer to initialize nor a request's metadata does",
  );
}

const known = (version: Json | undefined): Revision | undefined => REVISIONS.find((one) => one === version);

/** A message without the metadata that the runner's dress gives it. */
export function undressed(message: Json): Json {
  const params = member(message, "params");
  const meta = member(params, "_meta");
  if (!isObject(message) || !isObject(params) || !isObject(meta)) return message;
  const given = ["protocolVersion", "clientInfo", "clientCapabilities"].map((name) => `${META}${name}`);
  const rest = Object.fromEntries(Object.entries(meta).filter(([name]) => !given.includes(name)));
  const { _meta, ...others } = params;
  return { ...message, params: Object.keys(rest).length > 0 ? { ...others, _meta: rest } : others };
}
