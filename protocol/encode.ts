import { internalError } from "./errors.js";
import {
  errorResponse,
  type ErrorResponse,
  type Message,
  type Notification,
  type Response,
  type ResultResponse,
} from "./jsonrpc.js";
import { jsonOf } from "./prepared.js";
import { remembered } from "./remembered.js";

/**
 * Writes a message as one line of JSON. Whoever waits for a response gets one: a result that JSON cannot say becomes an
 * error, an error's data that it cannot say are left out. Both are told to `onError`, as is any other message that it
 * cannot say, which is left out (undefined).
 */
export function encodeMessage(
  message: Message | readonly Response[],
  onError: (error: unknown, where: string) => void,
): string | undefined {
  try {
    if ("result" in message) return encodeResult(message);
    return "method" in message && !("id" in message) ? encodeNotification(message) : JSON.stringify(message);
  } catch (error) {
    onError(error, "writing a message");
    if (Array.isArray(message)) {
      return `[${message.map((response: Response) => encodeMessage(response, onError)).join(",")}]`;
    }
    if ("error" in message) {
      const { data: _, ...error } = (message as ErrorResponse).error;
      return JSON.stringify({ ...message, error });
    }
    if (!("result" in message)) return undefined;
    return JSON.stringify(
      errorResponse(message.id, internalError(`The result cannot be written as JSON: ${(error as Error).message}`)),
    );
  }
}

function encodeResult({ id, result }: ResultResponse): string {
  return `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":${encodeMembers(result)}}`;
}

/** One change is told to thousands, in words of which only those of `_meta` differ. */
function encodeNotification({ method, params }: Notification): string {
  const rest = params === undefined ? "" : `,"params":${encodeMembers(params)}`;
  return `{"jsonrpc":"2.0","method":${textOf(method)}${rest}}`;
}

/** An object is written member by member, since some of them are the same in every message. */
function encodeMembers(object: Readonly<Record<string, unknown>>): string {
  if (typeof object.toJSON === "function") return JSON.stringify(object);
  let members = "";
  for (const name of Object.keys(object)) {
    const json = jsonOf(object[name]);
    if (json !== undefined) members += `${members === "" ? "" : ","}${textOf(name)}:${json}`;
  }
  return `{${members}}`;
}

const textOf = remembered((text) => JSON.stringify(text));
