import { invalidParams, Refusal, tooManyRequests } from "../../protocol/errors.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import { metaKeys } from "../../protocol/meta.js";
import { prepared } from "../../protocol/prepared.js";
import type { Call, Handlers } from "../call.js";
import { changeNotification, type Change, type ListKind } from "../changes.js";
import { declares, extensionRequired, type SubscriptionKind } from "../extensions/extension.js";
import type { Server } from "../server.js";
import { permitted } from "./resources.js";

/** The kinds of change that a client can ask for, by the filter's member. */
const lists: Readonly<Record<string, ListKind>> = {
  toolsListChanged: "tools",
  promptsListChanged: "prompts",
  resourcesListChanged: "resources",
};

interface Filter {
  readonly lists: ReadonlySet<ListKind>;
  readonly uris: Set<string>;
  /** The filter as it is acknowledged: what was asked for and is offered. */
  readonly agreed: Record<string, unknown>;
}

function readFilter(asked: unknown, server: Server): Filter {
  if (!isObject(asked)) throw invalidParams('"notifications" must be an object');
  const filter = { lists: new Set<ListKind>(), uris: new Set<string>(), agreed: {} as Record<string, unknown> };
  for (const [member, list] of Object.entries(lists)) {
    const wanted = own(asked, member);
    if (wanted !== undefined && typeof wanted !== "boolean")
      throw invalidParams(`"notifications.${member}" must be a boolean`);
    if (wanted && server.offers(`${list}.listChanged`)) {
      filter.lists.add(list);
      filter.agreed[member] = true;
    }
  }
  const uris = own(asked, "resourceSubscriptions");
  if (uris === undefined) return filter;
  if (!Array.isArray(uris) || uris.some((uri) => typeof uri !== "string")) {
    throw invalidParams('"notifications.resourceSubscriptions" must be an array of strings');
  }
  if (uris.length > server.limits.maxWatchedUris) {
    throw invalidParams(
      `"notifications.resourceSubscriptions" names ${uris.length} resources; at most ${server.limits.maxWatchedUris} are watched`,
    );
  }
  if (server.offers("resources.subscribe")) {
    for (const uri of uris as string[]) filter.uris.add(uri);
    filter.agreed.resourceSubscriptions = [];
  }
  return filter;
}

/** Agrees to what extensions add to the filter; returns how each of them begins to tell. */
async function readExtensions(
  asked: unknown,
  agreed: Record<string, unknown>,
  call: Call,
): Promise<((send: Send) => () => void)[]> {
  const begin: ((send: Send) => () => void)[] = [];
  for (const [member, { extension, kind }] of call.server.extensions.subscriptions) {
    const wanted = own(asked, member);
    if (wanted === undefined) continue;
    if (!declares(call.caller, extension.id)) {
      if (extension.undeclared === "required") throw extensionRequired(extension.id);
      continue;
    }
    const accepted: unknown = await kind.accept(wanted, call);
    if (accepted === undefined) continue;
    agreed[member] = accepted;
    begin.push((send) => kind.listen(accepted, send, call));
  }
  return begin;
}

type Send = Parameters<SubscriptionKind["listen"]>[1];

/**
 * `subscriptions/listen`: acknowledges, then stays open and tells of the changes that were asked for, until the client
 * cancels or this side ends.
 *
 * Page: `2026-07-28/basic/patterns/subscriptions`.
 */
async function listen(call: Call): Promise<Record<string, unknown>> {
  const { server, id, params, peer, exchange } = call;
  const asked = own(params, "notifications");
  const filter = readFilter(asked, server);
  for (const uri of [...filter.uris]) if (!(await permitted(call, uri))) filter.uris.delete(uri);
  if (filter.agreed.resourceSubscriptions) filter.agreed.resourceSubscriptions = [...filter.uris];
  const begin = server.extensions.used ? await readExtensions(asked, filter.agreed, call) : [];
  const release = server.subscriptions.take(peer, exchange.auth?.principal);
  if (!release) throw tooManyRequests("Too many open subscriptions");
  const _meta = prepared({ [metaKeys.subscriptionId]: id });
  exchange.send({
    jsonrpc: "2.0",
    method: "notifications/subscriptions/acknowledged",
    params: { _meta, notifications: filter.agreed },
  });
  return new Promise((resolve, reject) => {
    const stopListening = server.changes.subscribe((change: Change) => {
      if ("taskId" in change) return;
      if ("list" in change ? !filter.lists.has(change.list) : !filter.uris.has(change.uri)) return;
      const { method, params: about } = changeNotification(change);
      exchange.send({ jsonrpc: "2.0", method, params: { _meta, ...about } });
    });
    const stopExtensions = begin.map((listenTo) =>
      listenTo((method, about) => exchange.send({ jsonrpc: "2.0", method, params: { ...about, _meta } })),
    );
    const cleanUp = () => {
      stopListening();
      for (const stop of stopExtensions) stop();
      release();
      forgetEnd();
      forgetClose();
    };
    // The cancellation page wants the notification wherever the server tears a subscription down; over HTTP the end of
    // the request's own stream says the same, and the subscriptions page names only the result.
    const end = () => {
      cleanUp();
      if (exchange.shared) {
        exchange.send({
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: id, reason: "The server ends the subscription" },
        });
      }
      resolve({ _meta });
    };
    const forgetEnd = peer.onEnd(end);
    const forgetClose = server.onClose(end);
    exchange.onAbort(() => {
      cleanUp();
      reject(new Refusal("connection_closed", -32603, "Cancelled"));
    });
  });
}

export const subscriptions: Handlers = { "subscriptions/listen": listen };
