import { httpRefusal } from "../../protocol/errors.js";
import { remembered } from "../../protocol/remembered.js";

export const JSON_TYPE = "application/json";
export const EVENTS_TYPE = "text/event-stream";

/** Which of the two kinds of reply a client takes. */
export interface Accepted {
  readonly json: boolean;
  readonly events: boolean;
}

const anything: Accepted = { json: true, events: true };

/** Reads an Accept header; without one, both kinds fit. */
export const readAccept = (header: string | undefined): Accepted =>
  header === undefined ? anything : acceptedBy(header);

const acceptedBy = remembered((header): Accepted => {
  if (header.trim() === "") return anything;
  const wanted = new Map<string | undefined, boolean>();
  for (const part of header.toLowerCase().split(",")) {
    const [range, ...parameters] = part.split(";").map((piece) => piece.trim());
    wanted.set(range, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
  }
  // The most specific range that fits a type speaks for it.
  const takes = (type: string, group: string) => wanted.get(type) ?? wanted.get(group) ?? wanted.get("*/*") ?? false;
  return { json: takes(JSON_TYPE, "application/*"), events: takes(EVENTS_TYPE, "text/*") };
});

/** 406: no kind of reply that this server has would be taken. */
export const notAcceptable = (has: string) =>
  httpRefusal("not_acceptable", 406, `Not acceptable: the answer is ${has}; name that in the Accept header`);

/** Whether a Content-Type says that a body is JSON in UTF-8. */
const saysJson = remembered((header) => {
  const [type, ...parameters] = header
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const named = parameters.find((parameter) => parameter.startsWith("charset="));
  const charset = named?.slice("charset=".length).replaceAll('"', "");
  return type === JSON_TYPE && (charset === undefined || charset === "utf-8" || charset === "utf8");
});

/** Throws 415 for a body that is not said to be JSON. */
export function checkContentType(header: string | undefined): void {
  if (header !== undefined && saysJson(header)) return;
  throw httpRefusal("unsupported_media_type", 415, `The body must be ${JSON_TYPE} in UTF-8, got "${header ?? ""}"`);
}
