import { CallFailed } from "../../protocol/call-failed.js";
import { headersOf } from "../../transports/http-client/settings.js";

/** What a server says to those who bring no token. */
export interface Refusal {
  readonly status: number;
  readonly challenge: string | undefined;
}

const PATIENCE_MS = 30_000;

/** Asks a server without a token. Throws `connection_failed`, and `request_timeout` for one that says nothing. */
export async function refusalOf(url: string, own: Record<string, string> = {}, ms = PATIENCE_MS): Promise<Refusal> {
  const headers = headersOf(own);
  headers.set("Accept", "application/json, text/event-stream");
  headers.set("Content-Type", "application/json");
  const signal = AbortSignal.timeout(ms);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: "{}", redirect: "manual", signal });
    await answer.body?.cancel();
    return { status: answer.status, challenge: answer.headers.get("www-authenticate") ?? undefined };
  } catch (error) {
    const { origin } = new URL(url);
    if (signal.aborted) throw new CallFailed("request_timeout", `${origin} did not answer within ${ms} ms`);
    throw new CallFailed("connection_failed", `${origin} cannot be reached`, { cause: error });
  }
}
