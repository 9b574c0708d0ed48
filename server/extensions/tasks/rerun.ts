import { Exchange, type Auth } from "../../../protocol/exchange.js";
import type { RequestId } from "../../../protocol/jsonrpc.js";
import { Peer } from "../../../protocol/peer.js";
import { legacyRevision, modernRevision } from "../../../protocol/revisions/index.js";
import type { ClientInfo } from "../../../protocol/session.js";
import type { StoredTask } from "../../../protocol/task-store.js";
import { callOf, type CallTask } from "../../call.js";
import type { Server } from "../../server.js";

/** A request whose client is not there: nothing can be sent on it. */
class AbsentExchange extends Exchange {
  constructor(auth: Auth | undefined) {
    super(auth, undefined, false);
  }

  override get canSend(): boolean {
    return false;
  }

  protected deliver(): void {}
}

/**
 * Makes what runs the task of an earlier process again, from its arguments, its answers and its `once` values. It says
 * false where it cannot: the tool is gone, or is no longer marked as one that may run again.
 */
export const rerunOn =
  (server: Server) =>
  (task: StoredTask): boolean => {
    const { request, principal } = task;
    const revision = modernRevision(task.version) ?? legacyRevision(task.version);
    const tool = server.tools.get(String(request.params.name));
    if (!revision || tool?.task?.restart !== "rerun") return false;
    const caller = {
      revision,
      clientInfo: request.clientInfo as ClientInfo | undefined,
      clientCapabilities: request.clientCapabilities,
      logLevel: undefined,
      principal,
    };
    const peer = new Peer({ push: () => {} }, { clock: server.clock, maxInFlight: 1 });
    const exchange = new AbsentExchange(principal === undefined ? undefined : { principal });
    const id = request.id as RequestId;
    const call = callOf(
      server,
      caller.revision.methods[request.method]!,
      id,
      request.method,
      request.params,
      caller,
      peer,
      exchange,
      undefined,
    );
    const run = server.tasks.start(call, task);
    call.rounds = run.rounds;
    call.task = { run, detach: () => Promise.resolve() } satisfies CallTask;
    const attempt = async () => server.handlers[request.method]!(call);
    attempt().then(
      (result) => void run.finish({ result }, attempt),
      (error: unknown) => void run.finish({ error }, attempt),
    );
    return true;
  };
