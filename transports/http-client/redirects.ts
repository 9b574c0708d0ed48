/** Redirects of one request that are followed. */
const MOST_REDIRECTS = 5;

/**
 * Sends a request, and follows only what keeps method, body and origin (307, 308): a request carries credentials, the
 * session and what a user has said, all meant for the server that the user named. Any other redirect is returned as
 * the answer. Browsers do not show where a redirect leads, so that there none is followed: the answer's status is 0.
 */
export async function fetchThere(send: typeof fetch, url: URL, init: Omit<RequestInit, "redirect">): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects++) {
    const response = await send(at, { ...init, redirect: "manual" });
    const next = redirects < MOST_REDIRECTS ? leadsTo(response, at) : undefined;
    if (next?.origin !== url.origin) return response;
    await response.body?.cancel();
    at = next;
  }
}

function leadsTo({ status, headers }: Response, from: URL): URL | undefined {
  const location = headers.get("location");
  if ((status !== 307 && status !== 308) || location === null) return undefined;
  try {
    return new URL(location, from);
  } catch {
    return undefined;
  }
}

/** Why an answer that is a redirect was not followed; empty for any other. */
export function notFollowed({ type, status, headers }: Response): string {
  if (type === "opaqueredirect") return "a redirect, which a browser does not show";
  const location = headers.get("location");
  const redirects = status >= 300 && status < 400 && location !== null;
  return redirects ? `a redirect to ${location} is not followed` : "";
}
