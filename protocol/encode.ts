import { internalError } from "./errors.js";
import { errorResponse, type Message, type Response } from "./jsonrpc.js";

/**
 * Writes a message as one line of JSON. A response that JSON cannot say becomes an error response; anything else that it
 * cannot say is told to `onError` and left out (undefined).
 */
export function encodeMessage(message: Message | readonly Response[], onError: (error: unknown, where: string) => void): string | undefined {
  try {
    return JSON.stringify(message);
  } catch (error) {
    onError(error, "writing a message");
    if (Array.isArray(message)) {
      return `[${message.map((response: Response) => encodeMessage(response, onError)).join(",")}]`;
    }
    if (!("result" in message)) return undefined;
    return JSON.stringify(errorResponse(message.id, internalError(`The result cannot be written as JSON: ${(error as Error).message}`)));
  }
}
