import type { Bindings } from "../../match.js";
import { keyPair } from "../../signed.js";
import type { Revision } from "../../trace.js";
import type { ClientTrace } from "../trace.js";
import type { ServerSide } from "../wires/wire.js";
import { World } from "./world.js";

/** What stands around the server of a trace, where that is a protected one. Binds the names that the trace may use. */
export function surround(
  { authorization }: ClientTrace,
  revision: Revision,
  { origins }: ServerSide,
  bindings: Bindings,
): World | undefined {
  if (!authorization || !origins) return undefined;
  for (const [name, value] of Object.entries({ ...origins, ...keyPair() })) bindings.set(name, value);
  return new World(revision, authorization, bindings);
}
