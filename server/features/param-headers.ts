import { headerMismatch } from "../../protocol/errors.js";
import type { Envelope } from "../../protocol/envelope.js";
import { decodeHeaderValue, sameValue } from "../../protocol/header-value.js";
import { paramHeadersOf, valueAt, type ParamHeader } from "../../protocol/param-headers.js";
import type { Feature } from "../feature.js";

/**
 * Whether a mirrored integer is one that not every reader of JSON and headers takes for the same
 * (2026-07-28/server/tools#x-mcp-header/6, on every transport).
 */
export const hasUnsafeInteger = (headers: readonly ParamHeader[], args: unknown): boolean =>
  headers.some(({ path }) => {
    const value = valueAt(args, path);
    return Number.isInteger(value) && !Number.isSafeInteger(value);
  });

/** Holds the mirrored headers of a call against its arguments. Throws -32020. */
export function checkParamHeaders(headers: readonly ParamHeader[], args: unknown, envelope: Envelope): void {
  for (const { header, path } of headers) {
    const value = valueAt(args, path);
    const raw = envelope.header(header);
    if (value === undefined || value === null) {
      if (raw !== undefined) throw headerMismatch(`${header} is given, the body has no "${path.join("/")}"`);
      continue;
    }
    if (raw === undefined) throw headerMismatch(`the ${header} header is missing`);
    if (decodeHeaderValue(raw) === undefined) throw headerMismatch(`the ${header} header is malformed`);
    if (!sameValue(raw, value)) throw headerMismatch(`${header} differs from the body's "${path.join("/")}"`);
  }
}

const mirrored = {
  of: paramHeadersOf,
  /** What is wrong with the arguments whatever the headers say; throws -32020 where these differ from them. */
  check(headers: readonly ParamHeader[], args: unknown, envelope: Envelope | undefined): readonly string[] | undefined {
    if (envelope) checkParamHeaders(headers, args, envelope);
    return hasUnsafeInteger(headers, args) ? ["integers that headers repeat must be within ±(2^53 - 1)"] : undefined;
  },
};
export type ParamHeaders = typeof mirrored;

/** Parameters of tools that HTTP headers mirror. */
export const paramHeaders: Feature = {
  name: "paramHeaders",
  install(server) {
    server.paramHeaders = mirrored;
  },
};
