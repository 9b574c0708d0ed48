import { invalidParams, invalidRequest } from "../../protocol/errors.js";
import { express } from "../../protocol/express.js";
import { checkForm } from "../../protocol/form.js";
import { given } from "../../protocol/given.js";
import { own } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import type { ClientInfo } from "../../protocol/session.js";
import type { Call, Handlers } from "../call.js";
import type { Server } from "../server.js";

/**
 * `initialize`: agrees on a revision (the one asked for, or the newest that this server has), and opens the session. It
 * runs in one go, without waiting for anything, so that what the client sends right behind it finds the session.
 *
 * Pages: `2025-11-25/basic/lifecycle#initialization`, `#version-negotiation`, `#capability-negotiation`.
 */
function initialize({ server, params, caller, peer, exchange }: Call): Record<string, unknown> {
  if (peer.session) throw invalidRequest('"initialize" was answered already; a session is initialized once');
  const version = own(params, "protocolVersion");
  if (typeof version !== "string") throw invalidParams('"protocolVersion" must be a string');
  const revision = server.revisions.legacy(version) ?? caller.revision;
  const clientCapabilities = own(params, "capabilities");
  checkForm(clientCapabilities, revision.clientCapabilities, "capabilities");
  const clientInfo = own(params, "clientInfo");
  checkForm(clientInfo, revision.implementation, "clientInfo");
  const principal = exchange.auth?.principal;
  const offered = server.capabilitiesFor(principal);
  const capabilities = (exchange.envelope?.stateless && server.told?.without(offered)) || offered;
  peer.session = {
    phase: "opening",
    version: revision.version,
    clientInfo: clientInfo as ClientInfo,
    clientCapabilities: clientCapabilities as Record<string, unknown>,
    serverCapabilities: capabilities,
    lastSeen: server.clock.now(),
    ...(principal === undefined ? {} : { principal }),
  };
  const result = given({
    protocolVersion: revision.version,
    capabilities,
    serverInfo: server.describe(revision),
    instructions: server.info.instructions,
  });
  return express(revision, "InitializeResult", result) as Record<string, unknown>;
}

/**
 * `notifications/initialized`: from here on the session hears of changes, as far as it was offered to.
 * Pages: `2025-11-25/basic/lifecycle#initialization`, `#operation`.
 */
export function openSession(server: Server, peer: Peer): void {
  const { session } = peer;
  if (session?.phase !== "opening") return;
  session.phase = "ready";
  peer.ready();
  tellChanges(server, peer);
}

/** Tells a session that is open of changes, unless it is told already, and looks after its client. */
export function tellChanges(server: Server, peer: Peer): void {
  if (peer.session?.phase === "ready" && !peer.stopTelling) server.told?.add(peer);
}

export const lifecycle: Handlers = { initialize };
