import { Refusal } from "../../protocol/errors.js";
import { Detour } from "../own-result.js";

/** A page that the user has to visit before a call can work. */
export interface RequiredPage {
  readonly message: string;
  readonly url: string;
  /** Names the visit, for `server.elicitationCompleted`. Default: a random one. */
  readonly elicitationId?: string;
}

/** Thrown by {@link urlElicitationRequired}. */
export class UrlElicitationRequired extends Detour {
  override readonly name = "UrlElicitationRequired";
  readonly pages: readonly RequiredPage[];

  constructor(pages: readonly RequiredPage[]) {
    super(`Visit ${pages.map(({ url }) => url).join(" and ")} first`);
    this.pages = pages;
  }

  /** -32042, as 2025-11-25 has it. Page: `2025-11-25/client/elicitation#url-elicitation-required-error`. */
  toRefusal(note: (elicitationId: string) => void): Refusal {
    const elicitations = this.pages.map(({ message, url, elicitationId = crypto.randomUUID() }) => {
      note(elicitationId);
      return { mode: "url", message, url, elicitationId };
    });
    return new Refusal("custom", -32042, this.message, { data: { elicitations } });
  }
}

/**
 * Makes the error to throw when a call cannot work until the user has visited pages. 2025-11-25 tells the client so by
 * an error of its own (-32042); other revisions are asked as `ctx.elicit` asks them.
 */
export const urlElicitationRequired = (...pages: readonly RequiredPage[]): UrlElicitationRequired =>
  new UrlElicitationRequired(pages);
