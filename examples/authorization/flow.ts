// What a client does to get a token for a server, step by step, with nothing but fetch. The browser is played too: it
// follows redirects and keeps cookies until it is sent back to the client.
import { createHash, randomBytes } from "node:crypto";

type Json = Record<string, unknown>;

export interface FlowOptions {
  /** The scopes to ask for. Default: those that the server's challenge names. */
  readonly scope?: string;
  /** Default: the client registers. */
  readonly clientId?: string;
  /** For which server the token shall be. Default: the one that asks for it. */
  readonly resource?: string;
  readonly say?: (step: string) => void;
}

export const redirectUri = "http://127.0.0.1/callback";

/** The parameters of a Bearer challenge. */
export const readChallenge = (header: string | null): Record<string, string> =>
  Object.fromEntries([...(header ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));

/** Gets a token for the server at a URL. */
export async function getToken(serverUrl: string, options: FlowOptions = {}) {
  const { say = () => {} } = options;
  const refused = await fetch(serverUrl, { method: "POST", body: "{}" });
  const challenge = readChallenge(refused.headers.get("www-authenticate"));
  say(`${refused.status}: the metadata lies at ${challenge.resource_metadata}`);
  const { resource, authorization_servers } = await json(challenge.resource_metadata!);
  const issuer = (authorization_servers as string[])[0]!;
  const metadata = await json(`${issuer}/.well-known/oauth-authorization-server`);
  if (metadata.issuer !== issuer) throw new Error("The metadata is another issuer's");
  say(`${String(resource)} takes tokens of ${issuer}`);
  const clientId = options.clientId ?? (await register(metadata.registration_endpoint as string));
  say(`the client is ${clientId}`);

  const verifier = randomBytes(32).toString("base64url");
  const target = options.resource ?? (resource as string);
  const state = randomBytes(8).toString("hex");
  const authorize = new URL(metadata.authorization_endpoint as string);
  authorize.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: options.scope ?? challenge.scope ?? "",
    state,
    resource: target,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const back = await browse(authorize);
  if (back.searchParams.get("state") !== state || back.searchParams.get("iss") !== issuer)
    throw new Error(`Nobody asked for ${back.href}`);
  const code = back.searchParams.get("code");
  if (code === null) throw new Error(`No code: ${back.search}`);
  say("alice has agreed");

  const token = await json(metadata.token_endpoint as string, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
      resource: target,
    }),
  });
  say(`a token for ${String(token.scope)}, for ${String(token.expires_in)} s`);
  return { token: token.access_token as string, clientId, scope: token.scope as string, metadata };
}

async function register(endpoint: string): Promise<string> {
  const client = {
    client_name: "Example client",
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: "none",
    application_type: "native",
  };
  const headers = { "Content-Type": "application/json" };
  return (await json(endpoint, { method: "POST", headers, body: JSON.stringify(client) })).client_id as string;
}

/** Follows redirects as a browser does, up to the one that leads back to the client, where `home` begins its address. */
export async function browse(start: URL, home = redirectUri): Promise<URL> {
  const cookies = new Map<string, string>();
  for (let url = start, hops = 0; hops < 10; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { Cookie: cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      cookies.set(name!, value!);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`${url.href} answered ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(home) && url.host !== start.host) return url;
  }
  throw new Error("Too many redirects");
}

async function json(url: string, init?: RequestInit): Promise<Json> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Json;
}
