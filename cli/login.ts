import { canonicalServer } from "../client/authorization/protected-resource.js";
import { CallFailed } from "../protocol/call-failed.js";
import { messageOf } from "../protocol/errors.js";
import { refusalOf } from "./authorization/refusal.js";
import { givenClient, signIn } from "./authorization/sign-in.js";
import { signInOptions, signInUsage, type SignIn } from "./authorization/sign-in-options.js";
import { TokenFolder, tokenFolder } from "./authorization/token-folder.js";
import { reach } from "./target/target.js";
import { exitCodes, exitUsage, reasonOf } from "./target/with-server.js";
import { Screen } from "./terminal/screen.js";
import { printable } from "./terminal/text.js";
import { readCommandLine, readPort, UsageError } from "./usage.js";

export const loginUsage = `Usage: barewire login URL [OPTIONS]

Signs in at a server over HTTP: prints an address to open in a browser, waits
until it comes back, and keeps the token for the commands that use the server.
URL may be a name from the configuration of a host.

  --scope NAME     ask for this too; may be repeated
  --port N         the port that the browser comes back to, where one is registered
  --config FILE    look the name up in this file alone
${signInUsage.replace(/^.*--token.*\n/, "")}
${exitUsage}`;

export const logoutUsage = `Usage: barewire logout URL [OPTIONS]

Forgets the token of a server, and has the authorization server take it back where
it can.

  --config FILE    look the name up in this file alone

${exitUsage}`;

const { token: _, ...clientOptions } = signInOptions;
const options = {
  ...clientOptions,
  config: { type: "string" },
  scope: { type: "string", multiple: true },
  port: { type: "string" },
} as const;

/** The server over HTTP that a command line names. */
async function entryOf(positionals: readonly string[], config: string | undefined, usage: string) {
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0) throw new UsageError("one server has to be named, by its URL", usage);
  const values = config === undefined ? {} : { config };
  const { entry } = await reach({ target, command: undefined, values }, usage);
  if (!("url" in entry)) throw new UsageError(`${target} is no server over HTTP: none other is signed in at`, usage);
  return entry;
}

/** `barewire login`. Gives the exit code. */
export async function login(args: readonly string[]): Promise<number> {
  const { values, positionals } = readCommandLine(args, options, loginUsage);
  const { url, headers } = await entryOf(positionals, values.config, loginUsage);
  const screen = new Screen(process.stderr);
  const { scope: scopes = [], port } = values;
  const authorization = signIn(url, values, {
    screen,
    attended: true,
    usage: loginUsage,
    scopes,
    ...(port === undefined ? {} : { port: readPort(port, loginUsage) }),
  });
  let asks = true;
  try {
    const { status, challenge } = await refusalOf(url, headers);
    asks = status === 401;
    await authorization.authorize(url, { challenge });
    await keepClient(url, values);
  } catch (error) {
    return failed(error, asks ? "" : `; ${printable(url)} did not ask for a token`);
  }
  process.stdout.write(`Signed in at ${printable(url)}\n`);
  return exitCodes.done;
}

/** Tells why it did not come about. Gives the exit code. */
function failed(error: unknown, more = ""): number {
  if (error instanceof UsageError) throw error;
  const reason = error instanceof CallFailed ? reasonOf(error) : printable(messageOf(error));
  process.stderr.write(`barewire: ${reason}${more}\n`);
  return exitCodes.noConnection;
}

/** A client that was named is known from now on, so that its token can be renewed without naming it again. */
async function keepClient(url: string, values: SignIn): Promise<void> {
  const client = givenClient(values, loginUsage);
  const store = new TokenFolder(tokenFolder());
  const tokens = await store.load("tokens", canonicalServer(new URL(url)));
  if (!client || !tokens) return;
  const { id, secret } = client;
  const known = { id, ...(secret === undefined ? {} : { secret }), redirectUris: [] };
  await store.save("registration", tokens.issuer, known);
}

/** `barewire logout`. Gives the exit code. */
export async function logout(args: readonly string[]): Promise<number> {
  const { values, positionals } = readCommandLine(args, { config: options.config }, logoutUsage);
  const { url } = await entryOf(positionals, values.config, logoutUsage);
  const screen = new Screen(process.stderr);
  const store = new TokenFolder(tokenFolder());
  try {
    if (!(await store.load("tokens", canonicalServer(new URL(url))))) {
      process.stdout.write(`There is no token for ${printable(url)}\n`);
      return exitCodes.done;
    }
    const taken = await signIn(url, {}, { screen, attended: false, usage: logoutUsage }).forget(url);
    const still = taken ? "" : "; the authorization server has not taken it back, so that it holds until it ends";
    process.stdout.write(`Signed out of ${printable(url)}${still}\n`);
    return exitCodes.done;
  } catch (error) {
    return failed(error);
  }
}
