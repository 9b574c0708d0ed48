import type { Revision } from "./trace.js";
import type { Parcel } from "./wires/wire.js";

/** How something is sent that is not sent as the runner would by itself. */
export interface Sending {
  readonly dress?: boolean;
  readonly as?: Revision;
  /** Header fields; null takes one away, the caller's own too. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What is asked for is a document, and no message. */
  readonly document?: true;
}

/** What of it the wire has to know beside the header fields. */
export function detailsOf({ headers = {}, path, query, document }: Sending): Partial<Parcel> {
  const without = Object.keys(headers).filter((name) => headers[name] === null);
  return {
    ...(path === undefined ? {} : { path }),
    ...(query === undefined ? {} : { query }),
    ...(without.length === 0 ? {} : { without }),
    ...(document === undefined ? {} : { document }),
  };
}

/** Header fields as reports have them: tokens are for nobody's eyes. */
export function shownHeaders(headers: Readonly<Record<string, string>>): string {
  return JSON.stringify(headers, (name, value: unknown) =>
    name.toLowerCase() === "authorization" ? "[redacted]" : value,
  );
}
