import { CallFailed, connectionClosed, type CallFailedCode } from "../protocol/call-failed.js";
import { messageOf } from "../protocol/errors.js";
import { isObject, own, type RequestId } from "../protocol/jsonrpc.js";
import { metaKeys } from "../protocol/meta.js";
import type { Revision } from "../protocol/revision.js";
import type { Transport } from "../protocol/transport.js";
import { legacyRevision } from "../protocol/revisions/index.js";
import type { Implementation, ServerCapabilities } from "../protocol/types/index.js";
import type { Result } from "./calls.js";
import { Connection, type ServerFace } from "./connection.js";
import { declared } from "./declared.js";
import { settle, type ConnectOptions } from "./options.js";
import { Questions } from "./questions.js";
import { within, type Bounds } from "./within.js";

/** Errors that only a server of a modern revision gives (2026-07-28/basic/index#error-codes). */
const MODERN_ERRORS = [-32020, -32021, -32022];
const UNSUPPORTED_VERSION = -32022;
/** What says that the session did not come to stand. */
const GONE: readonly CallFailedCode[] = ["session_ended", "connection_closed", "connection_failed", "connection_lost"];
/** What says that there is a server, and that it lets nobody in. */
const CLOSED_DOORS: readonly CallFailedCode[] = ["unauthorized", "authorization_failed"];

/** Connects over a transport and agrees on a revision. Rejects with a {@link CallFailed}, and leaves nothing open. */
export async function openConnection(transport: Transport, options: ConnectOptions): Promise<Connection> {
  const connection = new Connection(transport, settle(options), new Questions(options));
  try {
    await transport.open(connection);
    await negotiate(connection);
    const { logLevel } = connection.settings;
    // A server without log messages is no reason to do without the server.
    if (logLevel !== undefined && connection.server.capabilities.logging)
      await connection.behaviour.setLogLevel(connection, logLevel, {});
    return connection;
  } catch (error) {
    await connection.close();
    throw error instanceof Error ? error : new CallFailed("connection_failed", messageOf(error));
  }
}

/**
 * Agrees on a revision. Where both kinds may be spoken, `server/discover` finds out which kind the server is: a result
 * or an error that only modern servers know means modern, anything else a handshake.
 *
 * Pages: `2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions`,
 * `2026-07-28/basic/transports/stdio#backward-compatibility`,
 * `2026-07-28/basic/transports/streamable-http#backward-compatibility`.
 */
async function negotiate(connection: Connection): Promise<void> {
  const { spoken } = connection.settings;
  const preferred = spoken.modernVersions.at(-1);
  if (preferred === undefined) return initialize(connection, spoken.latestLegacy!);
  const found = await probe(connection, spoken.modern(preferred)!);
  if (found === undefined || !found.modern) {
    if (spoken.latestLegacy && found?.late) return initializeBeside(connection, spoken.latestLegacy, found.late);
    if (spoken.latestLegacy) return initialize(connection, spoken.latestLegacy);
    const why = found?.why === undefined ? "" : ` (${found.why})`;
    throw unsupported(
      `The server does not speak ${spoken.modernVersions.join(", ")}, nor does this client older revisions${why}`,
    );
  }
  if (found.legacy) return initialize(connection, found.legacy);
}

interface Found {
  readonly modern: boolean;
  /** The one with a handshake that a server named itself, where it speaks no other of ours. */
  readonly legacy?: Revision;
  readonly why?: string;
  /** The question, where it is still open. */
  readonly late?: Late;
}

/** A question that was not answered when it should have been, and may be yet. */
interface Late {
  /** The revision in which it was asked. */
  readonly revision: Revision;
  readonly id: RequestId;
  readonly answer: Promise<Result>;
  answered: boolean;
}

