import { supports } from "../../protocol/capabilities.js";
import type { Peer } from "../../protocol/peer.js";
import { changeNotification, type Change } from "../changes.js";
import type { Server } from "../server.js";
import { watchLiveness } from "./liveness.js";

/**
 * The sessions that hear of changes. One subscription of the bus does for all of them, since there may be thousands.
 * Pages: `2025-11-25/server/tools#list-changed-notification`, `2025-11-25/server/resources#subscriptions`.
 */
export class ToldSessions {
  readonly #server: Server;
  /** Each with how to stop looking after its client, where that is done. */
  readonly #peers = new Map<Peer, (() => void) | undefined>();
  #unsubscribe: (() => void) | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Tells the session of this peer of changes, until the peer's `stopTelling` is called or it closes. */
  add(peer: Peer): void {
    this.#unsubscribe ??= this.#server.changes.subscribe((change) => this.#tell(change));
    this.#peers.set(peer, watchLiveness(this.#server, peer));
    peer.stopTelling = this.#stop;
  }

  /** What is offered to a client without a session: it cannot be told of changes later. */
  without(capabilities: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const told = ["tools", "prompts", "resources"];
    return Object.fromEntries(
      Object.entries(capabilities).map(([name, value]) => [name, told.includes(name) ? {} : value]),
    );
  }

  readonly #stop = (peer: Peer): void => {
    peer.stopTelling = undefined;
    this.#peers.get(peer)?.();
    this.#peers.delete(peer);
    if (this.#peers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  };

  #tell(change: Change): void {
    // A session is told of its tasks by those who work on them.
    if ("taskId" in change) return;
    const message = { jsonrpc: "2.0" as const, ...changeNotification(change) };
    for (const peer of [...this.#peers.keys()]) {
      const { session } = peer;
      const wanted =
        "uri" in change
          ? session?.watched?.has(change.uri)
          : session && supports(session.serverCapabilities, `${change.list}.listChanged`);
      if (!wanted) continue;
      try {
        peer.push(message);
      } catch (error) {
        this.#server.onError(error, "telling of a change");
      }
    }
  }
}
