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
    if (!ts.isJSDocParameterTag(tag)) {
      const name = tag.tagName.text.toLowerCase();
      // Each line of scopes is needed beside the others.
      tags.set(name, name === "scopes" && tags.has(name) ? `${tags.get(name)} ${text}` : text);
    } else
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

/** What a comment says of who may. */
export interface Rights {
  readonly scopes?: readonly string[];
  readonly hide?: true;
}

/**
 * `@scopes files:read files:write`, and `@hide` beside it. Throws a {@link Refused} where no scope is named, one cannot
 * be a scope, or the function has the same assigned.
 */
export function rightsOf({ tags }: DocComment, assigned: readonly string[], sources: Sources, node: ts.Node): Rights {
  const fail = (message: string): never => {
    throw new Refused([sources.problem(node, message)]);
  };
  // What was to be kept from some must not be there for all because of a letter.
  if (tags.has("scope")) fail("there is no @scope: scopes are named by @scopes");
  const text = tags.get("scopes");
  const hide = tags.get("hide");
  for (const tag of ["scopes", "hide"])
    if (tags.has(tag) && assigned.includes(tag)) fail(`@${tag} stands in the comment and is assigned: say it once`);
  if (hide !== undefined && hide !== "") fail(`@hide stands alone, not with "${hide}"`);
  if (hide !== undefined && text === undefined && !assigned.includes("scopes"))
    fail("@hide keeps it from those who lack its scopes: name them by @scopes");
  const scopes = text?.split(/[\s,]+/).filter((scope) => scope !== "");
  // RFC 6749, section 3.3
  const wrong = scopes?.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  if (wrong !== undefined) fail(`@scopes: "${wrong}" cannot be a scope`);
  if (scopes?.length === 0) fail("@scopes needs the names of scopes: @scopes files:write");
  return { ...(scopes ? { scopes } : {}), ...(hide === undefined ? {} : { hide: true }) };
}
