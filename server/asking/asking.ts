import type { Clock } from "../../protocol/clock.js";
import { milliseconds } from "../../protocol/options.js";
import type { ClientInfo } from "../../protocol/session.js";
import type { Call } from "../call.js";
import type { Feature, Installing } from "../feature.js";
import { admitResult } from "../result-type.js";
import type { ServerOptions } from "../server-options.js";
import { Asker } from "./asker.js";
import { canonicalCall } from "./canonical.js";
import { Elicitations } from "./elicitations.js";
import { inRounds } from "./in-rounds.js";
import { LegacyRounds } from "./legacy-rounds.js";
import { ModernRounds } from "./modern-rounds.js";
import { readStatePolicy, RequestStates, type Binding } from "./request-state.js";
import type { Rounds } from "./rounds.js";

/** How the handlers of a server ask its clients. */
export class Asking {
  /** Milliseconds that a client has to answer (legacy). */
  readonly timeoutMs: number;
  readonly states: RequestStates;
  readonly elicitations: Elicitations;
  readonly inRounds = inRounds;
  readonly statePolicy = readStatePolicy;
  readonly #clock: Clock;
  readonly #onRootsChanged: (client: ClientInfo) => void;

  constructor(server: Installing, { askTimeoutMs, requestState, onRootsChanged }: ServerOptions) {
    this.timeoutMs = milliseconds(askTimeoutMs, 10 * 60_000, "askTimeoutMs", 1);
    this.#clock = server.clock;
    this.states = new RequestStates(requestState ?? {}, server.clock);
    this.elicitations = new Elicitations(server.clock, this.timeoutMs);
    this.#onRootsChanged = (client) => {
      try {
        onRootsChanged?.(client);
      } catch (error) {
        server.onError(error, "onRootsChanged");
      }
    };
  }

  asker(call: Call): Asker {
    return new Asker(call);
  }

  legacyRounds({ caller, peer, exchange }: Call): Rounds {
    return new LegacyRounds(caller, peer, exchange, this.timeoutMs, this.#clock, (id) =>
      this.elicitations.note(id, peer),
    );
  }

  modernRounds(call: Call): Rounds {
    return new ModernRounds(call.caller, this.states, bindingOf(call));
  }

  /** The rounds of a request that brings something from an earlier one (modern). Throws -32602 for what is forged. */
  resume(call: Call): Promise<Rounds> {
    return ModernRounds.open(call.params, call.caller, this.states, bindingOf(call));
  }

  /** Hands on that a client's roots have changed. */
  rootsChanged(client: ClientInfo): void {
    this.#onRootsChanged(client);
  }
}

const bindingOf = ({ server, caller, method, params }: Call): Binding => ({
  principal: caller.principal,
  call: canonicalCall(method, params),
  policy: method === "tools/call" ? server.tools?.get(String(params.name))?.requestState : undefined,
});

/** Questions to clients: elicitation, sampling, roots. Pages: those of `2026-07-28/client`. */
export const asking: Feature<
  "elicitationCompleted",
  "elicit" | "sample" | "roots" | "once" | "inputResponses" | "requestState"
> = {
  name: "asking",
  limits: { maxToolRounds: 32 },
  install(server, options) {
    server.admitResult = admitResult;
    const kept = (server.asking = new Asking(server, options));
    server.elicitationCompleted = (elicitationId) => kept.elicitations.complete(elicitationId);
  },
};
