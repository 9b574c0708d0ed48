import { bearerChallenge } from "../protocol/scopes.js";
import { algorithms } from "../protocol/oauth/jws.js";

/** What was wrong with a request's credentials, as RFC 6750 section 3.1 and RFC 9449 section 7.1 name it. */
export type ChallengeError = "invalid_request" | "invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce";

export interface ChallengeTerms {
  /** The scheme of the credentials that came; undefined where none did. */
  readonly scheme: "Bearer" | "DPoP" | undefined;
  /** Undefined: nothing came that could be wrong. */
  readonly error?: ChallengeError | undefined;
  readonly description?: string | undefined;
  /** The scopes that are needed of all requests. */
  readonly scope: string | undefined;
  /** Where the metadata lies. */
  readonly metadataUrl: string;
  /** Whether tokens that are bound to keys are taken. */
  readonly dpop: boolean;
}

/**
 * The `WWW-Authenticate` of a 401 or 400: it names the scheme that came, and offers the other one to whoever came with
 * none or as a bearer.
 */
export function writeChallenge({ scheme, error, description, scope, metadataUrl, dpop }: ChallengeTerms): string {
  const params = { error, error_description: description, scope, resource_metadata: metadataUrl };
  const algs = algorithms.join(" ");
  if (dpop && scheme === "DPoP") return bearerChallenge({ ...params, algs }, "DPoP");
  return bearerChallenge(params) + (dpop ? `, ${bearerChallenge({ algs }, "DPoP")}` : "");
}
