import { compile } from "../../protocol/json-schema.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { ElicitRequestFormParams, ElicitResult } from "../../protocol/types/index.js";
import type { Terminal } from "./terminal.js";
import { printable, wrap } from "./text.js";

/** The user does not want to answer any more. */
class Cancelled extends Error {}

interface Choice {
  readonly value: string;
  readonly title: string;
}

/** The values that a field may have, in any of the ways in which the revisions write them. */
function choicesOf(schema: unknown): Choice[] | undefined {
  const titled = own(schema, "oneOf") ?? own(schema, "anyOf");
  if (Array.isArray(titled))
    return titled.map((each) => ({ value: String(own(each, "const")), title: String(own(each, "title") ?? "") }));
  const values = own(schema, "enum");
  if (!Array.isArray(values)) return undefined;
  const names = own(schema, "enumNames");
  return values.map((value, at) => ({
    value: String(value),
    title: Array.isArray(names) ? String(names[at] ?? "") : "",
  }));
}

/** What is written for a choice: its value, its title or its number in the list. */
function chosen(text: string, choices: readonly Choice[]): string {
  const word = text.trim();
  const exact = choices.find(({ value, title }) => value === word || title === word);
  return (exact ?? choices[/^\d+$/.test(word) ? Number(word) - 1 : -1])?.value ?? word;
}

function read(text: string, schema: unknown): unknown {
  const choices = choicesOf(schema);
  if (choices) return chosen(text, choices);
  const type = own(schema, "type");
  const word = text.trim();
  if (type === "number" || type === "integer")
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word) ? Number(word) : text;
  if (type === "boolean") {
    if (/^(y|yes|true)$/i.test(word)) return true;
    return /^(n|no|false)$/i.test(word) ? false : text;
  }
  if (type !== "array") return text;
  const items = own(schema, "items");
  return word === "" ? [] : word.split(",").map((item) => read(item.trim(), items));
}

function hintOf(schema: unknown, required: boolean): string {
  const type = own(schema, "type");
  const hints: string[] = [];
  if (type === "boolean") hints.push("y/n");
  else if (type === "array") hints.push("several, with commas between");
  else if (type === "number" || type === "integer") hints.push(String(type));
  if (typeof own(schema, "format") === "string") hints.push(String(own(schema, "format")));
  const byDefault = own(schema, "default");
  if (byDefault !== undefined)
    hints.push(`Enter: ${Array.isArray(byDefault) ? byDefault.join(", ") : String(byDefault)}`);
  else if (!required) hints.push("Enter: leave out");
  return hints.length === 0 ? "" : ` (${printable(hints.join("; "))})`;
}

async function field(
  name: string,
  schema: unknown,
  required: boolean,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<unknown> {
  const check = compile(schema, { formats: "assert" });
  const description = own(schema, "description");
  if (typeof description === "string") for (const line of wrap(printable(description), 76, "    ")) terminal.say(line);
  const choices = choicesOf(own(schema, "type") === "array" ? own(schema, "items") : schema);
  choices?.forEach(({ value, title }, at) => {
    terminal.say(printable(`    ${at + 1}  ${value}${title === "" || title === value ? "" : `  ${title}`}`));
  });
  const label = printable(String(own(schema, "title") ?? name)).replace(/\n/g, " ");
  for (;;) {
    const text = await terminal.line(`  ${label}${hintOf(schema, required)}: `, signal);
    if (text === undefined) throw new Cancelled();
    if (text === "") {
      const byDefault = own(schema, "default");
      if (byDefault !== undefined) return byDefault;
      if (!required) return undefined;
    }
    const value = read(text, schema);
    const [error] = check(value);
    if (!error && (text !== "" || own(schema, "type") === "string")) return value;
    terminal.say(`  ${printable(error ? `has to be ${error.expected}, got ${error.received}` : "is needed")}`);
  }
}

/** Asks for the fields of a form, one after the other, each until it fits its schema. Ctrl-D cancels. */
export async function askForm(
  { message, requestedSchema }: ElicitRequestFormParams,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ElicitResult> {
  terminal.say("The server asks:");
  for (const line of wrap(printable(message), 78, "  ")) terminal.say(line);
  const { properties, required } = requestedSchema as { properties: Record<string, unknown>; required?: unknown };
  const answer = await terminal.line("  Answer? y(es), n(o), c(ancel) [y]: ", signal);
  if (answer === undefined || /^\s*c/i.test(answer)) return { action: "cancel" };
  if (/^\s*n/i.test(answer)) return { action: "decline" };
  const content: Record<string, unknown> = {};
  try {
    for (const [name, schema] of Object.entries(properties)) {
      if (!isObject(schema)) continue;
      const needed = Array.isArray(required) && required.includes(name);
      const value = await field(name, schema, needed, terminal, signal);
      if (value !== undefined) Object.defineProperty(content, name, { value, enumerable: true });
    }
  } catch (error) {
    if (error instanceof Cancelled) return { action: "cancel" };
    throw error;
  }
  return { action: "accept", content: content as NonNullable<ElicitResult["content"]> };
}
