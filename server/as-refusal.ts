import { internalError, messageOf, Refusal } from "../protocol/errors.js";
import type { Revision } from "../protocol/revision.js";
import type { Server } from "./server.js";

/** Turns whatever was thrown into what the caller may see, with the codes of its revision. */
export function asRefusal(error: unknown, revision: Revision | undefined, server: Server, where: string): Refusal {
  if (!(error instanceof Refusal)) {
    server.onError(error, where);
    return internalError(server.maskErrors ? undefined : `Internal error: ${messageOf(error)}`);
  }
  if (error.code === "resource_not_found" && revision && revision.facts.resourceNotFound !== error.rpcCode) {
    return new Refusal(error.code, revision.facts.resourceNotFound, error.message, { data: error.data });
  }
  return error;
}