/** Asks in the modern way. Speaks the revision from there on where that succeeds. */
async function probe(connection: Connection, revision: Revision, again = false): Promise<Found> {
  const { clock, probeMs, timeoutMs, spoken } = connection.settings;
  connection.try(revision);
  const method = "server/discover";
  // On a pipe silence may be a server's whole answer, and where it is not, nothing else can be tried meanwhile.
  if (!connection.transport.shared || !spoken.latestLegacy) return judge(connection, connection.ask(method, {}), again);
  let id!: RequestId;
  const answer = connection.ask(method, {}, { timeoutMs: probeMs + timeoutMs }, { onId: (given) => (id = given) });
  const late: Late = { revision, id, answer, answered: false };
  const answered = () => void (late.answered = true);
  answer.then(answered, answered);
  const inTime = within({ clock, what: method, ms: probeMs }, () => answer);
  const found = await judge(connection, inTime, again);
  return late.answered ? found : { ...found, late };
}

/** What the answer to `server/discover` says of the server. */
async function judge(connection: Connection, answer: Promise<Result>, again: boolean): Promise<Found> {
  try {
    const result = await answer;
    const versions = own(result, "supportedVersions");
    if (!Array.isArray(versions)) return { modern: false, why: "its answer names no supportedVersions" };
    return await chosen(connection, versions, result, undefined, again);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { code, rpcCode, status, message } = error;
    if (code === "answer_error" && rpcCode === UNSUPPORTED_VERSION) {
      const versions = own(error.data, "supported");
      // It knows the error of modern servers and speaks no version of theirs: what else there is needs a handshake.
      if (!Array.isArray(versions) || versions.length === 0) return { modern: false, why: message };
      return chosen(connection, versions, undefined, error, again);
    }
    if (code === "answer_error" && MODERN_ERRORS.includes(rpcCode!)) throw error;
    const silent = code === "request_timeout" && connection.transport.shared;
    // Some servers end when the first request is no handshake; where the transport started it anew, that is an answer.
    const ended = code === "connection_closed" && !connection.isClosed;
    const refused = code === "http_error" && status !== undefined && status >= 400 && status < 500;
    if (code === "answer_error" || silent || ended || refused || code === "malformed_answer")
      return { modern: false, why: message };
    throw error;
  }
}

/** Takes the newest version that both sides speak, of the server's list. */
async function chosen(
  connection: Connection,
  versions: readonly unknown[],
  result: Result | undefined,
  error: CallFailed | undefined,
  again: boolean,
): Promise<Found> {
  const { spoken } = connection.settings;
  const modern = spoken.modernVersions.findLast((version) => versions.includes(version));
  if (modern !== undefined && result !== undefined) {
    connection.speak(spoken.modern(modern)!, faceOf(result));
    return { modern: true };
  }
  // A server that refuses what it lists is asked once more, and not for ever.
  if (modern !== undefined && !again) {
    return probe(connection, spoken.modern(modern)!, true);
  }
  const older = spoken.versions.findLast((version) => spoken.legacy(version) && versions.includes(version));
  if (modern === undefined && older !== undefined) return { modern: true, legacy: spoken.legacy(older)! };
  throw unsupported(
    `The server speaks ${versions.map(String).join(", ") || "none that it names"}; this client speaks ${spoken.versions.join(", ")}`,
    error,
  );
}

/**
 * The handshake with a server that is silent. One that refuses it may be modern and have started slowly: then the
 * question that is still open is answered as well, and that is what counts
 * (2026-07-28/basic/transports/stdio#backward-compatibility).
 */
async function initializeBeside(connection: Connection, revision: Revision, late: Late): Promise<void> {
  try {
    await initialize(connection, revision);
  } catch (error) {
    if (connection.isClosed || !(late.answered || isModern(connection, error))) throw error;
    connection.try(late.revision);
    const found = await judge(connection, late.answer, false);
    if (!found.modern || found.legacy) throw error;
  } finally {
    connection.calls.fail(late.id, connectionClosed("The revision is agreed on without server/discover"));
  }
}

/** Whether the refusal of a handshake tells of a server that is modern: by its code, or by the versions it names. */
function isModern({ settings: { spoken } }: Connection, error: unknown): boolean {
  if (!(error instanceof CallFailed) || error.code !== "answer_error") return false;
  const versions = own(error.data, "supported");
  const named = Array.isArray(versions) && spoken.modernVersions.some((version) => versions.includes(version));
  return named || MODERN_ERRORS.includes(error.rpcCode!);
}

