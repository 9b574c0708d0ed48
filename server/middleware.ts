import type { Call, Handler } from "./call.js";
import { Context } from "./context.js";
import type { Feature } from "./feature.js";

/**
 * Stands around every request: measures, limits, traces, records. `next` works the request and gives its result, which
 * the middleware returns, changed or not; what it throws instead is the answer. Notifications pass by.
 */
export type Middleware<State = undefined> = (
  ctx: Context<State>,
  next: () => Promise<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

/** Runs a request through what stands around it, the first one outermost. */
function through(middleware: readonly Middleware[], call: Call, work: Handler): Promise<Record<string, unknown>> {
  const step = async (at: number): Promise<Record<string, unknown>> => {
    const current = middleware[at];
    if (!current) return work(call);
    let looked = false;
    let inner: Record<string, unknown> | undefined;
    let called = false;
    const next = async () => {
      if (called) throw new Error("A middleware may call next only once");
      called = true;
      return (inner = await step(at + 1));
    };
    const result = await current(new Context(call, () => void (looked = true)), next);
    // To count or to trace by caller changes nothing; to hand back another result may.
    if (looked && result !== inner) call.personal = true;
    return result;
  };
  return step(0);
}

export type Through = typeof through;

/** Those of mounted servers: whatever else there is stands outside them. */
export const innermost = new WeakSet<Middleware>();

/** What stands around every request. */
export const middleware: Feature<"use"> = {
  name: "middleware",
  install(server) {
    const all: Middleware[] = [];
    server.middleware = all;
    server.through = through;
    server.use = (entry) => {
      const inner = all.findIndex((one) => innermost.has(one));
      all.splice(inner < 0 ? all.length : inner, 0, entry);
      return () => {
        const at = all.indexOf(entry);
        if (at !== -1) all.splice(at, 1);
      };
    };
  },
};
