import { pathToFileURL } from "node:url";
import { basename, resolve } from "node:path";
import type { Handlers } from "../../client/questions.js";
import { Refusal } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestURLParams,
  ElicitResult,
} from "../../protocol/types/index.js";
import { askForm } from "./form.js";
import type { Screen } from "./screen.js";
import type { Terminal } from "./terminal.js";
import { printable, wrap } from "./text.js";

/** Shows where the server sends the user. Nothing is opened: whoever reads the address decides. */
export async function askPage(
  { message, url }: ElicitRequestURLParams,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ElicitResult> {
  terminal.say("The server asks you to open a page:");
  for (const line of wrap(printable(message), 78, "  ")) terminal.say(line);
  const host = URL.canParse(url) ? new URL(url).host : "";
  terminal.say(`  ${printable(url)}`);
  if (host !== "") terminal.say(`  It is a page of ${printable(host)}.`);
  const answer = await terminal.line("  Will you? y(es), n(o), c(ancel) [c]: ", signal);
  if (answer !== undefined && /^\s*y/i.test(answer)) return { action: "accept" };
  return { action: answer !== undefined && /^\s*n/i.test(answer) ? "decline" : "cancel" };
}

/** Lets the person at the terminal answer in the place of a model, which this command has none of. */
export async function askModel(
  params: CreateMessageRequestParams,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<CreateMessageResult> {
  terminal.say("The server asks a model, and you are it:");
  if (typeof params.systemPrompt === "string") terminal.say(`  system: ${printable(params.systemPrompt)}`);
  for (const { role, content } of params.messages) {
    for (const block of Array.isArray(content) ? content : [content]) {
      const text = own(block, "text");
      terminal.say(`  ${role}: ${typeof text === "string" ? printable(text) : `(${String(own(block, "type"))})`}`);
    }
  }
  const text = await terminal.line("  Your answer (empty: refuse): ", signal);
  if (text === undefined || text === "")
    throw new Refusal("custom", -1, "The user refused to answer in the place of a model");
  return {
    role: "assistant",
    content: { type: "text", text },
    model: "the person at the terminal",
    stopReason: "endTurn",
  };
}

/**
 * Answers to what servers ask: by the person at the terminal, one question after the other, and by the folders that
 * were named. What nobody can answer is not declared, so that a server knows before it asks.
 */
export function handlersOf(terminal: Terminal | undefined, roots: readonly string[], screen: Screen): Handlers {
  const folders = roots.map((folder) => ({
    uri: pathToFileURL(resolve(folder)).href,
    name: basename(resolve(folder)),
  }));
  const known: Handlers = folders.length === 0 ? {} : { roots: folders };
  if (!terminal) return known;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn =
    <Q, A>(ask: (question: Q, terminal: Terminal, signal?: AbortSignal) => Promise<A>) =>
    (question: Q, { signal }: { readonly signal: AbortSignal }): Promise<A> => {
      const answer = last.then(async () => {
        screen.hold();
        try {
          return await ask(question, terminal, signal);
        } finally {
          screen.release();
        }
      });
      last = answer.catch(() => {});
      return answer;
    };
  return { ...known, elicit: { form: inTurn(askForm), url: inTurn(askPage) }, sample: inTurn(askModel) };
}
