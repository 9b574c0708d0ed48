import { messageOf } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import type { Middleware } from "../../server/middleware.js";

/** A middleware that says who connects, and each request with its time. */
export function callLog(say: (line: string) => void): Middleware {
  const known = new Set<string>();
  return async (ctx, next) => {
    const { method, params } = ctx;
    if (method === "ping") return next();
    const info = method === "initialize" ? own(params, "clientInfo") : ctx.client.info;
    const version = method === "initialize" ? own(params, "protocolVersion") : ctx.client.version;
    const who = `${own(info, "name") ?? "a client"} ${own(info, "version") ?? ""}`.trim();
    // A session opens once; modern requests each say who asks.
    if (method === "initialize" || !known.has(who)) say(`${who} connected (${String(version)})`);
    known.add(who);
    const started = performance.now();
    const said = (what: string) => {
      const subject = own(params, "name") ?? own(params, "uri");
      const took = (performance.now() - started).toFixed(1);
      say(`${method}${subject === undefined ? "" : ` ${String(subject)}`} ${took} ms${what}`);
    };
    try {
      const result = await next();
      said(own(result, "isError") === true ? " (isError)" : "");
      return result;
    } catch (error) {
      said(`: ${messageOf(error)}`);
      throw error;
    }
  };
}
