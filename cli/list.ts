import { isObject, own } from "../protocol/jsonrpc.js";
import { reach, targetOptions, targetUsage } from "./target/target.js";
import { callOptions, callUsage, exitCodes, exitUsage, withServer } from "./target/with-server.js";
import { json } from "./result.js";
import { paintFor, type Paint } from "./terminal/screen.js";
import { printable, wrap } from "./terminal/text.js";
import { readCommandLine, UsageError } from "./usage.js";

export const listUsage = `Usage: barewire list TARGET [OPTIONS]
       barewire list [OPTIONS] -- COMMAND ARGS…

Prints what a server offers: tools with their arguments, resources, templates and
prompts.

${targetUsage}
  --json           everything as JSON
${callUsage}
${exitUsage}`;

const options = { ...targetOptions, ...callOptions, json: { type: "boolean", default: false } } as const;

/** The type of an argument in a word or two. */
function typeOf(schema: unknown): string {
  const values = own(schema, "enum");
  if (Array.isArray(values))
    return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("|");
  if (own(schema, "const") !== undefined) return JSON.stringify(own(schema, "const"));
  const type = own(schema, "type");
  if (type === "array") {
    const items = typeOf(own(schema, "items"));
    return items.includes("|") ? `(${items})[]` : `${items}[]`;
  }
  const format = own(schema, "format");
  if (type === "string" && typeof format === "string") return format;
  if (Array.isArray(type)) return type.join("|");
  return typeof type === "string" ? type : "any";
}

/** The arguments of a tool as its call writes them, those that may be left out in brackets. */
export function signatureOf(schema: unknown): string {
  const properties = own(schema, "properties");
  const required = own(schema, "required");
  if (!isObject(properties)) return "";
  const parts = Object.entries(properties).map(([name, each]) => {
    const part = `${name}=${typeOf(each)}`;
    return Array.isArray(required) && required.includes(name) ? part : `[${part}]`;
  });
  // Whoever calls it has to write these.
  return [...parts.filter((part) => !part.startsWith("[")), ...parts.filter((part) => part.startsWith("["))].join(" ");
}

interface Line {
  readonly name: string;
  readonly arguments?: string;
  readonly description: string | undefined;
}

/** One part of the list, at most `columns` wide wherever a blank allows it. */
export function section(title: string, lines: readonly Line[], columns: number, paint: Paint): string {
  if (lines.length === 0) return "";
  const text = lines.map(({ name, arguments: args = "", description }) => {
    // Where nobody gave a resource a name, its URI is that.
    const [first = "", ...rest] = wrap(`${printable(name)} ${printable(args)}`, columns - 4, "  ");
    const named = first.replace(printable(name), paint("cyan", printable(name)));
    const said =
      description === undefined || description === "" || description === name
        ? []
        : wrap(printable(description), columns, "      ");
    return [named, ...rest.map((each) => `    ${each}`), ...said].join("\n");
  });
  return `\n${paint("bold", title)}\n${text.join("\n")}\n`;
}

/** `barewire list`: what a server offers. Gives the exit code. */
export async function list(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, options, listUsage);
  const [target, ...more] = positionals;
  if (more.length > 0 || (target !== undefined && command)) throw new UsageError("list takes one target", listUsage);
  const reached = await reach({ target, command, values }, listUsage);
  return withServer(reached, values, listUsage, async (client, screen, request) => {
    const { capabilities, instructions, revision, serverInfo } = client;
    const tools = capabilities.tools ? await client.listTools(request) : [];
    const resources = capabilities.resources ? await client.listResources(request) : [];
    const resourceTemplates = capabilities.resources ? await client.listResourceTemplates(request) : [];
    const prompts = capabilities.prompts ? await client.listPrompts(request) : [];
    screen.end();
    if (values.json) {
      const server = { server: serverInfo, revision, capabilities, instructions };
      process.stdout.write(json({ ...server, tools, resources, resourceTemplates, prompts }));
      return exitCodes.done;
    }
    const paint = paintFor(process.stdout);
    const columns = Math.max(40, Math.min(process.stdout.columns ?? 80, 100));
    const of = (name: string, description: string | undefined, given = "") => ({ name, description, arguments: given });
    process.stdout.write(
      [
        `${paint("bold", printable(`${serverInfo?.name ?? reached.name} ${serverInfo?.version ?? ""}`.trim()))}, ${revision}\n`,
        instructions === undefined ? "" : `\n${wrap(printable(instructions), columns).join("\n")}\n`,
        section(
          "Tools",
          tools.map((tool) => of(tool.name, tool.description ?? tool.title, signatureOf(tool.inputSchema))),
          columns,
          paint,
        ),
        section(
          "Resources",
          resources.map(({ uri, title, name, description }) => of(uri, description ?? title ?? name)),
          columns,
          paint,
        ),
        section(
          "Templates",
          resourceTemplates.map(({ uriTemplate, title, name, description }) =>
            of(uriTemplate, description ?? title ?? name),
          ),
          columns,
          paint,
        ),
        section(
          "Prompts",
          prompts.map(({ name, title, description, arguments: given = [] }) => {
            const parts = given.map((each) => (each.required ? `${each.name}=…` : `[${each.name}=…]`));
            return of(name, description ?? title, parts.join(" "));
          }),
          columns,
          paint,
        ),
      ].join(""),
    );
    return exitCodes.done;
  });
}
