import { authorizationCode, type AuthorizationCodeOptions } from "../../client/authorization/authorization-code.js";
import type { Authorization } from "../../client/authorization/authorization.js";
import { clientCredentials } from "../../client/authorization/client-credentials.js";
import type { GivenClient } from "../../client/authorization/registration.js";
import { CallFailed } from "../../protocol/call-failed.js";
import { loopbackRedirect } from "../../transports/loopback-redirect.js";
import type { Screen } from "../terminal/screen.js";
import { printable } from "../terminal/text.js";
import { UsageError } from "../usage.js";
import { fromEnvironment, type SignIn } from "./sign-in-options.js";
import { TokenFolder, tokenFolder } from "./token-folder.js";

/** How else than by its options a command signs in. */
export interface SignInHow {
  readonly screen: Screen;
  /** Whether somebody is there to open an address. */
  readonly attended: boolean;
  readonly usage: string;
  readonly scopes?: readonly string[];
  readonly port?: number;
}

/** The client that the options name. Throws a `UsageError` for options that do not go together. */
export function givenClient(options: SignIn, usage: string): GivenClient | undefined {
  const { "client-id": id, "client-secret": name, "as-client": asClient } = options;
  if (id === undefined) {
    if (name !== undefined) throw new UsageError("--client-secret goes with --client-id", usage);
    if (asClient) throw new UsageError("--as-client goes with --client-id and --client-secret", usage);
    return undefined;
  }
  if (asClient && name === undefined) throw new UsageError("--as-client goes with --client-secret", usage);
  return { id, ...(name === undefined ? {} : { secret: fromEnvironment(name, "--client-secret", usage) }) };
}

/**
 * Lets the command in at a server over HTTP: by what is kept from earlier times, by the client that the options name,
 * or by the user, who is shown an address and opens it.
 */
export function signIn(url: string, options: SignIn, how: SignInHow): Authorization {
  const { screen, usage, scopes = [] } = how;
  const client = givenClient(options, usage);
  const store = new TokenFolder(tokenFolder());
  if (client && options["as-client"]) return clientCredentials({ client, store, scopes });
  const loopback = loopbackRedirect({ open: () => {}, ...(how.port === undefined ? {} : { port: how.port }) });
  const redirect: AuthorizationCodeOptions["redirect"] = (address, consent) => {
    const lines = [
      `${url} wants you to sign in at ${address.host}. Open this address in a browser:`,
      `  ${address.href}`,
      ...(consent.scopes.length === 0 ? [] : [`It asks to allow: ${consent.scopes.join(" ")}`]),
    ];
    for (const line of lines) screen.say(printable(line));
    return loopback.redirect(address, consent);
  };
  return authorizationCode({
    redirectUri: async (registered) => {
      // Before anything is registered for a user who is not there.
      if (!how.attended) throw new CallFailed("unauthorized", `${url} wants you to sign in`, { status: 401 });
      return loopback.redirectUri(registered);
    },
    redirect,
    register: { name: "barewire" },
    store,
    scopes,
    ...(client ? { client } : {}),
  });
}
