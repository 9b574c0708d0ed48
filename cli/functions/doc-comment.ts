import type { ts } from "typescript-json-schema";
import { oneParagraph } from "./draft-2020.js";
import type { Sources } from "./program.js";
import { Refused } from "./refused.js";

/** What a function's doc comment says. */
export interface DocComment {
  readonly description: string | undefined;
  /** Tags by their name in lower case, without those of parameters; "" where nothing stands behind the tag. */
  readonly tags: ReadonlyMap<string, string>;
  /** What `@param` says, by the name of the parameter or of its member, and where. */
  readonly parameters: ReadonlyMap<string, { readonly text: string; readonly node: ts.Node }>;
}

/** Reads the doc comment of an exported function. */
export function readDocComment({ ts, checker }: Sources, symbol: ts.Symbol, declaration: ts.Node): DocComment {
  const description = oneParagraph(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tags = new Map<string, string>();
  const parameters = new Map<string, { text: string; node: ts.Node }>();
  for (const tag of ts.getJSDocTags(declaration)) {
    const text = (ts.getTextOfJSDocComment(tag.comment) ?? "").trim();
    if (!ts.isJSDocParameterTag(tag)) tags.set(tag.tagName.text.toLowerCase(), text);
    else
      parameters.set(tag.name.getText().split(".").at(-1)!, {
        text: oneParagraph(text.replace(/^-\s+/, "")),
        node: tag,
      });
  }
  return { description: description === "" ? undefined : description, tags, parameters };
}

const hints = {
  readonly: "readOnlyHint",
  destructive: "destructiveHint",
  idempotent: "idempotentHint",
  openworld: "openWorldHint",
} as const;

/** The annotations of a tool that its tags give. Throws a {@link Refused} for one that is neither yes nor no. */
export function annotationsOf({ tags }: DocComment, sources: Sources, node: ts.Node): Record<string, boolean> {
  const found: Record<string, boolean> = {};
  for (const [tag, hint] of Object.entries(hints)) {
    const text = tags.get(tag);
    if (text === undefined) continue;
    if (text !== "" && text !== "true" && text !== "false")
      throw new Refused([sources.problem(node, `@${tag} stands alone or with true or false, not with "${text}"`)]);
    found[hint] = text !== "false";
  }
  return found;
}
