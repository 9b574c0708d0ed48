import { invalidParams } from "./errors.js";
import { checkForm } from "./form.js";
import { isObject, isRequestId, own, type Params, type RequestId } from "./jsonrpc.js";
import { isLoggingLevel, loggingLevels, type LoggingLevel } from "./logging-level.js";
import type { Revision } from "./revision.js";
import type { ClientInfo } from "./session.js";

/** The reserved keys of `_meta`. Page: `2026-07-28/basic/index#meta`. */
export const metaKeys = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  logLevel: "io.modelcontextprotocol/logLevel",
  serverInfo: "io.modelcontextprotocol/serverInfo",
} as const;
export const subscriptionIdKey = "io.modelcontextprotocol/subscriptionId";
export const relatedTaskKey = "io.modelcontextprotocol/related-task";

const prefixedKey =
  /^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\/[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

/** Whether a name follows the rules of `_meta` keys and has a prefix, as an extension's identifier must. */
export const isPrefixedKey = (name: unknown): name is string => typeof name === "string" && prefixedKey.test(name);

/** The protocol version that a message names for itself, of whatever type; undefined when it names none. */
export const namedVersion = (message: unknown): unknown =>
  (message as { params?: { _meta?: Record<string, unknown> | null } | null } | null | undefined)?.params?._meta?.[
    metaKeys.protocolVersion
  ];

/** Whether a message has modern metadata of its client, whatever else it lacks. */
export const namesItsClient = (message: unknown): boolean => {
  const meta = own(own(message, "params"), "_meta");
  return own(meta, metaKeys.clientCapabilities) !== undefined || own(meta, metaKeys.clientInfo) !== undefined;
};

/** What a modern request says of its client. */
export interface RequestMeta {
  readonly revision: Revision;
  readonly clientInfo: ClientInfo | undefined;
  readonly clientCapabilities: Readonly<Record<string, unknown>>;
  readonly logLevel: LoggingLevel | undefined;
}

/** What was read of frozen ones, which many requests share. */
const readings = new WeakMap<object, RequestMeta>();

const malformed = (why: string) => invalidParams(why, { status: 400 });

/**
 * Reads the per-request fields of a modern request. A missing required one is -32602 and, over HTTP, 400
 * (2026-07-28/basic/index#meta). An unknown log level is refused as the logging page asks.
 */
export function readRequestMeta(params: Params | undefined, revision: Revision): RequestMeta {
  const meta = params?._meta;
  const before = readings.get(meta as object);
  if (before?.revision === revision) return before;
  if (!isObject(meta))
    throw malformed('"params._meta" must be an object with the request\'s protocol version and client capabilities');
  if (typeof own(meta, metaKeys.protocolVersion) !== "string")
    throw malformed(`"_meta.${metaKeys.protocolVersion}" must be a string`);
  const clientCapabilities = own(meta, metaKeys.clientCapabilities);
  checkForm(clientCapabilities, revision.clientCapabilities, `_meta.${metaKeys.clientCapabilities}`);
  const info = own(meta, metaKeys.clientInfo);
  if (info !== undefined) checkForm(info, revision.implementation, `_meta.${metaKeys.clientInfo}`);
  const logLevel = own(meta, metaKeys.logLevel);
  if (logLevel !== undefined && !isLoggingLevel(logLevel)) {
    throw malformed(`"_meta.${metaKeys.logLevel}" must be one of ${loggingLevels.join(", ")}`);
  }
  const reading = {
    revision,
    clientInfo: info as ClientInfo | undefined,
    clientCapabilities: clientCapabilities as Record<string, unknown>,
    logLevel,
  };
  // What cannot change stays as good as it is.
  if (Object.isFrozen(meta)) readings.set(meta, reading);
  return reading;
}

/**
 * The token under which the client wants to hear of progress, if it asked. Throws -32602 for a `_meta` that is no
 * object and for a token that is none. 2026-07-28/basic/patterns/progress#progress-flow/2.
 */
export function readProgressToken(params: Params | undefined): RequestId | undefined {
  const meta = params?._meta;
  if (meta === undefined) return undefined;
  if (!isObject(meta)) throw malformed('"_meta" must be an object');
  const token = meta.progressToken;
  if (token === undefined || isRequestId(token)) return token;
  throw malformed('"_meta.progressToken" must be a string or an integer');
}
