import { invalidRequest, methodNotFound, type Refusal } from "../protocol/errors.js";
import type { Exchange } from "../protocol/exchange.js";
import {
  errorResponse,
  kindOf,
  readableId,
  type Notification,
  type Request,
  type RequestId,
  type Response,
} from "../protocol/jsonrpc.js";
import { readProgressToken } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import type { MethodRule, Revision } from "../protocol/revision.js";
import { asRefusal } from "./as-refusal.js";
import { callOf, type Call, type Handler } from "./call.js";
import { eraOf, type Era } from "./era.js";
import type { ExtensionRule } from "./extensions/extension.js";
import { notice } from "./notice.js";
import { revisionOf } from "./revision-of.js";
import type { Server } from "./server.js";

/** A response, or none; a promise only where a handler has to be waited for. */
type Answer = Response | undefined | Promise<Response | undefined>;

/** Takes one message to where it belongs and brings back its response, if it has one. Never throws or rejects. */
export function receive(server: Server, message: unknown, peer: Peer, exchange: Exchange): Answer {
  let kind;
  try {
    kind = kindOf(message);
  } catch (error) {
    return refuse(error as Refusal, readableId(message), exchange);
  }
  if (kind === "request") return answer(server, message as Request, peer, exchange);
  try {
    if (kind === "notification") notice(server, message as Notification, peer, exchange);
    else takeAnswer(message as Response, peer, exchange);
  } catch (error) {
    refuse(asRefusal(error, undefined, server, "notification"), undefined, exchange);
  }
  return undefined;
}

function answer(server: Server, request: Request, peer: Peer, exchange: Exchange): Answer {
  const { id, method } = request;
  let revision: Revision | undefined;
  let result: Result | Promise<Result>;
  try {
    peer.open(id, exchange);
  } catch (error) {
    return refuse(error as Refusal, id, exchange);
  }
  try {
    revision = revisionOf(request, peer, exchange, server.revisions);
    result = serve(server, revision, request, peer, exchange);
  } catch (error) {
    return fail(server, revision, id, method, peer, exchange, error);
  }
  // What waits holds on to as little as it can: not to the request.
  return result instanceof Promise
    ? result.then(
        (value) => finish(id, peer, exchange, value),
        (error: unknown) => fail(server, revision, id, method, peer, exchange, error),
      )
    : finish(id, peer, exchange, result);
}

function finish(id: RequestId, peer: Peer, exchange: Exchange, result: Result): Response | undefined {
  const cancelled = exchange.aborted;
  exchange.settle();
  peer.settle(id);
  return cancelled ? undefined : { jsonrpc: "2.0", id, result };
}

function fail(
  server: Server,
  revision: Revision | undefined,
  id: RequestId,
  method: string,
  peer: Peer,
  exchange: Exchange,
  error: unknown,
): Response | undefined {
  const cancelled = exchange.aborted;
  const response = cancelled ? undefined : refuse(asRefusal(error, revision, server, method), id, exchange);
  exchange.settle();
  peer.settle(id);
  return response;
}

/** The straight line from a request to its result; each step can refuse. It waits only where the handler does. */
function serve(
  server: Server,
  revision: Revision,
  request: Request,
  peer: Peer,
  exchange: Exchange,
): Result | Promise<Result> {
  const rule = ruleOf(server, revision, request.method);
  const era = eraOf(revision);
  exchange.cancellable = !rule.uncancellable;
  const caller = era.identify(revision, rule, request, peer, exchange, server);
  const extended = server.extensions?.used && "extension" in rule ? rule : undefined;
  if (extended) server.extensions.admitRequest(extended.extension, caller, request.method);
  const { id, method, params = noParams } = request;
  const progressToken = readProgressToken(params);
  const call = callOf(server, id, method, params, caller, peer, exchange, progressToken);
  if (revision.facts.mirrorsHeaders) exchange.envelope?.checkMirrored(rule, request);
  server.rights?.admit(call);
  const handler = extended ? extended.serve : server.handlers[method]!;
  const result =
    rule.needs === undefined || server.started
      ? work(call, rule, era, handler)
      : server.start().then(() => work(call, rule, era, handler));
  if (result instanceof Promise) return result.then((value) => era.seal(revision, rule, value, call));
  return era.seal(revision, rule, result, call);
}

type Result = Record<string, unknown>;

/** Runs what stands around every request, what asks the client, and the feature's handler. */
function work(call: Call, rule: MethodRule | ExtensionRule, era: Era, handler: Handler): Result | Promise<Result> {
  const { middleware, asking, through } = call.server;
  const asks = rule.asks && asking;
  if (middleware?.length > 0)
    return through(middleware, call, asks ? (it) => asking.inRounds(it, era, handler) : handler);
  return asks ? asking.inRounds(call, era, handler) : handler(call);
}

const noParams = Object.freeze({});

function ruleOf(server: Server, revision: Revision, method: string): MethodRule | ExtensionRule {
  const rule = revision.methods[method];
  if (
    rule &&
    rule.from !== "server" &&
    method in server.handlers &&
    (rule.needs === undefined || server.offers(rule.needs))
  )
    return rule;
  const extended = revision.facts.extensions ? server.extensions?.ruleOf(method) : undefined;
  if (extended) return extended;
  throw methodNotFound(method, revision.facts.unknownMethodStatus);
}

/** An answer to a question of ours: only a session or a pipe can have asked one. */
function takeAnswer(response: Response, peer: Peer, exchange: Exchange): void {
  if (exchange.envelope && !peer.session) {
    exchange.envelope.checkSession();
    throw invalidRequest("a response without a session answers nothing");
  }
  peer.answer(response);
}

function refuse(refusal: Refusal, id: Request["id"] | undefined, exchange: Exchange): Response {
  exchange.refusal = refusal;
  return errorResponse(id, refusal);
}
