import type { Clock } from "../clock.js";
import { isObject } from "../jsonrpc.js";
import { milliseconds, wholeNumber } from "../options.js";

/** How other servers are asked. All of it optional. */
export interface FetchOptions {
  /** What asks. Default: the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds from the question to the last byte of its answer. Default 5,000. */
  readonly timeoutMs?: number;
  /** Bytes that an answer may have. Default 256 Ki. */
  readonly maxBytes?: number;
}

export type SettledFetch = Required<FetchOptions>;

export const settleFetch = (options: FetchOptions): SettledFetch => ({
  fetch: options.fetch ?? ((url, init) => fetch(url, init)),
  timeoutMs: milliseconds(options.timeoutMs, 5000, "timeoutMs", 1),
  maxBytes: wholeNumber(options.maxBytes, 256 * 1024, "maxBytes"),
});

/** The same, with what is left of a time for several questions together; a clock that was set back adds none. */
export const until = (ends: number, settled: SettledFetch, clock: Clock): SettledFetch => ({
  ...settled,
  timeoutMs: Math.min(settled.timeoutMs, Math.max(ends - clock.now(), 0)),
});

/** What came back: a JSON object, or undefined where the status was another than was asked for. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Asks for a JSON object, follows no redirect, and gives up on what is too slow or too large. Errors name the URL and
 * nothing that was sent. `takes` says which statuses have an object worth reading; where one of a refusal has none,
 * that is no error of its own.
 */
export async function fetchJson(
  url: URL,
  { fetch, timeoutMs, maxBytes }: SettledFetch,
  clock: Clock,
  init: RequestInit = {},
  takes: (status: number) => boolean = (status) => status === 200,
): Promise<JsonAnswer> {
  if (timeoutMs <= 0) throw new Error(`${url.href} was not asked: no time is left`);
  const controller = new AbortController();
  let late: (error: Error) => void = () => {};
  const lateness = new Promise<never>((_, reject) => (late = reject));
  const stop = clock.after(
    timeoutMs,
    () => {
      late(new Error(`${url.href} did not answer within ${timeoutMs} ms`));
      controller.abort();
    },
    true,
  );
  try {
    return await Promise.race([lateness, ask()]);
  } finally {
    stop();
  }

  async function ask(): Promise<JsonAnswer> {
    const headers = { Accept: "application/json", ...(init.headers as Record<string, string> | undefined) };
    const answer = await fetch(url.href, { ...init, headers, redirect: "manual", signal: controller.signal }).catch(
      () => {
        throw new Error(`${url.href} cannot be reached`);
      },
    );
    // A redirect that is not followed has the status 0 in some runtimes.
    if (answer.type === "opaqueredirect" || (answer.status >= 300 && answer.status < 400)) {
      void answer.body?.cancel().catch(() => {});
      throw new Error(`${url.href} redirects, which is not followed`);
    }
    const { status, ok } = answer;
    if (!takes(status)) {
      void answer.body?.cancel().catch(() => {});
      return { status, body: undefined };
    }
    const text = await readText(answer, maxBytes, url);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      if (!ok) return { status, body: undefined };
      throw new Error(`${url.href} answered with what is no JSON`);
    }
    if (isObject(body)) return { status, body: body as Readonly<Record<string, unknown>> };
    if (!ok) return { status, body: undefined };
    throw new Error(`${url.href} answered with what is no JSON object`);
  }
}

async function readText(answer: Response, maxBytes: number, url: URL): Promise<string> {
  if (!answer.body) return "";
  const reader = answer.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > maxBytes) {
      void reader.cancel().catch(() => {});
      throw new Error(`${url.href} answered with more than ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
