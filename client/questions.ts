import { CallFailed } from "../protocol/call-failed.js";
import { invalidParams, messageOf, methodNotFound, Refusal } from "../protocol/errors.js";
import { isObject, own, type Params } from "../protocol/jsonrpc.js";
import type { Revision } from "../protocol/revision.js";
import { compile } from "../protocol/json-schema.js";
import { checkSampling } from "./sampling-params.js";
import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestFormParams,
  ElicitRequestURLParams,
  ElicitResult,
  ProgressNotificationParams,
  Root,
} from "../protocol/types/index.js";

/** What a handler knows beside the question. */
export interface Asked {
  /** Aborts when the server takes the question back, or the call that it belongs to is over. */
  readonly signal: AbortSignal;
  /** Tells the server how far the answer is, if it asked for that (up to 2025-11-25; does nothing from then on). */
  readonly progress?: (told: Omit<ProgressNotificationParams, "progressToken">) => void;
}

type Answer<T> = T | Promise<T>;
type Form = (question: ElicitRequestFormParams, asked: Asked) => Answer<ElicitResult>;
type Page = (question: ElicitRequestURLParams, asked: Asked) => Answer<ElicitResult>;
type Sample = (question: CreateMessageRequestParams, asked: Asked) => Answer<CreateMessageResult>;

/**
 * Answers to what servers ask. Each is a capability that the client declares; what has no handler is not declared. One
 * set serves all revisions: requests of the server up to 2025-11-25, `input_required` results from 2026-07-28 on.
 */
export interface Handlers {
  /** Asks the user: by a form (the function alone means this), or by sending them to a page. Since 2025-06-18. */
  readonly elicit?: Form | { readonly form?: Form; readonly url?: Page };
  /** Has a model say something. `tools`, `context`: whether it can offer tools, and add context (2025-11-25). */
  readonly sample?: Sample | { readonly handle: Sample; readonly tools?: boolean; readonly context?: boolean };
  /** The folders and files that the server may work on. */
  readonly roots?: readonly Root[] | (() => Answer<readonly Root[]>);
}

/** The handlers of one client, and what they are in each revision's terms. */
export class Questions {
  readonly #form: Form | undefined;
  readonly #page: Page | undefined;
  readonly #sample: Sample | undefined;
  readonly #sampling: Record<string, object>;
  readonly #roots: Handlers["roots"];

  constructor({ elicit, sample, roots }: Handlers) {
    const elicitation = typeof elicit === "function" ? { form: elicit } : (elicit ?? {});
    this.#form = elicitation.form;
    this.#page = elicitation.url;
    const sampling = typeof sample === "function" ? { handle: sample } : sample;
    this.#sample = sampling?.handle;
    this.#sampling = { ...(sampling?.tools ? { tools: {} } : {}), ...(sampling?.context ? { context: {} } : {}) };
    this.#roots = roots;
  }

  /** What is declared in a revision: only what its form of capabilities names. */
  capabilities(revision: Revision): Record<string, unknown> {
    const form = revision.clientCapabilities as Record<string, unknown>;
    const declared: Record<string, unknown> = {};
    if (this.#roots) declared.roots = isObject(form.roots) ? { listChanged: true } : {};
    if (this.#sample) declared.sampling = isObject(form.sampling) ? this.#sampling : {};
    if (isObject(form.elicitation)) {
      const modes = { ...(this.#form ? { form: {} } : {}), ...(this.#page ? { url: {} } : {}) };
      if (Object.keys(modes).length > 0) declared.elicitation = modes;
    } else if (form.elicitation && this.#form) declared.elicitation = {};
    return declared;
  }

  /**
   * Answers one question. Throws the {@link Refusal} that the server is to get for what was not declared (-32601), for
   * malformed params (-32602) and for a handler that fails (-32603).
   */
  async answer(method: string, params: Params | undefined, revision: Revision, asked: Asked): Promise<unknown> {
    const declared = this.capabilities(revision);
    if (!Object.hasOwn(revision.questions, method)) throw methodNotFound(method);
    if (method === "roots/list" && this.#roots) {
      const roots = await this.#run(method, () => (typeof this.#roots === "function" ? this.#roots() : this.#roots!));
      return { roots };
    }
    if (method === "elicitation/create" && declared.elicitation) return this.#elicit(params, declared, asked);
    if (method === "sampling/createMessage" && this.#sample) {
      checkSampling(params, declared, revision);
      return this.#run(method, () => this.#sample!(params as unknown as CreateMessageRequestParams, asked));
    }
    throw methodNotFound(method);
  }

  async #elicit(params: Params | undefined, declared: Record<string, unknown>, asked: Asked): Promise<unknown> {
    // 2025-11-25/client/elicitation#elicitation-requests: without a mode it is a form.
    const mode = own(params, "mode") ?? "form";
    if (typeof own(params, "message") !== "string") throw invalidParams('"message" must be a string');
    if (mode === "url" && this.#page && own(declared.elicitation, "url")) {
      if (typeof own(params, "url") !== "string") throw invalidParams('"url" must be a string');
      return this.#run("elicitation/create", () => this.#page!(params as unknown as ElicitRequestURLParams, asked));
    }
    if (mode !== "form" || !this.#form)
      throw invalidParams(`The mode ${JSON.stringify(mode)} is not among those that this client declared`);
    const schema = own(params, "requestedSchema");
    if (!isObject(schema) || own(schema, "type") !== "object" || !isObject(own(schema, "properties")))
      throw invalidParams('"requestedSchema" must be a schema of type "object" with properties');
    const question = params as unknown as ElicitRequestFormParams;
    const answer = await this.#run("elicitation/create", () => this.#form!(question, asked));
    if (answer.action === "accept") checkContent(answer.content, schema);
    return answer;
  }

  async #run<T>(method: string, handle: () => T | Promise<T>): Promise<T> {
    try {
      return await handle();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal("custom", -32603, `The handler of ${method} failed: ${messageOf(error)}`);
    }
  }
}

/** 2025-11-25/client/elicitation: what goes back is held against the schema that the server sent. */
function checkContent(content: unknown, schema: unknown): void {
  const [error] = compile(schema)(content ?? {});
  if (error) throw new Refusal("custom", -32603, `The user's answer breaks the requested schema: ${error.message}`);
}

/** A question inside a result that this client cannot answer: the call that it belongs to fails by it. */
export function failureOf(key: string, method: unknown, error: unknown): CallFailed {
  const code =
    error instanceof Refusal && error.code === "method_not_found" ? "undeclared_capability" : "handler_failed";
  return new CallFailed(code, `The server asks "${key}" by ${String(method)}: ${messageOf(error)}`, { cause: error });
}
