// An async tool that fetches source code from a URL and says plainly what went wrong where it cannot.
import type { Context } from "barewire";

const MAX_BYTES = 256 * 1024;
const textType = /^(text\/|application\/(.+\+)?(json|xml|javascript|typescript|yaml|toml|x-sh)\b)/i;

interface Source {
  /** An http or https URL */
  url: string;
  /**
   * @type integer
   * @minimum 1
   * @maximum 60000
   */
  timeoutMs?: number;
}

// It reaches all that this machine can, the local network too: list the hosts that are allowed before you deploy it.
/** Fetches a source file (text, at most 256 KiB) from a URL.
 *  @name fetch_source
 *  @readonly
 *  @openworld */
export async function fetchSource({ url, timeoutMs = 10_000 }: Source, ctx: Context): Promise<string> {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) throw new Error(`"${url}" is no http or https URL`);
  const timeout = AbortSignal.timeout(timeoutMs);
  const over = new AbortController();
  try {
    // `ctx.signal` aborts when the client cancels the call.
    return await fetchText(url, AbortSignal.any([ctx.signal, timeout, over.signal]));
  } catch (error) {
    if (timeout.aborted) throw new Error(`${url} did not answer within ${timeoutMs} ms`);
    // fetch itself says no more than "fetch failed"; the reason is its cause.
    if (!(error instanceof TypeError && error.cause)) throw error;
    throw new Error(`${url} cannot be reached: ${reason(error.cause)}`);
  } finally {
    over.abort(); // lets go of an answer that was not read to its end
  }
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`.trimEnd());
  const type = response.headers.get("content-type") ?? "text/plain";
  if (!textType.test(type)) throw new Error(`${url} is not text but ${type}`);
  let bytes = 0;
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`${url} is larger than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function reason(cause: unknown): string {
  const code = (cause as { code?: unknown }).code;
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND") return "there is no such host";
  if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return "the connection was cut";
  return cause instanceof Error ? cause.message : String(code);
}
