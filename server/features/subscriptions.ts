import { invalidParams, tooManyRequests } from "../../protocol/errors.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Call } from "../call.js";
import { LocalChangeBus } from "../changes.js";
import { declares, extensionRequired, type SubscriptionKind } from "../extensions/extension.js";
import type { Feature } from "../feature.js";
import type { Server } from "../server.js";
import { readLiveness } from "./liveness.js";
import { listMembers, OpenSubscriptions, type Filter } from "./open-subscriptions.js";
import { ToldSessions } from "./told-sessions.js";

/** A filter on its way to be agreed on. */
interface Agreed extends Filter {
  readonly agreed: Record<string, unknown>;
  readonly uris: Set<string> | undefined;
}

/** What was asked for and is offered; which resources the caller may watch is looked at apart. */
function readFilter(asked: unknown, server: Server): Agreed {
  if (!isObject(asked)) throw invalidParams('"notifications" must be an object');
  const agreed: Record<string, unknown> = {};
  for (const [list, member] of Object.entries(listMembers)) {
    const wanted = own(asked, member);
    if (wanted !== undefined && typeof wanted !== "boolean")
      throw invalidParams(`"notifications.${member}" must be a boolean`);
    if (wanted && server.offers(`${list}.listChanged`)) agreed[member] = true;
  }
  const uris = own(asked, "resourceSubscriptions");
  if (uris === undefined) return { agreed, uris: undefined };
  if (!Array.isArray(uris) || uris.some((uri) => typeof uri !== "string")) {
    throw invalidParams('"notifications.resourceSubscriptions" must be an array of strings');
  }
  if (uris.length > server.limits.maxWatchedUris) {
    throw invalidParams(
      `"notifications.resourceSubscriptions" names ${uris.length} resources; at most ${server.limits.maxWatchedUris} are watched`,
    );
  }
  return { agreed, uris: server.offers("resources.subscribe") ? new Set(uris as string[]) : undefined };
}

/** Agrees to what extensions add to the filter; returns how each of them begins to tell. */
async function readExtensions(asked: unknown, agreed: Record<string, unknown>, call: Call): Promise<Begin[]> {
  const begin: Begin[] = [];
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

type Begin = (send: Parameters<SubscriptionKind["listen"]>[1]) => () => void;

/**
 * `subscriptions/listen`: acknowledges, then stays open and tells of the changes that were asked for, until the client
 * cancels or this side ends.
 *
 * Page: `2026-07-28/basic/patterns/subscriptions`.
 */
function listen(call: Call): Promise<Record<string, unknown>> {
  const { server, params } = call;
  const asked = own(params, "notifications");
  const filter = readFilter(asked, server);
  if (filter.uris === undefined && !server.extensions?.used) return open(call, filter, []);
  return agree(asked, filter, call).then((begin) => open(call, filter, begin));
}

/** Leaves out what this client may not watch, and adds what extensions agree to. */
async function agree(asked: unknown, { agreed, uris }: Agreed, call: Call): Promise<Begin[]> {
  const { server } = call;
  if (uris) {
    for (const uri of [...uris]) if (!(await server.reading.permitted(call, uri))) uris.delete(uri);
    agreed.resourceSubscriptions = [...uris];
  }
  return server.extensions?.used ? readExtensions(asked, agreed, call) : [];
}

function open(call: Call, filter: Agreed, begin: readonly Begin[]): Promise<Record<string, unknown>> {
  const { server, id, peer, exchange } = call;
  const subscription = server.subscriptions.add(id, peer, exchange, filter);
  if (!subscription) throw tooManyRequests("Too many open subscriptions");
  // It may stay open for days, and has no use for what it came with.
  call.params = noParams;
  const ended = subscription.start();
  if (begin.length > 0)
    subscription.stops = begin.map((listenTo) => listenTo((method, about) => subscription.send(method, about)));
  exchange.stand(subscription);
  return ended;
}

const noParams = Object.freeze({});

/**
 * Tells clients of changes: legacy sessions, and those that subscribe. Page: `2026-07-28/basic/patterns/subscriptions`.
 */
export const changes: Feature<"changed" | "updated"> = {
  name: "changes",
  limits: { maxSubscriptions: 64, maxSubscriptionsInAll: 10_000, maxWatchedUris: 1000 },
  handlers: { "subscriptions/listen": listen },
  install(server, options) {
    const bus = options.changes ?? new LocalChangeBus((error) => server.onError(error, "telling of a change"));
    server.changes = bus;
    server.changed = (list) => {
      server.offersChanged();
      bus.publish({ list });
    };
    server.updated = (uri) => bus.publish({ uri });
    server.ping = options.ping && readLiveness(options.ping);
    server.subscriptions = new OpenSubscriptions(server as Server);
    server.told = new ToldSessions(server as Server);
  },
};
