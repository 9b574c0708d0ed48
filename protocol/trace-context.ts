import { own, type Params } from "./jsonrpc.js";

/** Where a request stands in a distributed trace, in the formats of W3C Trace Context and W3C Baggage. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;
// One list member, of up to 256 characters a side; a tracestate holds at most 32 of them.
const stateMember = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const baggageMember =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=[ \t]*[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*([ \t]*;[^,]*)?$/;

const isList = (value: string, member: RegExp, most: number, maxLength: number): boolean => {
  const members = value.split(",").map((item) => item.trim());
  return (
    value.length <= maxLength && members.length <= most && members.every((item) => item === "" || member.test(item))
  );
};

/**
 * Reads the trace context of a request's `_meta`. A value that breaks its format is left out, and without a
 * `traceparent` there is no `tracestate`.
 *
 * Page: `2026-07-28/basic/index#meta` (OpenTelemetry trace context).
 */
export const readTraceContext = (params: Params): TraceContext => traceContextOf(own(params, "_meta"));

function traceContextOf(meta: unknown): TraceContext {
  const text = (name: string): string | undefined => {
    const value = own(meta, name);
    return typeof value === "string" ? value : undefined;
  };
  const [parent, state, baggage] = [text("traceparent"), text("tracestate"), text("baggage")];
  const traced =
    parent !== undefined && traceparent.test(parent) && !(parent.startsWith("00-") && parent.length !== 55);
  return {
    ...(traced ? { traceparent: parent } : {}),
    ...(traced && state !== undefined && isList(state, stateMember, 32, 8192) ? { tracestate: state } : {}),
    ...(baggage !== undefined && isList(baggage, baggageMember, 180, 8192) ? { baggage } : {}),
  };
}

const keys = ["traceparent", "tracestate", "baggage"] as const;

/**
 * The keys of a `_meta` object whose values break the formats: nobody may send them
 * (2026-07-28/basic/index#meta/17).
 */
export function malformedTraceKeys(meta: unknown): readonly string[] {
  const present = keys.filter((key) => own(meta, key) !== undefined);
  if (present.length === 0) return present;
  const read = traceContextOf(meta);
  return present.filter((key) => read[key] === undefined);
}
