import { invalidParams, invalidRequest, methodNotFound, Refusal } from "../../../protocol/errors.js";
import { isObject, own } from "../../../protocol/jsonrpc.js";
import { InputRequired } from "../../asking/rounds.js";
import type { Call, CallTask } from "../../call.js";
import type { ToolEntry } from "../../features/tools.js";
import { declares, extensionRequired } from "../extension.js";
import { tasksExtensionId } from "./identifier.js";
import type { TaskPolicy } from "./options.js";
import type { TaskRun } from "./task-run.js";

type Result = Record<string, unknown>;
type Attempt = () => Promise<Result>;

/** The calls of clients that cannot have tasks go on as they are. */
const notATask: CallTask = { detach: () => Promise.resolve(), run: undefined };

/** Whether a call of a tool is more than a plain one: its tool may become a task, or the client asks for one. */
export const concernsTasks = (call: Call, tool: ToolEntry): boolean =>
  tool.task !== undefined || (call.caller.revision.facts.tasks === "requested" && Object.hasOwn(call.params, "task"));

/**
 * Runs a tool's handler by `attempt`, and comes to its result, or to the task that the call became.
 * Pages: the tasks extension, "Task Creation"; `2025-11-25/basic/utilities/tasks#tool-level-negotiation`.
 */
export async function orTask(call: Call, tool: ToolEntry, attempt: Attempt): Promise<Result> {
  // The handler of a task that runs again.
  if (call.task) return attempt();
  const { revision } = call.caller;
  const policy = tool.task;
  call.task = notATask;
  switch (revision.facts.tasks) {
    case "requested": {
      if (!call.server.offers("tasks")) return attempt();
      const asked = own(call.params, "task");
      if (asked === undefined) {
        if (policy?.required) throw methodNotFound(`tools/call of "${tool.name}" without a task`);
        return attempt();
      }
      if (!policy) throw methodNotFound(`tools/call of "${tool.name}" as a task`);
      return new Detachment(call, { ...policy, when: "always" }, readTtl(asked)).result(attempt);
    }
    case "extension":
      if (!policy) return attempt();
      if (declares(call.caller, tasksExtensionId)) return new Detachment(call, policy, undefined).result(attempt);
      if (policy.required) throw extensionRequired(tasksExtensionId);
      return attempt();
    case "none":
      if (policy?.required)
        throw invalidRequest(
          `tool "${tool.name}" runs only as a task, which revision ${revision.version} does not have`,
          200,
        );
      return attempt();
  }
}

function readTtl(task: unknown): number | undefined {
  if (!isObject(task)) throw invalidParams('"task" must be an object');
  const ttl = own(task, "ttl");
  if (ttl === undefined) return undefined;
  if (!Number.isSafeInteger(ttl) || (ttl as number) < 1)
    throw invalidParams('"task.ttl" must be a whole number of milliseconds, 1 or more');
  return ttl as number;
}

/** A call on its way to become a task, or not. */
class Detachment implements CallTask {
  run: TaskRun | undefined;
  readonly #call: Call;
  readonly #policy: TaskPolicy;
  readonly #ttlMs: number | undefined;
  #detaching: Promise<void> | undefined;
  #created!: (answer: Result) => void;
  #over = false;

  constructor(call: Call, policy: TaskPolicy, ttlMs: number | undefined) {
    this.#call = call;
    this.#policy = policy;
    this.#ttlMs = ttlMs;
    call.task = this;
  }

  async result(attempt: Attempt): Promise<Result> {
    const created = new Promise<Result>((resolve) => (this.#created = resolve));
    const { when } = this.#policy;
    if (when === "always") await this.detach();
    const { server } = this.#call;
    const stopTimer =
      when === "slow" ? server.clock.after(server.tasks.slowMs(this.#policy), () => this.#slow()) : undefined;
    const end = () => {
      this.#over = true;
      stopTimer?.();
    };
    const work = attempt();
    work.then(
      (result) => {
        end();
        void this.run?.finish({ result }, attempt);
      },
      (error: unknown) => {
        end();
        void this.run?.finish({ error }, attempt);
      },
    );
    return Promise.race([created, work]);
  }

  detach(): Promise<void> {
    return (this.#detaching ??= this.#detach().catch((error: unknown) => {
      this.#detaching = undefined;
      throw error;
    }));
  }

  async #detach(): Promise<void> {
    const call = this.#call;
    const { server, exchange } = call;
    // What is being asked has to be answered first, by the retry pattern: its answers would find no round to come to.
    if (call.rounds?.handOver?.() === null) throw new InputRequired();
    const run = await server.tasks.create(call, this.#policy, call.rounds?.handOver?.() ?? undefined, this.#ttlMs);
    const open = call.rounds?.handOver?.() === null;
    if (open || this.#over || exchange.aborted) {
      await server.tasks.drop(run);
      throw open ? new InputRequired() : new Refusal("connection_closed", -32603, "The call is over");
    }
    // From here on the request is answered: nothing more goes out on its stream, and its end is not the task's.
    exchange.settle();
    call.rounds = run.rounds;
    this.run = run;
    this.#created(run.wire.created(run.state));
  }

  /** Not a task after all, where it cannot be one: the call goes on as it is. */
  #slow(): void {
    this.detach().catch((error: unknown) => {
      if (!(error instanceof Refusal || error instanceof InputRequired))
        this.#call.server.onError(error, "making a task of a slow call");
    });
  }
}