/** The handshake. Page: `2025-11-25/basic/lifecycle#initialization`. */
async function initialize(connection: Connection, revision: Revision): Promise<void> {
  const { settings } = connection;
  connection.try(revision);
  connection.transport.begin?.();
  const params = {
    protocolVersion: revision.version,
    capabilities: declared(connection, revision),
    clientInfo: infoIn(revision, settings.info),
  };
  const result = await connection.ask("initialize", params).catch((error: unknown) => older(connection, params, error));
  const version = own(result, "protocolVersion");
  const agreed = typeof version === "string" ? settings.spoken.legacy(version) : undefined;
  if (!agreed) {
    const known =
      typeof version === "string" && legacyRevision(version)
        ? "which this client may not speak"
        : "which this client does not know";
    throw unsupported(`The server answers initialize with version ${JSON.stringify(version)}, ${known}`);
  }
  connection.speak(agreed, faceOf(result));
  connection.reopen = () => reopen(connection, agreed);
  const method = "notifications/initialized";
  await within(stepOf(connection, method), (signal) => connection.notify(method, undefined, signal));
}

/** No step of a handshake takes longer than an answer may; a user who signs in meanwhile has time. */
const stepOf = ({ calls, settings: { timeoutMs } }: Connection, what: string): Bounds => ({
  clock: calls,
  what,
  ms: timeoutMs,
});

/** The handshake over the transport of 2024-11-05, where the refusal may mean that. */
async function older(connection: Connection, params: Result, error: unknown): Promise<Result> {
  const status = error instanceof CallFailed ? error.status : undefined;
  const transport = status === undefined ? undefined : connection.transport.older?.(status);
  if (!transport) throw error;
  try {
    await within(stepOf(connection, "Connecting by HTTP+SSE"), () => transport.open(connection));
  } catch (failed) {
    await transport.close();
    // That there is no such transport tells nothing new; that nobody is let in does.
    throw failed instanceof CallFailed && CLOSED_DOORS.includes(failed.code) ? failed : error;
  }
  connection.transport = transport;
  return connection.ask("initialize", params);
}

/** 2025-11-25/basic/transports#session-management/8: a new session, which speaks what the old one spoke. */
async function reopen(connection: Connection, revision: Revision): Promise<void> {
  await initialize(connection, revision);
  const { logLevel } = connection;
  if (logLevel !== undefined) await connection.ask("logging/setLevel", { level: logLevel });
  for (const uri of connection.watched.keys()) {
    try {
      await connection.ask("resources/subscribe", { uri });
    } catch (error) {
      // A resource that is gone is no reason to do without the session; without the server there is none.
      if (!(error instanceof CallFailed) || GONE.includes(error.code)) throw error;
      connection.settings.onError(error, `subscribing anew to the resource ${uri}`);
    }
  }
}

function infoIn(revision: Revision, info: object): Record<string, unknown> {
  const names = Object.keys(revision.implementation as object).map((name) => name.replace(/!$/, ""));
  return Object.fromEntries(Object.entries(info).filter(([name]) => names.includes(name)));
}

function faceOf(result: Result): ServerFace {
  const capabilities = own(result, "capabilities");
  const info = own(result, "serverInfo") ?? own(own(result, "_meta"), metaKeys.serverInfo);
  const instructions = own(result, "instructions");
  if (!isObject(capabilities))
    throw new CallFailed("malformed_answer", '"capabilities" of the server must be an object');
  return {
    capabilities: capabilities as ServerCapabilities,
    info: isObject(info) ? (info as unknown as Implementation) : undefined,
    instructions: typeof instructions === "string" ? instructions : undefined,
  };
}

const unsupported = (why: string, cause?: CallFailed): CallFailed =>
  new CallFailed("unsupported_protocol_version", why, {
    ...(cause ? { rpcCode: cause.rpcCode!, data: cause.data, cause } : {}),
  });
