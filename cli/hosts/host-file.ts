import { applyEdits, modify, parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import { isObject, own } from "../../protocol/jsonrpc.js";

/** Reads the text of a configuration: JSON, in which comments and commas at the end may stand. */
export function parseHostFile(text: string, path: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\ufeff/, " "), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new Error(`${path}:${line}: ${printParseErrorCode(error.error)}; it is no JSON, and is left as it is`);
  }
  if (!isObject(value)) throw new Error(`${path} has to hold an object, and is left as it is`);
  return value;
}

/** The servers of a configuration by name. Throws an Error where the member holds something else. */
export function serversIn(config: Record<string, unknown>, member: string, path: string): Record<string, unknown> {
  const servers = own(config, member) ?? {};
  if (!isObject(servers)) throw new Error(`${path}: "${member}" has to be an object, and is left as it is`);
  return servers;
}

/** How a text indents: by what stands before its first member. */
function layout(text: string) {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  return {
    formattingOptions: {
      insertSpaces: !indent.startsWith("\t"),
      tabSize: indent.startsWith("\t") ? 1 : indent.length,
      eol: text.includes("\r\n") ? "\r\n" : "\n",
    },
  };
}

/**
 * Puts an entry into the text of a configuration, or takes it out (`undefined`). All else stays as it was written,
 * comments too. Throws an Error, and has changed nothing, for a text that cannot be read.
 */
export function withEntry(
  text: string,
  path: string,
  [member, name]: readonly [member: string, name: string],
  entry: Record<string, unknown> | undefined,
): string {
  const servers = serversIn(parseHostFile(text, path), member, path);
  if (entry === undefined && own(servers, name) === undefined) return text;
  const before = text.trim() === "" ? "{}" : text;
  const after = applyEdits(before, modify(before, [member, name], entry, layout(before)));
  // The text is another's: what cannot be read again must not be written.
  parseHostFile(after, path);
  return text.trim() === "" ? `${after}\n` : after;
}
