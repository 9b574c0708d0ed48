import { dressHeaders, dressMessage, initializeRequest } from "../dress.js";
import type { Dress } from "../dress.js";
import { holdsIn, LEGACY, member, MODERN } from "../trace.js";
import type { Dressing, Json, JsonObject, Revision, Step, Trace } from "../trace.js";
import type { Row, RowDetail } from "./page-data.js";

type Intern = (text: string) => number;
type Said = Omit<RowDetail, "headers"> & { readonly headers?: Readonly<Record<string, unknown>> };

/** The messages of a trace as they would cross in `revision`: what is sent is dressed, what is expected a pattern. */
export function writtenRows(trace: Trace, revision: Revision, intern: Intern): readonly Row[] {
  const rows: Row[] = [];
  const judged = trace.role ?? "server";
  const runner = judged === "server" ? "client" : "server";
  const dressOf = (as?: Revision): Dress => ({ revision: as ?? revision, capabilities: trace.capabilities ?? {} });
  const add = (by: Row[0], step: number, text: string, { headers, ...said }: Said = {}) => {
    const more = {
      ...said,
      ...(headers && Object.keys(headers).length > 0 ? { headers: intern(JSON.stringify(headers)) } : {}),
    };
    rows.push(Object.keys(more).length > 0 ? [by, step, intern(text), more] : [by, step, intern(text)]);
  };

  const send = (at: number, message: Json, own: Dressing, caller: Said) => {
    const dress = dressOf(own.as);
    const dressed = (own.dress ?? trace.dress ?? true) ? dressMessage(message, dress) : message;
    const headers = runner === "client" ? { ...dressHeaders(dressed, dress), ...own.headers } : {};
    add(runner, at, JSON.stringify(dressed), { ...caller, headers });
  };

  const shakeHands = () => {
    const id = "handshake";
    const initialize = initializeRequest(id, dressOf());
    add("client", -1, JSON.stringify(initialize), { headers: dressHeaders(initialize, dressOf()) });
    const result = { protocolVersion: revision, capabilities: { $type: "object" }, serverInfo: { $type: "object" } };
    add("server", -1, JSON.stringify({ id, result }));
    const done: JsonObject = { jsonrpc: "2.0", method: "notifications/initialized" };
    add("client", -1, JSON.stringify(done), { headers: dressHeaders(done, dressOf()) });
  };

  const play = (step: Step, at: number) => {
    const caller: Said = step.by === undefined ? {} : { caller: step.by };
    if ("send" in step) send(at, step.send, step, caller);
    else if ("raw" in step) {
      const { raw } = step;
      add(runner, at, typeof raw === "string" ? raw : JSON.stringify(raw), { ...caller, note: "these bytes" });
    } else if ("http" in step) {
      const { method, path = "", body } = step.http;
      const headers = step.headers ? { headers: step.headers } : {};
      add(runner, at, `HTTP ${method} ${path}${body === undefined ? "" : `\n\n${body}`}`, { ...caller, ...headers });
    } else if ("cancel" in step) {
      const params = { requestId: step.cancel, reason: "no longer needed" };
      const note = MODERN.includes(revision)
        ? { note: "over HTTP the client closes the request's stream instead" }
        : {};
      const cancelled = dressMessage({ method: "notifications/cancelled", params }, dressOf());
      add(runner, at, JSON.stringify(cancelled), { ...caller, ...note });
    } else if ("expect" in step) add(judged, at, JSON.stringify(step.expect), caller);
    else if ("expectAll" in step) {
      for (const pattern of step.expectAll)
        add(judged, at, JSON.stringify(pattern), { ...caller, note: "in any order" });
    } else if ("pass" in step) {
      const note = `${step.atLeast ?? 0} to ${step.atMost} of these`;
      add(judged, at, JSON.stringify(step.pass), { ...caller, note });
    } else if ("poll" in step) {
      send(at, { id: "poll-N", ...step.poll }, step, { ...caller, note: "again and again" });
      add(judged, at, JSON.stringify(step.until), { ...caller, note: "until this comes" });
    } else if ("repeat" in step) {
      send(at, step.repeat, step, { ...caller, note: "again and again" });
      add(judged, at, JSON.stringify(step.until), { ...caller, note: "until this comes" });
    } else if ("reply" in step) add(judged, at, JSON.stringify(step.reply), { ...caller, note: "the HTTP reply" });
    else add("note", at, eventOf(step), caller);
  };

  if (LEGACY.includes(revision) && trace.handshake !== false) shakeHands();
  for (const [at, step] of trace.steps.entries()) if (holdsIn(step.only, revision)) play(step, at);
  return rows;
}

/** What happens in a step that is no message. */
function eventOf(step: Step): string {
  if ("close" in step) return "the client goes away without a word";
  if ("drop" in step) return `the connection for ${JSON.stringify(step.drop)} is cut`;
  if ("resume" in step) return `the client comes back for the stream of ${JSON.stringify(step.resume)}`;
  if ("stream" in step)
    return `the stream of ${JSON.stringify(step.stream)} has brought: ${JSON.stringify(step.events)}`;
  if ("metadata" in step)
    return `the protected resource's metadata, found as a client finds it: ${JSON.stringify(step.metadata)}`;
  if ("quiet" in step) return "silence: nothing more comes";
  return JSON.stringify(step);
}

const MARKS = new Set(
  (
    "covers examples only wires by comment dress as headers path query on status until hasty atMost atLeast after ended events" +
    " times notBefore"
  ).split(" "),
);

/** The member that makes a step what it is. */
export const kindOf = (step: object): string =>
  Object.keys(step).find((name) => !MARKS.has(name) && member(step as JsonObject, name) !== undefined) ?? "step";

/** Those of `all` for which something holds; undefined where that is all of them. */
export function spelt<T>(all: readonly T[], holds: (one: T) => boolean): readonly T[] | undefined {
  const some = all.filter(holds);
  return some.length === all.length ? undefined : some;
}

/** A text that is fit to be shown: the rest of a very long one is only counted. */
export function bounded(text: string, most = 8_000): string {
  return text.length <= most ? text : `${text.slice(0, most)}… and ${text.length - most} characters more`;
}
