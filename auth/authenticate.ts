import { systemClock, type Clock } from "../protocol/clock.js";
import { checkEnds, type Auth } from "../protocol/auth.js";
import { principalOf } from "./principal.js";
import { readResource } from "../protocol/oauth/resource.js";
import { TokenRefused, type Presented, type Verified, type Verifier } from "./verifier.js";

/** Who may come in, and how what they were granted is read. */
export interface AuthenticateOptions {
  /** The canonical URI of this server, like `https://example.com/mcp`: whom tokens have to be for. */
  readonly resource: string;
  /** What finds out who a token stands for. Of several, the first that knows it decides. */
  readonly verify: Verifier | readonly Verifier[];
  /**
   * Whether a scope that was granted implies one that is needed, beside the same one:
   * `(granted, needed) => granted === "files:admin" && needed.startsWith("files:")`.
   */
  readonly implies?: (granted: string, needed: string) => boolean;
  readonly clock?: Clock;
}

/**
 * Finds out who credentials stand for, where no HTTP is: a server on a pipe takes them from the environment, and hands
 * what comes of it to its transport. Rejects with {@link TokenRefused} for credentials that are no good.
 * Page: `2026-07-28/basic/authorization#protocol-requirements`.
 */
export async function authenticate(token: string, options: AuthenticateOptions): Promise<Auth> {
  const { resource, verify, implies, clock = systemClock } = options;
  const { uri } = readResource(resource);
  const auth = await whoIs(token, { resource: uri, clock, scheme: "Bearer" }, [verify].flat(), implies);
  if (auth.boundTo !== undefined)
    throw new TokenRefused("The token is bound to a key, which nobody proves to have here");
  return auth;
}

/** Asks the verifiers, one after the other. */
export async function whoIs(
  token: string,
  presented: Presented,
  verifiers: readonly Verifier[],
  implies: AuthenticateOptions["implies"],
  more: Pick<Auth, "resourceMetadata" | "required" | "scheme"> = {},
): Promise<Auth> {
  for (const verify of verifiers) {
    const verified = await verify(token, presented);
    if (verified) return { ...authOf(verified, implies), ...more };
  }
  throw new TokenRefused("The token is not one that is known here");
}

function authOf(verified: Verified, implies: AuthenticateOptions["implies"]): Auth {
  const granted = new Set(verified.scopes);
  const covers = (scope: string) =>
    granted.has(scope) || (implies !== undefined && verified.scopes.some((one) => implies(one, scope)));
  // Whoever verifies need not think of it: without one, all callers would share their sessions.
  const { issuer, subject, client } = verified;
  if (!verified.principal && !subject && !client)
    throw new TypeError("The verifier names neither principal, subject nor client");
  checkEnds(verified);
  return { ...verified, principal: verified.principal || principalOf(issuer, subject, client), covers };
}
