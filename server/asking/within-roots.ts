import type { Root } from "../../protocol/types/index.js";

/**
 * Whether a `file:` URI lies at or below one of a client's roots. Dots, their encodings and the case of the drive are
 * seen through, as far as a URI tells: whether a link on the disk leads out of them, only the disk knows.
 * Page: `2026-07-28/client/roots#security-considerations`.
 */
export function isWithinRoots(uri: string, roots: readonly Pick<Root, "uri">[]): boolean {
  const path = pathOf(uri);
  if (path === undefined) return false;
  return roots.some((root) => {
    const above = pathOf(root.uri)?.replace(/\/+$/, "");
    return above !== undefined && (path === above || path.startsWith(`${above}/`));
  });
}

/** Host and path of a `file:` URI, resolved; undefined for what is none, or hides a separator. */
function pathOf(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host, pathname } = new URL(uri);
  // An encoded separator is one to whoever decodes the path, and none to who resolves its dots.
  if (protocol !== "file:" || /%2f|%5c|%00/i.test(pathname)) return undefined;
  try {
    return host + decodeURIComponent(pathname).replace(/^\/[A-Za-z]:/, (drive) => drive.toLowerCase());
  } catch {
    return undefined;
  }
}
