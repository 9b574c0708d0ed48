import { printable } from "../terminal/text.js";
import { UsageError } from "../usage.js";

/** Options for how a server over HTTP is to let the command in. */
export const signInOptions = {
  token: { type: "string" },
  "client-id": { type: "string" },
  "client-secret": { type: "string" },
  "as-client": { type: "boolean", default: false },
} as const;

/** Their part of a command's help. */
export const signInUsage = `  --token NAME     the environment variable that holds a token for the server
  --client-id ID   the client that the authorization server knows
  --client-secret NAME  the environment variable that holds its secret
  --as-client      sign in as that client, without a user
`;

export interface SignIn {
  readonly token?: string;
  readonly "client-id"?: string;
  readonly "client-secret"?: string;
  readonly "as-client"?: boolean;
}

/** What a secret is called on a command line, which others can see: the variable that holds it. */
export function fromEnvironment(name: string, option: string, usage: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new UsageError(`${option} ${printable(name)}: there is no such environment variable`, usage);
  return value;
}

/** The token in a variable. Throws a `UsageError`, which never tells the value, for what no header field can carry. */
export function tokenFrom(name: string, usage: string): string {
  const value = fromEnvironment(name, "--token", usage);
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new UsageError(
    `--token ${printable(name)}: the variable holds no token: it has spaces, line breaks or characters beyond ASCII`,
    usage,
  );
}
