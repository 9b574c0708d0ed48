import type { Json, JsonObject } from "../../trace.js";

/**
 * What stands around a protected server: its guard and its authorization servers. Every part may be left out, and has a
 * default that is in order. `{ "$ref": … }` names an origin: `server`, `issuer`, `other`, `exposed`; or `resource`, the
 * URL of the MCP endpoint.
 */
export interface Authorization {
  /** The path of the MCP endpoint. Default `/mcp`. */
  readonly endpoint?: string;
  /** There is an origin at an address that is not loopback; on a machine without one the trace does not apply. */
  readonly exposed?: true;
  /** Parameters of the challenge that goes with 401, over those by default, null leaves one out; or the whole field. */
  readonly challenge?: Json;
  /** Which scopes a method needs: without them 403. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Protected Resource Metadata: members over those by default, null leaves one out. */
  readonly resource?: JsonObject;
  /** Paths where they lie. Default: the well-known one of the endpoint; at 2025-03-26 none. */
  readonly resourceAt?: readonly string[];
  /** Path of the issuer's identifier, such as `/tenant1`. */
  readonly issuerPath?: string;
  /** Metadata of the authorization server: members over those by default, null leaves one out. */
  readonly metadata?: JsonObject;
  /** Paths where they lie. Default: the well-known one of RFC 8414. */
  readonly metadataAt?: readonly string[];
  /** Paths of any origin that redirect, and where to. */
  readonly redirects?: JsonObject;
  /** The answer to a registration: `status`, and members over those by default. */
  readonly registration?: JsonObject;
  /** Parameters with which the user comes back, over those by default; null leaves one out. */
  readonly response?: JsonObject;
  /** The answer of the token endpoint: members over those by default. Its `scope` is what is granted. */
  readonly token?: JsonObject;
  /** Tokens come with one to renew them. */
  readonly refresh?: true;
}

/** What changes while a trace is played. */
export interface Change extends Authorization {
  /** The tokens given out so far are valid no more. */
  readonly revoked?: true;
}
