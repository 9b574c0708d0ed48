import type { Endpoint } from "./endpoint.js";
import { invalidRequest, Refusal } from "./errors.js";
import type { Exchange } from "./exchange.js";
import { errorResponse, own, readableId, type Response } from "./jsonrpc.js";
import { namedVersion } from "./meta.js";
import type { Peer } from "./peer.js";
import { legacyRevision } from "./revisions/index.js";

/**
 * Receives a JSON-RPC batch, which only 2025-03-26 has: every element on its own, the responses together, in the order
 * of the requests; undefined when nothing is to be answered. Throws -32600 where a batch may not stand.
 *
 * Pages: `2025-03-26/basic/index#batching`, `2025-03-26/basic/lifecycle#initialization`.
 */
export async function receiveBatch(
  batch: readonly unknown[],
  endpoint: Endpoint,
  peer: Peer,
  exchangeFor: (message: unknown) => Exchange,
  version = peer.session?.version,
): Promise<Response[] | undefined> {
  if (!(version !== undefined && legacyRevision(version)?.facts.batches)) {
    throw invalidRequest("batches exist in revision 2025-03-26 only");
  }
  if (batch.length === 0) throw invalidRequest("an empty batch");
  if (batch.length > endpoint.limits.maxBatch) {
    throw invalidRequest(`a batch of ${batch.length} messages; at most ${endpoint.limits.maxBatch} are taken`);
  }
  if (batch.some((message) => own(message, "method") === "initialize")) {
    throw invalidRequest('"initialize" must not be part of a batch');
  }
  const answers = await Promise.all(
    batch.map((message) =>
      Array.isArray(message)
        ? errorResponse(undefined, invalidRequest("a batch inside a batch"))
        : // Another revision's request may be one that stays open, and would hold back the answers of all the others.
          namedVersion(message) !== undefined && readableId(message) !== undefined
          ? errorResponse(readableId(message), invalidRequest("a request with a version of its own inside a batch"))
          : endpoint.receive(message, peer, exchangeFor(message)),
    ),
  );
  const responses = answers.filter((answer): answer is Response => answer !== undefined);
  return responses.length > 0 ? responses : undefined;
}

/** The response to what could not be received at all. */
export const refusalOf = (message: unknown, error: unknown): Response => {
  const refusal = error instanceof Refusal ? error : invalidRequest(String(error));
  const id = "id" in refusal ? (refusal as { id?: string | number }).id : readableId(message);
  return errorResponse(id, refusal);
};
