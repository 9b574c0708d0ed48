import { Refusal } from "../../protocol/errors.js";
import type { Exchange, Standing } from "../../protocol/exchange.js";
import type { RequestId } from "../../protocol/jsonrpc.js";
import { subscriptionIdKey } from "../../protocol/meta.js";
import type { Peer } from "../../protocol/peer.js";
import { changeNotification, type Change, type ListKind } from "../changes.js";
import type { Server } from "../server.js";
import { SubscriptionCount } from "./subscription-count.js";

/** The members of a filter, by the list of whose changes they tell. */
export const listMembers: Readonly<Record<ListKind, string>> = {
  tools: "toolsListChanged",
  prompts: "promptsListChanged",
  resources: "resourcesListChanged",
};

/** What a client hears of. */
export interface Filter {
  /** The filter as it is acknowledged: what was asked for and is offered. */
  readonly agreed: Readonly<Record<string, unknown>>;
  readonly uris: ReadonlySet<string> | undefined;
}

type Result = Record<string, unknown>;

/** A `subscriptions/listen` that is open. There may be thousands: it keeps what it needs and no closure. */
export class Subscription implements Standing {
  readonly #all: OpenSubscriptions;
  readonly #peer: Peer;
  readonly #exchange: Exchange;
  readonly #id: RequestId;
  readonly #filter: Filter;
  /** Ends what extensions tell. */
  stops: readonly (() => void)[] | undefined;
  #resolve: ((result: Result) => void) | undefined;
  #reject: ((error: Refusal) => void) | undefined;

  constructor(all: OpenSubscriptions, id: RequestId, peer: Peer, exchange: Exchange, filter: Filter) {
    this.#all = all;
    this.#id = id;
    this.#peer = peer;
    this.#exchange = exchange;
    this.#filter = filter;
  }

  /** Resolves when the subscription is ended from this side. Rejects when it is cancelled. */
  start(): Promise<Result> {
    this.send("notifications/subscriptions/acknowledged", { notifications: this.#filter.agreed });
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Made where it is sent: kept, it would be of the largest parts of a stream that is idle. */
  get #meta(): Readonly<Record<string, unknown>> {
    return { [subscriptionIdKey]: this.#id };
  }

  wants(change: Exclude<Change, { taskId: string }>): boolean {
    return "list" in change
      ? this.#filter.agreed[listMembers[change.list]] === true
      : this.#filter.uris?.has(change.uri) === true;
  }

  send(method: string, about?: Readonly<Record<string, unknown>>): void {
    this.#exchange.send({ jsonrpc: "2.0", method, params: { ...about, _meta: this.#meta } });
  }

  /**
   * The cancellation page wants the notification wherever the server tears a subscription down; over HTTP the end of
   * the request's own stream says the same, and the subscriptions page names only the result.
   */
  end(): void {
    this.#leave();
    if (this.#exchange.shared) {
      this.#exchange.send({
        jsonrpc: "2.0",
        method: "notifications/cancelled",
        params: { requestId: this.#id, reason: "The server ends the subscription" },
      });
    }
    this.#resolve?.({ _meta: this.#meta });
  }

  abort(): void {
    this.#leave();
    this.#reject?.(new Refusal("connection_closed", -32603, "Cancelled"));
  }

  #leave(): void {
    if (!this.#all.delete(this, this.#peer, this.#exchange.auth?.principal)) return;
    for (const stop of this.stops ?? []) stop();
  }
}

/** The subscriptions that are open: one listener of the bus does for all of them. */
export class OpenSubscriptions {
  readonly #server: Server;
  readonly #count: SubscriptionCount;
  readonly #open = new Set<Subscription>();
  #forget: (() => void) | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#count = new SubscriptionCount(server.limits);
  }

  /** Undefined where there are too many. */
  add(id: RequestId, peer: Peer, exchange: Exchange, filter: Filter): Subscription | undefined {
    if (!this.#count.take(peer, exchange.auth?.principal)) return undefined;
    const subscription = new Subscription(this, id, peer, exchange, filter);
    this.#open.add(subscription);
    this.#forget ??= this.#listen();
    return subscription;
  }

  /** Whether it was still there. */
  delete(subscription: Subscription, peer: Peer, principal: string | undefined): boolean {
    if (!this.#open.delete(subscription)) return false;
    this.#count.release(peer, principal);
    if (this.#open.size === 0) {
      this.#forget?.();
      this.#forget = undefined;
    }
    return true;
  }

  #listen(): () => void {
    const stopListening = this.#server.changes.subscribe((change) => this.#tell(change));
    const forgetClose = this.#server.onClose(() => {
      for (const subscription of [...this.#open]) subscription.end();
    });
    return () => {
      stopListening();
      forgetClose();
    };
  }

  #tell(change: Change): void {
    if ("taskId" in change) return;
    const { method, params } = changeNotification(change);
    for (const subscription of [...this.#open]) {
      if (!subscription.wants(change)) continue;
      try {
        subscription.send(method, params);
      } catch (error) {
        this.#server.onError(error, "telling of a change");
      }
    }
  }
}
