import { put } from "../../mutants/mutant.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject, Revision } from "../../trace.js";
import type { ClientMutation, Hands, Headers, MakeMutation } from "./front.js";

/** A way for a client to be wrong: it stands before one and breaks one statement of the specification. */
export interface ClientMutant {
  readonly name: string;
  /** The statement that it breaks: its ids, one for each revision in which it is tried. */
  readonly breaks: readonly string[];
  readonly role: "client";
  /** Default: every wire on which a trace covers the statement. */
  readonly wires?: readonly string[];
  /** What it does, in one sentence. */
  readonly does: string;
  readonly make: MakeMutation;
}

export const mutant = (
  name: string,
  breaks: readonly string[],
  does: string,
  make: MakeMutation,
  wires?: readonly string[],
): ClientMutant => ({ name, breaks, role: "client", does, make, ...(wires ? { wires } : {}) });

export const across = (revisions: readonly Revision[], statement: string): readonly string[] =>
  revisions.map((revision) => `${revision}/${statement}`);

type Change = (message: JsonObject, headers: Headers) => Json | undefined;

/** Changes the client's messages of a method. */
export const sends =
  (method: string | RegExp, change: Change): MakeMutation =>
  () => ({
    toServer: (message, headers) => (isOf(message, method) ? change(message, headers) : message),
  });

/** Changes what the client answers; `asked`: the method of the question. */
export const answers =
  (asked: string, change: (message: JsonObject) => Json | undefined): MakeMutation =>
  () => {
    const open = new Set<string>();
    return {
      toClient: (message) => {
        if (isOf(message, asked)) open.add(JSON.stringify(message["id"]));
        return message;
      },
      toServer: (message) =>
        message["method"] === undefined && open.has(JSON.stringify(message["id"])) ? change(message) : message,
    };
  };

/** Changes what the client hears of a result of its requests of a method. */
export const results =
  (method: string, change: (result: JsonObject, hands: Hands) => Json | undefined): MakeMutation =>
  (hands) => {
    const open = new Set<string>();
    return {
      toServer: (message) => {
        if (isOf(message, method)) open.add(JSON.stringify(message["id"]));
        return message;
      },
      toClient: (message) => {
        const result = member(message, "result");
        const mine = message["method"] === undefined && open.has(JSON.stringify(message["id"]));
        if (!mine || !isObject(result)) return message;
        const changed = change(result, hands);
        return changed === undefined ? undefined : { ...message, result: changed };
      },
    };
  };

/** Changes the header fields of requests of a method. */
export const headers = (
  method: string | RegExp,
  change: (headers: Headers, message: JsonObject) => void,
): MakeMutation =>
  sends(method, (message, fields) => {
    change(fields, message);
    return message;
  });

/** Says something beside the client's messages of a method. */
export const beside =
  (method: string, says: (message: JsonObject) => Json): MakeMutation =>
  (hands) => ({
    toServer: (message) => {
      if (isOf(message, method)) hands.say(says(message));
      return message;
    },
  });

/** Says something when the server sends a method. */
export const uponHearing =
  (method: string, says: (message: JsonObject) => readonly Json[]): MakeMutation =>
  (hands) => ({
    toClient: (message) => {
      if (isOf(message, method)) for (const one of says(message)) hands.say(one);
      return message;
    },
  });

export const isOf = (message: JsonObject, method: string | RegExp): boolean =>
  typeof message["method"] === "string" &&
  (typeof method === "string" ? message["method"] === method : method.test(message["method"]));

export const without = (message: JsonObject, ...path: readonly string[]): JsonObject => put(message, path, undefined);

export { put };
export type { ClientMutation };
