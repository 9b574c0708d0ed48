import { AuthorizationFailed, readOAuthError, said } from "./failed.js";

/** What was noted of one authorization request before the browser was sent away. */
export interface AuthorizationRequest {
  readonly issuer: string;
  readonly state: string;
  readonly redirectUri: string;
  /** Whether the authorization server says that each of its answers names it (RFC 9207). */
  readonly namesIssuer: boolean;
}

/**
 * Reads the address to which a browser was sent back, and gives the code. What is not an answer to this request, or
 * names another issuer, is not looked at any further: neither its code nor its error. Throws `response_mismatch`,
 * `denied`.
 *
 * 2026-07-28/basic/authorization/index#authorization-response-validation/4.1
 * 2026-07-28/basic/authorization/index#authorization-response-validation/4.2
 * 2026-07-28/basic/authorization/index#authorization-response-validation/4.3
 * 2026-07-28/basic/authorization/index#authorization-response-validation/4.4
 * 2026-07-28/basic/authorization/index#authorization-response-validation/6
 * 2026-07-28/basic/authorization/index#authorization-response-validation/7
 */
export function readAuthorizationResponse(callback: string | URL, request: AuthorizationRequest): string {
  const mismatch = (why: string) => new AuthorizationFailed("response_mismatch", why);
  const text = String(callback);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const expected = new URL(request.redirectUri);
  if (!url || url.origin !== expected.origin || url.pathname !== expected.pathname)
    throw mismatch("The browser came back to another address than it was sent to");
  const query = url.searchParams;
  const one = (name: string): string | undefined => {
    const [value, ...more] = query.getAll(name);
    if (more.length > 0) throw mismatch(`The answer of the browser has more than one ${name}`);
    return value;
  };
  if (one("state") !== request.state) throw mismatch("The answer of the browser is to another request");
  const iss = one("iss");
  if (iss === undefined ? request.namesIssuer : iss !== request.issuer)
    throw mismatch(`The answer of the browser is not from ${request.issuer}`);
  const error = readOAuthError(one);
  if (error) throw new AuthorizationFailed("denied", `${request.issuer} gave no code: ${said(error)}`, { data: error });
  const code = one("code");
  if (code === undefined || code === "") throw mismatch("The answer of the browser has no code");
  return code;
}
