import type { Reply, Visit } from "../authorization/world.js";
import { isObject } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import type { ClientMutation, Hands, MakeMutation } from "./front.js";

/** Where users are sent: the URL that the client gives to the browser. */
export const isOpening = ({ path }: Visit): boolean => path.startsWith("/browser?");
const pathOf = ({ path }: Visit): string => path.split("?")[0] ?? "";
export const isToken = (visit: Visit): boolean => pathOf(visit).endsWith("/token");
export const isRegistration = (visit: Visit): boolean => pathOf(visit).endsWith("/register");
export const isMetadata = (visit: Visit): boolean =>
  pathOf(visit).includes("/.well-known/") && !pathOf(visit).includes("protected-resource");

/** Changes the URL to which users are sent. */
export function reopened(visit: Visit, change: (url: URL) => void): Visit {
  if (!isOpening(visit)) return visit;
  const url = new URL(new URLSearchParams(visit.path.slice("/browser?".length)).get("url") ?? "");
  change(url);
  return { ...visit, path: `/browser?url=${encodeURIComponent(url.href)}` };
}

export const opens =
  (change: (query: URLSearchParams) => void): MakeMutation =>
  () => ({ visit: (visit) => reopened(visit, ({ searchParams }) => change(searchParams)) });

/** Changes the form that goes to a token endpoint. */
export function reposted(visit: Visit, change: (form: URLSearchParams) => void): Visit {
  if (!isToken(visit)) return visit;
  const form = new URLSearchParams(visit.body);
  change(form);
  return { ...visit, body: form.toString() };
}

export const posts =
  (change: (form: URLSearchParams) => void): MakeMutation =>
  () => ({ visit: (visit) => reposted(visit, change) });

/** The same in both. */
export const names =
  (change: (params: URLSearchParams) => void): MakeMutation =>
  () => ({
    visit: (visit) =>
      reposted(
        reopened(visit, ({ searchParams }) => change(searchParams)),
        change,
      ),
  });

/** Asks at another path. */
export const asksAt =
  (change: (path: string, turn: number) => string): MakeMutation =>
  () => {
    let turn = 0;
    return { visit: (visit) => ({ ...visit, path: isOpening(visit) ? visit.path : change(visit.path, turn++) }) };
  };

/** Changes what the client reads of a document. */
export const reads =
  (which: (visit: Visit) => boolean, change: (document: JsonObject, visit: Visit) => JsonObject): MakeMutation =>
  () => ({
    reply: (reply, visit) => {
      if (!visit || !which(visit) || !reply.body.startsWith("{")) return reply;
      const document = JSON.parse(reply.body) as Json;
      return isObject(document) ? { ...reply, body: JSON.stringify(change(document, visit)) } : reply;
    },
  });

/** Changes what the client reads of the challenge. */
export const challenged =
  (change: (field: string, status: number) => string): MakeMutation =>
  () => ({
    reply: (reply, visit) => {
      const field = reply.headers["WWW-Authenticate"];
      if (visit || field === undefined) return reply;
      return { ...reply, headers: { ...reply.headers, "WWW-Authenticate": change(field, reply.status) } };
    },
  });

/** Changes what the client reads of the address at which its user came back. */
export function returned(reply: Reply, change: (back: URLSearchParams) => void): Reply {
  const { Location } = reply.headers;
  if (reply.status !== 302 || Location === undefined) return reply;
  const back = new URL(Location);
  change(back.searchParams);
  return { ...reply, headers: { ...reply.headers, Location: back.href } };
}

/** Does something when a reply comes. */
export const upon =
  (does: (reply: Reply, visit: Visit | undefined, hands: Hands) => void): MakeMutation =>
  (hands) => ({
    reply: (reply, visit) => {
      does(reply, visit, hands);
      return reply;
    },
  });

/** Opens the authorization endpoint of metadata, whatever the client thinks of it. */
export const opensIf = (fits: (endpoint: string) => boolean): MakeMutation =>
  upon(({ body }, visit, hands) => {
    if (!visit || !isMetadata(visit) || !body.startsWith("{")) return;
    const endpoint = String((JSON.parse(body) as JsonObject)["authorization_endpoint"]);
    if (fits(endpoint)) hands.visit({ at: "server", path: `/browser?url=${encodeURIComponent(endpoint)}` });
  });

/** Changes the header fields of messages, once there is a token, which is given. */
export const carries =
  (change: (headers: Record<string, string>, token: string, count: number) => void): MakeMutation =>
  () => {
    let token: string | undefined;
    let count = 0;
    const mutation: ClientMutation = {
      reply: (reply, visit) => {
        if (visit && isToken(visit)) token = (JSON.parse(reply.body) as { access_token?: string }).access_token;
        return reply;
      },
      toServer: (message, headers) => {
        if (token !== undefined) change(headers, token, count++);
        return message;
      },
    };
    return mutation;
  };
