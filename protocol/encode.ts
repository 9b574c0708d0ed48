import { internalError } from "./errors.js";
import { errorResponse, type ErrorResponse, type Message, type Response, type ResultResponse } from "./jsonrpc.js";
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
    return "result" in message ? encodeResult(message) : JSON.stringify(message);
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

/** A result is written member by member, since some of them are the same in every message. */
function encodeResult({ id, result }: ResultResponse): string {
  let members = "";
  for (const name of Object.keys(result)) {
    const json = jsonOf(result[name]);
    if (json !== undefined) members += `${members === "" ? "" : ","}${keyOf(name)}${json}`;
  }
  return `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":{${members}}}`;
}

const keyOf = remembered((name) => `${JSON.stringify(name)}:`);
