import { CallFailed } from "../protocol/call-failed.js";
import { isObject, own, type RequestId } from "../protocol/jsonrpc.js";
import { subscriptionIdKey } from "../protocol/meta.js";
import type { Connection } from "./connection.js";
import { changeOf, type ListenFilter, type Listener, type Subscription } from "./listening.js";
import type { RequestOptions } from "./options.js";

/**
 * Changes by a request of their own, whose answer is the end.
 * Page: `2026-07-28/basic/patterns/subscriptions`.
 */
export async function listenByRequest(
  connection: Connection,
  filter: ListenFilter,
  listener: Listener,
  { signal, timeoutMs = connection.settings.timeoutMs }: RequestOptions,
): Promise<Subscription> {
  const stopper = new AbortController();
  const onAbort = () => stopper.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  let id: RequestId | undefined;
  let acknowledge!: (agreed: ListenFilter) => void;
  const acknowledged = new Promise<ListenFilter>((resolve) => (acknowledge = resolve));
  let open = false;
  let torn = false;
  const stopListening = connection.onNotification((notification) => {
    if (id === undefined) return;
    // On a shared channel the server ends it so; the answer that is to follow may be left out.
    if (notification.method === "notifications/cancelled" && own(notification.params, "requestId") === id) {
      torn = true;
      connection.calls.fail(id, new CallFailed("connection_closed", "The server ended the subscription"));
      return;
    }
    // Where all messages share a channel, this alone says which subscription one is of.
    if (own(own(notification.params, "_meta"), subscriptionIdKey) !== id) return;
    if (notification.method === "notifications/subscriptions/acknowledged") {
      const agreed = own(notification.params, "notifications");
      open = true;
      acknowledge(isObject(agreed) ? (agreed as ListenFilter) : {});
      return;
    }
    const change = open ? changeOf(notification) : undefined;
    if (change) listener(change);
  });
  const stopTimer = connection.settings.clock.after(timeoutMs, () =>
    stopper.abort(
      new CallFailed("request_timeout", `subscriptions/listen was not acknowledged within ${timeoutMs} ms`),
    ),
  );
  let closed = false;
  const ended = connection
    .request(
      "subscriptions/listen",
      { notifications: filter },
      { signal: stopper.signal, timeoutMs: Infinity, maxTotalMs: Infinity },
      { onId: (given) => (id = given) },
    )
    .finally(() => {
      stopTimer();
      stopListening();
      signal?.removeEventListener("abort", onAbort);
    });
  const over = ended.then(
    () => "graceful" as const,
    () => (torn ? ("graceful" as const) : closed || stopper.signal.aborted ? ("closed" as const) : ("lost" as const)),
  );
  const failed = ended.then(
    () => {
      throw new CallFailed("malformed_answer", "subscriptions/listen ended before it was acknowledged");
    },
    (error: unknown) => {
      throw stopper.signal.reason instanceof CallFailed ? stopper.signal.reason : error;
    },
  );
  failed.catch(() => {});
  const agreed = await Promise.race([acknowledged, failed]);
  stopTimer();
  return {
    agreed,
    ended: over,
    async close() {
      closed = true;
      stopper.abort("The subscription is closed");
      await over;
    },
  };
}
