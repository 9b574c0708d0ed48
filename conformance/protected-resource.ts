import { readChallenges } from "./challenge.js";
import type { Dialogue } from "./dialogue.js";
import { Failure } from "./failure.js";
import { barrierRequest } from "./dress.js";
import { isObject } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const OK = 200;
const UNAUTHORIZED = 401;

/**
 * Looks for the metadata of a protected server as a client does: where the challenge of the reply that came last says;
 * without it at the well-known URI of the endpoint's path, then at that of the root. Undefined on a wire that has none.
 */
export async function findMetadata(dialogue: Dialogue): Promise<JsonObject | undefined> {
  const { url } = dialogue.subject;
  if (url === undefined) return undefined;
  const { origin, pathname } = new URL(url);
  const { headers } = await dialogue.lastReply();
  const told = readChallenges(headers["www-authenticate"] ?? "").find(({ scheme }) => scheme === "bearer")?.params[
    "resource_metadata"
  ];
  if (told !== undefined && !(/^https?:/i.test(told) && URL.canParse(told)))
    throw new Failure("resource_metadata is no URL of a document", "an http or https URL", told);
  const own = pathname === "/" ? [] : [`${origin}${WELL_KNOWN}${pathname}`];
  const seen: string[] = [];
  for (const place of told === undefined ? [...own, origin + WELL_KNOWN] : [told]) {
    const accept = { Accept: "application/json", Authorization: null };
    dialogue.sendHttp({ method: "GET", path: place }, { dress: false, headers: accept, document: true });
    const { status, body } = await dialogue.lastReply().catch((error: Error) => {
      throw new Failure(
        "the metadata of the protected resource cannot be read",
        "a reply",
        `${error.message}: ${place}`,
      );
    });
    const document = status === OK ? parsed(body) : undefined;
    if (isObject(document)) return document;
    seen.push(`HTTP ${status} at ${place}`);
  }
  throw new Failure("the metadata of the protected resource was not found", "a JSON object", seen.join(", "));
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

/** Whether a subject answers 401 to who brings no token. */
export async function asksForAuthorization(dialogue: Dialogue): Promise<boolean> {
  const { revision, subject } = dialogue;
  if (subject.url === undefined) return false;
  const headers = { Authorization: null };
  if (subject.wire === "sse") dialogue.sendHttp({ method: "GET" }, { headers });
  else {
    const id = "inventory-0";
    const { method } = barrierRequest(id, { revision, capabilities: {} }) as { method: string };
    await dialogue.send({ id, method }, { headers });
  }
  return (await dialogue.lastReply()).status === UNAUTHORIZED;
}
