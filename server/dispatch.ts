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
import { eraOf } from "./era.js";
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
  let call: Call;
  let result: Result | Promise<Result>;
  try {
    peer.open(id, exchange);
  } catch (error) {
    return refuse(error as Refusal, id, exchange);
  }
  try {
    revision = revisionOf(request, peer, exchange, server.revisions);
    call = admit(server, revision, request, peer, exchange);
    result = serve(call);
  } catch (error) {
    return fail(server, revision, id, method, peer, exchange, error);
  }
  return result instanceof Promise ? finishLater(call, result) : finish(call, result);
}

/** What waits holds on to as little as it can: to the call, not to the request. */
const finishLater = (call: Call, working: Promise<Result>) =>
  working.then(
    (result) => finish(call, result),
    (error: unknown) => failCall(call, error),
  );

function finish(call: Call, result: Result): Response | undefined {
  const { id, peer, exchange } = call;
  let sealed: Result;
  try {
    sealed = eraOf(call.caller.revision).seal(result, call);
  } catch (error) {
    return failCall(call, error);
  }
  const cancelled = exchange.aborted;
  exchange.settle();
  peer.settle(id);
  return cancelled ? undefined : { jsonrpc: "2.0", id, result: sealed };
}

const failCall = ({ server, caller, id, method, peer, exchange }: Call, error: unknown) =>
  fail(server, caller.revision, id, method, peer, exchange, error);

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

/** The straight line from a request to the call of it that may be served; each step can refuse. */
function admit(server: Server, revision: Revision, request: Request, peer: Peer, exchange: Exchange): Call {
  const rule = ruleOf(server, revision, request.method);
  exchange.cancellable = !rule.uncancellable;
  const caller = eraOf(revision).identify(revision, rule, request, peer, exchange, server);
  if (server.extensions?.used && "extension" in rule)
    server.extensions.admitRequest(rule.extension, caller, request.method);
  const { id, method, params = noParams } = request;
  const progressToken = readProgressToken(params);
  const call = callOf(server, rule, id, method, params, caller, peer, exchange, progressToken);
  if (revision.facts.mirrorsHeaders) exchange.envelope?.checkMirrored(rule, request);
  server.rights?.admit(call);
  return call;
}

/** It waits only where the handler does, or the server has not started. */
function serve(call: Call): Result | Promise<Result> {
  const { server, rule, method } = call;
  const handler = server.extensions?.used && "extension" in rule ? rule.serve : server.handlers[method]!;
  return rule.needs === undefined || server.started
    ? work(call, handler)
    : server.start().then(() => work(call, handler));
}

type Result = Record<string, unknown>;

/** Runs what stands around every request, what asks the client, and the feature's handler. */
function work(call: Call, handler: Handler): Result | Promise<Result> {
  const { middleware, asking, through } = call.server;
  const asks = call.rule.asks && asking;
  const era = eraOf(call.caller.revision);
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
