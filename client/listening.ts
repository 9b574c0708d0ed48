import type { Notification } from "../protocol/jsonrpc.js";
import { own } from "../protocol/jsonrpc.js";
import type { SubscriptionFilter, TasksExtension } from "../protocol/types/index.js";

/**
 * What a client wants to be told of. `taskIds`: tasks of the extension (2026-07-28).
 * Page: `2026-07-28/basic/patterns/subscriptions#notification-filter`.
 */
export interface ListenFilter extends SubscriptionFilter {
  readonly taskIds?: string[];
}

/** Something has changed: a list, the resource of an address, or a task. */
export type Change =
  | { readonly list: "tools" | "prompts" | "resources" }
  | { readonly uri: string }
  | { readonly task: TasksExtension.DetailedTask };

/** Told of each change. */
export type Listener = (change: Change) => void;

/** An open subscription. */
export interface Subscription {
  /** What of the filter the server tells of. */
  readonly agreed: ListenFilter;
  /** How it ended: by this client, by the server in good order, or with the connection. */
  readonly ended: Promise<"closed" | "graceful" | "lost">;
  /** Ends it. */
  close(): Promise<void>;
}

const lists = { toolsListChanged: "tools", promptsListChanged: "prompts", resourcesListChanged: "resources" } as const;

/** The change that a notification tells of, if any. */
export function changeOf({ method, params }: Notification): Change | undefined {
  const [, list] = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method) ?? [];
  if (list) return { list: list as "tools" | "prompts" | "resources" };
  const uri = own(params, "uri");
  if (method === "notifications/resources/updated" && typeof uri === "string") return { uri };
  if (method === "notifications/tasks") return { task: params as unknown as TasksExtension.DetailedTask };
  return undefined;
}

/** Whether a filter asks for a change. The resource told of may be a part of the one that is watched. */
export function asksFor(filter: ListenFilter, change: Change): boolean {
  if ("uri" in change) return filter.resourceSubscriptions !== undefined;
  if ("task" in change) return filter.taskIds?.includes(change.task.taskId) ?? false;
  return Object.entries(lists).some(([name, list]) => list === change.list && own(filter, name) === true);
}
