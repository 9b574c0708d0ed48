import { requestCancelled } from "../protocol/call-failed.js";
import { supports } from "../protocol/capabilities.js";
import type { Connection } from "./connection.js";
import { changeOf, type ListenFilter, type Listener, type Subscription } from "./listening.js";
import type { RequestOptions } from "./options.js";

/**
 * Changes in a session: lists are told of unasked, resources while they are subscribed to. Several listeners share one
 * subscription to a resource.
 * Pages: `2025-11-25/server/resources#subscriptions`, `2025-11-25/server/tools#list-changed-notification`.
 */
export async function listenInSession(
  connection: Connection,
  filter: ListenFilter,
  listener: Listener,
  options: RequestOptions,
): Promise<Subscription> {
  const capabilities = connection.server.capabilities as Record<string, unknown>;
  const agreed: ListenFilter = {};
  const told = new Set<string>();
  for (const list of ["tools", "prompts", "resources"] as const) {
    const name = `${list}ListChanged` as const;
    if (!filter[name] || !supports(capabilities, `${list}.listChanged`)) continue;
    agreed[name] = true;
    told.add(list);
  }
  connection.transport.hear?.();
  const uris = new Set(supports(capabilities, "resources.subscribe") ? filter.resourceSubscriptions : []);
  const stop = connection.onNotification((notification) => {
    const change = changeOf(notification);
    if (!change || "task" in change) return;
    if ("list" in change ? told.has(change.list) : covers(uris, change.uri)) listener(change);
  });
  const watching: string[] = [];
  const leave = async () => {
    stop();
    await Promise.all(watching.splice(0).map((uri) => unwatch(connection, uri)));
  };
  const { signal } = options;
  try {
    for (const uri of uris) {
      await watch(connection, uri, options);
      watching.push(uri);
    }
    if (signal?.aborted) throw requestCancelled("listen", signal.reason);
  } catch (error) {
    await leave();
    throw error;
  }
  if (filter.resourceSubscriptions && supports(capabilities, "resources.subscribe"))
    agreed.resourceSubscriptions = [...uris];
  let end!: (how: "closed" | "lost") => void;
  const ended = new Promise<"closed" | "lost">((resolve) => (end = resolve));
  const finish = async (how: "closed" | "lost") => {
    forgetClosing();
    forgetSilence();
    signal?.removeEventListener("abort", onAbort);
    end(how);
    await leave();
  };
  const onAbort = () => void finish("closed");
  const forgetClosing = connection.onClose(() => void finish("lost"));
  const forgetSilence = connection.onUnheard(() => void finish("lost"));
  signal?.addEventListener("abort", onAbort);
  return { agreed, ended, close: () => finish("closed") };
}

/** 2025-11-25/server/resources: what is told of may lie below what was subscribed to. */
function covers(uris: ReadonlySet<string>, uri: string): boolean {
  if (uris.has(uri)) return true;
  return [...uris].some((watched) => uri.startsWith(watched.endsWith("/") ? watched : `${watched}/`));
}

async function watch(connection: Connection, uri: string, options: RequestOptions): Promise<void> {
  const { watched } = connection;
  for (let shared = watched.get(uri); shared; shared = watched.get(uri)) {
    shared.watchers += 1;
    try {
      return await shared.subscribed;
    } catch {
      // It failed within the bounds of another listener: this one asks within its own.
    }
  }
  const subscribed = connection.request("resources/subscribe", { uri }, options).then(() => {});
  const mine = { watchers: 1, subscribed };
  watched.set(uri, mine);
  try {
    await subscribed;
  } catch (error) {
    if (watched.get(uri) === mine) watched.delete(uri);
    throw error;
  }
}

/** Never rejects: whoever leaves has nothing to do with whether the server takes it well. */
async function unwatch(connection: Connection, uri: string): Promise<void> {
  const { watched, settings } = connection;
  const shared = watched.get(uri);
  if (!shared || connection.isClosed) return;
  shared.watchers -= 1;
  if (shared.watchers > 0) return;
  watched.delete(uri);
  try {
    await connection.request("resources/unsubscribe", { uri });
  } catch (error) {
    if (!connection.isClosed) settings.onError(error, `leaving the resource ${uri}`);
  }
}
