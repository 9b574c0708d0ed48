import { express } from "../../protocol/express.js";
import type { Params } from "../../protocol/jsonrpc.js";
import type { Call } from "../call.js";

/**
 * Sends a notification that belongs to a request, in its caller's vocabulary: on the request's own way or, where the
 * call has become a task, on the task's.
 */
export function notify({ caller, exchange, task }: Call, method: string, shape: string, params: Params): void {
  const expressed = express(caller.revision, shape, params);
  if (task?.run) task.run.notify(method, expressed);
  else exchange.send({ jsonrpc: "2.0", method, params: expressed });
}
