import type { Clock } from "../../protocol/clock.js";
import type { SessionBus, SessionStore } from "../../protocol/session-store.js";
import { MemoryStreamLog, type StreamLog, type StreamLogOptions } from "../../protocol/stream-log.js";
import { listOrAny, milliseconds, oneOf, wholeNumber } from "../../protocol/options.js";

/** How an HTTP binding behaves. All of it optional. */
export interface HttpOptions {
  /**
   * `auto`: JSON, or a stream of events as soon as something comes before the response or `sseAfterMs` are over.
   * `json`: always JSON; notifications are dropped and `subscriptions/listen` is refused. `sse`: always events.
   */
  readonly reply?: "auto" | "json" | "sse";
  /**
   * Milliseconds of silence after which a call in `auto` begins to stream, so that proxies do not cut it. Default
   * 5,000.
   */
  readonly sseAfterMs?: number;
  /** Milliseconds between the comments that keep an idle stream open. Default 15,000. */
  readonly keepAliveMs?: number;
  /**
   * Origins (`https://app.example`) that browsers may call from; "*" for any. Default: loopback origins on a loopback
   * address.
   */
  readonly allowedOrigins?: readonly string[] | "*";
  /**
   * Host names that requests may be addressed to, beside the loopback names; "*" for any. Default: loopback names alone
   * on a loopback address, any elsewhere. The fetch handler knows its address by the URL alone: list the hosts there.
   */
  readonly allowedHosts?: readonly string[] | "*";
  /** Legacy clients get sessions (`Mcp-Session-Id`). Without them each legacy request stands alone. Default true. */
  readonly sessions?: boolean;
  /**
   * Sessions at the same time. When they are used up, the one that has been idle longest ends, of whoever has the most
   * and no fewer than the one who comes would have; over HTTP+SSE the oldest of whoever has more than that. Else the
   * answer is 503. Default 10,000.
   */
  readonly maxSessions?: number;
  /** Milliseconds without a request or an open stream after which a session ends. Default 30 minutes. */
  readonly sessionIdleMs?: number;
  /** GET streams of one session at the same time; the oldest closes for a new one. Default 4. */
  readonly maxStreams?: number;
  /** Messages that wait for a session's GET stream while none is open; the oldest go first. Default 100. */
  readonly maxQueuedMessages?: number;
  /** Streams of sessions have ids for their events, and clients that lose one get what they missed. Default true. */
  readonly resumable?: boolean;
  /** Where such streams are written down, or how much of them a log in memory keeps. Default: a log in memory. */
  readonly streamLog?: StreamLog | StreamLogOptions;
  /** Milliseconds that a client is asked to wait before it comes back for a stream (2025-11-25). Default 1,000. */
  readonly retryMs?: number;
  /**
   * Where sessions are kept, so that other bindings, nodes and later processes know them. Default: in this binding
   * alone.
   */
  readonly sessionStore?: SessionStore;
  /** How the nodes that share a store tell each other what reaches the wrong one. Default: they do not. */
  readonly sessionBus?: SessionBus;
  /** Characters that may wait for a slow reader before log messages are left out. Default 1 Mi. */
  readonly maxQueued?: number;
  /** Milliseconds that calls in flight have when the binding closes. Default 1,000. */
  readonly graceMs?: number;
}

export type Settled = Required<
  Omit<HttpOptions, "allowedOrigins" | "allowedHosts" | "streamLog" | "sessionStore" | "sessionBus">
> & {
  readonly allowedOrigins: readonly string[] | "*" | undefined;
  readonly allowedHosts: readonly string[] | "*" | undefined;
  readonly streamLog: StreamLog;
  readonly sessionStore: SessionStore | undefined;
  readonly sessionBus: SessionBus | undefined;
  readonly clock: Clock;
};

/** Fills in what is left out. Throws a TypeError that names the option which makes no sense. */
export const settle = (options: HttpOptions, clock: Clock): Settled => ({
  reply: oneOf(options.reply, "auto", ["auto", "json", "sse"], "reply"),
  sseAfterMs: milliseconds(options.sseAfterMs, 5000, "sseAfterMs"),
  keepAliveMs: milliseconds(options.keepAliveMs, 15_000, "keepAliveMs", 1),
  allowedOrigins: listOrAny(options.allowedOrigins, "allowedOrigins"),
  allowedHosts: listOrAny(options.allowedHosts, "allowedHosts"),
  sessions: options.sessions ?? true,
  maxSessions: wholeNumber(options.maxSessions, 10_000, "maxSessions"),
  sessionIdleMs: milliseconds(options.sessionIdleMs, 30 * 60_000, "sessionIdleMs"),
  maxStreams: wholeNumber(options.maxStreams, 4, "maxStreams"),
  maxQueuedMessages: wholeNumber(options.maxQueuedMessages, 100, "maxQueuedMessages", 0),
  resumable: options.resumable ?? true,
  streamLog: isStreamLog(options.streamLog) ? options.streamLog : new MemoryStreamLog(clock, options.streamLog),
  retryMs: milliseconds(options.retryMs, 1000, "retryMs"),
  sessionStore: options.sessionStore,
  sessionBus: options.sessionBus,
  maxQueued: wholeNumber(options.maxQueued, 1024 * 1024, "maxQueued", 0),
  graceMs: milliseconds(options.graceMs, 1000, "graceMs"),
  clock,
});

const isStreamLog = (log: HttpOptions["streamLog"]): log is StreamLog => log !== undefined && "append" in log;
