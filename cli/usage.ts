/** A command line that cannot be understood; `usage` tells how to write it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  constructor(
    message: string,
    readonly usage: string,
  ) {
    super(message);
  }
}

/** A port as it stands on a command line or in the environment. Throws a {@link UsageError} for what is none. */
export function readPort(value: string, usage: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new UsageError(`"${value}" is no port: a number from 0 to 65535 is`, usage);
  return port;
}

/** The address of a server over HTTP. Throws a {@link UsageError} for what is none. */
export function readUrl(value: string, usage: string): URL {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return new URL(value);
  throw new UsageError(`"${value}" is no address of a server: http://… or https://… is`, usage);
}
