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
    for (const uri of watching.splice(0)) await unwatch(connection, uri);
  };
  try {
    for (const uri of uris) {
      watching.push(uri);
      await watch(connection, uri, options);
    }
  } catch (error) {
    await leave().catch(() => {});
    throw error;
  }
  if (filter.resourceSubscriptions && supports(capabilities, "resources.subscribe"))
    agreed.resourceSubscriptions = [...uris];
  let end!: (how: "closed" | "lost") => void;
  const ended = new Promise<"closed" | "lost">((resolve) => (end = resolve));
  const finish = async (how: "closed" | "lost") => {
    forgetClosing();
    forgetSilence();
    end(how);
    await leave();
  };
  const lose = () => void finish("lost").catch((error) => connection.settings.onError(error, "ending a subscription"));
  const forgetClosing = connection.onClose(lose);
  const forgetSilence = connection.onUnheard(lose);
  return { agreed, ended, close: () => finish("closed") };
}

/** 2025-11-25/server/resources: what is told of may lie below what was subscribed to. */
function covers(uris: ReadonlySet<string>, uri: string): boolean {
  if (uris.has(uri)) return true;
  return [...uris].some((watched) => uri.startsWith(watched.endsWith("/") ? watched : `${watched}/`));
}

async function watch(connection: Connection, uri: string, options: RequestOptions): Promise<void> {
  const watchers = connection.watched.get(uri) ?? 0;
  connection.watched.set(uri, watchers + 1);
  if (watchers === 0) await connection.request("resources/subscribe", { uri }, options);
}

async function unwatch(connection: Connection, uri: string): Promise<void> {
  const watchers = connection.watched.get(uri) ?? 1;
  if (watchers > 1) return void connection.watched.set(uri, watchers - 1);
  connection.watched.delete(uri);
  await connection.request("resources/unsubscribe", { uri });
}
