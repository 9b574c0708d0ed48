import { resolve } from "../match.js";
import type { Bindings } from "../match.js";
import { member } from "../trace.js";
import type { JsonObject, Revision } from "../trace.js";
import type { Front } from "./mutants/front.js";
import type { Asked } from "./subject.js";
import type { ClientTrace, ClientWire, Served } from "./trace.js";
import { httpSide } from "./wires/http.js";
import { memorySide } from "./wires/memory.js";
import { stdioSide } from "./wires/stdio.js";
import type { Arrival, ServerSide } from "./wires/wire.js";

/** The suite's side of a wire, for one client. */
export const sideOf = async (
  wire: ClientWire,
  { lingers }: Served,
  receive: (arrival: Arrival) => void,
): Promise<ServerSide> =>
  wire === "memory"
    ? memorySide(receive)
    : wire === "stdio"
      ? stdioSide(receive, lingers)
      : httpSide(receive, wire === "sse");

/** The suite's side with a mutant before it. */
export function mutated(side: ServerSide, front: Front): ServerSide {
  const send = side.send?.bind(side);
  if (!send) return side;
  const give = (text: string) => {
    const changed = front.give(text);
    if (changed !== undefined) send(changed);
  };
  return { ...side, send: give };
}

/** What the client is asked for. */
export function askedOf(
  { scenario, authorization }: ClientTrace,
  revision: Revision,
  wire: ClientWire,
  bindings: Bindings,
): Asked {
  const actions = scenario.do ?? [];
  const first = member(actions[0] ?? null, "action");
  const { capabilities = {}, answers = {}, timeoutMs, negotiate, untilFailure } = scenario;
  const limit = { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(untilFailure ? { untilFailure } : {}) };
  const name = typeof first === "string" ? first : "connect";
  const known = authorization
    ? {
        authorization: resolve(
          { browser: { $concat: [{ $ref: "server" }, "/browser"] }, ...scenario.authorization },
          bindings,
        ) as JsonObject,
      }
    : {};
  return { name, revision: negotiate ? "any" : revision, wire, capabilities, answers, ...limit, ...known, do: actions };
}
