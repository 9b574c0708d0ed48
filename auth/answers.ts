import { errorResponse } from "../protocol/jsonrpc.js";
import { httpRefusal, type Refusal, type RefusalCode } from "../protocol/errors.js";

/** A whole answer to an HTTP request, whatever carries it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Lets a page of any origin read an answer: there is nothing in it that is not told to everybody, and a page that asks
 * for authorization has to see what is wanted.
 */
export const readable = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After, DPoP-Nonce",
} as const;

/** An answer that refuses a request before it is looked at: like those of the binding, an error without an id. */
export function refusalAnswer(
  code: RefusalCode,
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return answerOf(httpRefusal(code, status, why, headers));
}

/** A refusal as an answer of its own, which pages of `origins` can read. */
export const answerOf = (refusal: Refusal, origins: Readonly<Record<string, string>> = readable): Answer => ({
  status: refusal.http?.status ?? 400,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...origins, ...refusal.http?.headers },
  body: JSON.stringify(errorResponse(undefined, refusal)),
});

/** A document for everybody. `maxAge` in seconds. */
export const documentAnswer = (body: string, maxAge: number): Answer => ({
  status: 200,
  headers: { "Content-Type": "application/json", "Cache-Control": `public, max-age=${maxAge}`, ...readable },
  body,
});

/** What a browser is told before it asks for such a document with headers of its own. */
export const preflightAnswer: Answer = {
  status: 204,
  headers: {
    ...readable,
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, DPoP, MCP-Protocol-Version",
    "Access-Control-Max-Age": "7200",
  },
  body: "",
};
