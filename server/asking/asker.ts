import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestParams,
  Root,
} from "../../protocol/types/index.js";
import type { Call } from "../call.js";
import type { Elicited, FormQuestion, FormSchema, PageQuestion } from "../elicited.js";
import { elicitation } from "./elicitation.js";
import { roundsOf } from "./in-rounds.js";
import { roots } from "./roots.js";
import { sampling } from "./sampling.js";

/** One run of a handler, as it asks the client. */
export class Asker {
  readonly #call: Call;
  #toolRounds = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  elicit(key: string, asked: FormQuestion<FormSchema> | PageQuestion): Promise<Elicited<any>> {
    return awaitedLate(this.#elicit(key, asked));
  }

  async #elicit(key: string, asked: FormQuestion<FormSchema> | PageQuestion): Promise<Elicited<unknown>> {
    const rounds = roundsOf(this.#call, key);
    const { message, task } = asked;
    const atLeisure = task === undefined ? {} : { task };
    if ("schema" in asked) {
      const params = {
        mode: "form",
        message,
        requestedSchema: asked.schema,
        ...atLeisure,
      } as unknown as ElicitRequestParams;
      const answer = await rounds.ask(key, elicitation(params));
      // A form of which nothing is required may come back without any content.
      const filled = answer.action === "accept" && answer.content === undefined ? { ...answer, content: {} } : answer;
      return filled as unknown as Elicited<unknown>;
    }
    // The same page has to be asked for in every round.
    const elicitationId = (await rounds.once(`elicitation:${key}`, () => crypto.randomUUID())) as string;
    const url = typeof asked.url === "function" ? asked.url(elicitationId) : asked.url;
    return (await rounds.ask(
      key,
      elicitation({ mode: "url", message, url, elicitationId, ...atLeisure }),
    )) as unknown as Elicited<unknown>;
  }

  sample(key: string, params: CreateMessageRequestParams): Promise<CreateMessageResult> {
    const ask = async () => {
      const { maxToolRounds } = this.#call.server.limits;
      // A call that was retried asks all its questions again, so that this counts those of every round.
      if (params.tools !== undefined && ++this.#toolRounds > maxToolRounds)
        throw new Error(`The model was asked with tools ${maxToolRounds} times, and may not be asked so again`);
      return (await roundsOf(this.#call, key).ask(key, sampling(params))) as unknown as CreateMessageResult;
    };
    return awaitedLate(ask());
  }

  roots(key = "roots"): Promise<Root[]> {
    const ask = async () => (await roundsOf(this.#call, key).ask(key, roots)).roots as Root[];
    return awaitedLate(ask());
  }

  once(key: string, make: () => unknown): Promise<unknown> {
    return roundsOf(this.#call).once(`once:${key}`, make);
  }
}

/** A question may be asked early and awaited late, or never: what becomes of it must not end the process. */
function awaitedLate<T>(question: Promise<T>): Promise<T> {
  question.catch(() => {});
  return question;
}
