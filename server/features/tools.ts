import { invalidParams, messageOf, Refusal } from "../../protocol/errors.js";
import { given } from "../../protocol/given.js";
import type { CompileOptions } from "../../protocol/json-schema.js";
import type { CallToolResult, Icon, MetaObject, Tool, ToolAnnotations } from "../../protocol/types/index.js";
import type { RequestStatePolicy } from "../asking/request-state.js";
import type { ToolMethod } from "../author.js";
import type { Call } from "../call.js";
import { text } from "../content.js";
import { Context } from "../context.js";
import { checkerOf, type AnySchema, type Checked, type Checker } from "../input.js";
import type { TaskOption, TaskPolicy } from "../extensions/tasks/options.js";
import { installed, type Feature } from "../feature.js";
import { Detour, OwnResult } from "../own-result.js";
import { isFor, type Enabled, type Entry, type Registration } from "../registry.js";
import type { Scoped } from "../rights.js";
import type { Server } from "../server.js";
import { argumentsOf, nameOf } from "./named.js";
import { samePage } from "./pagination.js";
import type { ParamHeader } from "../../protocol/param-headers.js";
import { checkAuthors, scopedOf } from "./author-checks.js";
import { toResult } from "./tool-result.js";

/** What an author says of a tool. */
export interface ToolDefinition extends Scoped {
  /** A name for people. */
  readonly title?: string;
  /** What the tool does, for the model that chooses it. */
  readonly description?: string;
  /** The arguments: JSON Schema (an object at its root) or a Standard Schema. Without it the tool takes none. */
  readonly input?: AnySchema;
  /** The JSON Schema to list for `input`, where that is a Standard Schema which cannot tell its own. */
  readonly inputSchema?: Tool["inputSchema"];
  /** The structured result. What the handler returns is held against it. */
  readonly output?: AnySchema;
  /** The JSON Schema to list for `output`, as with `inputSchema`. */
  readonly outputSchema?: NonNullable<Tool["outputSchema"]>;
  readonly annotations?: ToolAnnotations;
  readonly icons?: Icon[];
  readonly _meta?: MetaObject;
  /** Whether a caller, by its rights alone, has the tool: to others it does not exist. Default: everybody has. */
  readonly enabled?: Enabled;
  /**
   * Milliseconds after which the call ends with an error and `ctx.signal` aborts. Without it a call may take for ever.
   */
  readonly timeoutMs?: number;
  /**
   * Whether a call may become a task, which the client polls. Default "never". The handler is the same either way.
   * Pages: the extension `io.modelcontextprotocol/tasks`, `2025-11-25/basic/utilities/tasks`.
   */
  readonly task?: TaskOption;
  /** What is to be otherwise for the `requestState` of this tool's calls than the server's option says (modern). */
  readonly requestState?: RequestStatePolicy;
}

export type ToolHandler = (args: never, ctx: Context<never>) => unknown;

export interface ToolEntry extends Entry {
  readonly tool: Tool;
  readonly name: string;
  readonly input: Checker;
  readonly output: Checker | undefined;
  readonly headers: readonly ParamHeader[];
  readonly timeoutMs: number | undefined;
  readonly task: TaskPolicy | undefined;
  readonly requestState: RequestStatePolicy | undefined;
  readonly handler: (args: unknown, ctx: Context) => unknown;
}

type Result = Record<string, unknown>;

const noArguments = { type: "object", additionalProperties: false } as const;

/** Prepares a tool. Throws a TypeError that names the tool and what is wrong with its definition. */
export function makeTool(
  server: Server,
  name: string,
  definition: ToolDefinition,
  handler: ToolHandler,
  order: number,
  options: CompileOptions = {},
): ToolEntry {
  const where = `Tool "${name}"`;
  if (typeof name !== "string" || name === "") throw new TypeError("A tool needs a name");
  if (typeof handler !== "function") throw new TypeError(`${where}: the handler must be a function`);
  const { title, description, annotations, icons, _meta, timeoutMs } = definition;
  checkAuthors(server, { hints: annotations, icons, _meta }, where);
  if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0)) {
    throw new TypeError(`${where}: timeoutMs must be a number of milliseconds above 0`);
  }
  const input = checkerOf(
    server,
    definition.input ?? noArguments,
    "input",
    `${where}: input`,
    options,
    definition.inputSchema,
  );
  if (input.schema.type !== "object") throw new TypeError(`${where}: input: the schema's "type" must be "object"`);
  const output =
    definition.output &&
    checkerOf(server, definition.output, "output", `${where}: output`, options, definition.outputSchema);
  const task =
    definition.task === undefined
      ? undefined
      : installed(server, "tasks", `${where}: task`).policyOf(definition.task, where);
  const { requestState } = definition;
  const tool: Tool = given({
    name,
    title,
    description,
    icons,
    inputSchema: listed(server, input.schema) as Tool["inputSchema"],
    outputSchema: output && (listed(server, output.schema) as NonNullable<Tool["outputSchema"]>),
    annotations,
    execution: task && ({ taskSupport: task.required ? "required" : "optional" } as const),
    _meta,
  });
  return {
    order,
    enabled: true,
    isFor: definition.enabled,
    name,
    tool,
    input,
    output,
    headers: headersOf(server, input.schema, where),
    ...scopedOf(server, definition, where),
    timeoutMs,
    task,
    requestState:
      requestState && installed(server, "asking", `${where}: requestState`).statePolicy(requestState, where),
    handler: handler as unknown as ToolEntry["handler"],
  };
}

const listed = (server: Server, schema: ToolEntry["input"]["schema"]) => server.weakHosts?.listed(schema) ?? schema;

/** Most schemas have no parameter that a header mirrors. */
function headersOf(server: Server, schema: unknown, where: string): readonly ParamHeader[] {
  if (!JSON.stringify(schema).includes('"x-mcp-header"')) return [];
  return installed(server, "paramHeaders", `${where}: x-mcp-header`).of(schema, where);
}

function listTools(call: Call): Record<string, unknown> {
  const objectsOnly = call.caller.revision.facts.structuredContent !== "any";
  return samePage(call, call.server.tools, "tools", "Tool", ({ tool }) => {
    // A revision that knows objects only would refuse the whole list for one schema of another kind.
    if (!objectsOnly || tool.outputSchema === undefined || tool.outputSchema.type === "object") return tool;
    const { outputSchema: _, ...rest } = tool;
    return rest;
  });
}

/** Page: `2026-07-28/server/tools#calling-tools`, `#error-handling`. */
export function callTool(call: Call): Result | Promise<Result> {
  const { server, params, caller, exchange } = call;
  const name = nameOf(params);
  const args = argumentsOf(params);
  const tool = server.tools.get(name);
  if (!tool || !isFor(tool, call)) throw invalidParams(`Unknown tool: ${name}`);
  if (tool.headers.length > 0 && caller.revision.facts.mirrorsHeaders) {
    const problems = server.paramHeaders.check(tool.headers, args, exchange.envelope);
    if (problems) return withArguments(call, tool, { problems });
  }
  const checking = server.weakHosts?.check(tool, args) ?? tool.input.check(args);
  return checking instanceof Promise ? whenChecked(call, tool, checking) : withArguments(call, tool, checking);
}

async function whenChecked(call: Call, tool: ToolEntry, checking: Promise<Checked>): Promise<Result> {
  return withArguments(call, tool, await checking);
}

function withArguments(call: Call, tool: ToolEntry, checked: Checked): Result | Promise<Result> {
  if ("problems" in checked) {
    const why = `Invalid arguments for tool "${tool.name}": ${checked.problems.join("; ")}`;
    if (call.caller.revision.facts.badArguments === "error") throw invalidParams(why);
    return failed(why);
  }
  return call.server.tasks?.concerns(call, tool)
    ? withTask(call, tool, checked.value)
    : attempt(call, tool, checked.value);
}

// Apart from the plain path, which needs no closure.
const withTask = (call: Call, tool: ToolEntry, args: unknown) =>
  call.server.tasks.orTask(call, tool, async () => attempt(call, tool, args));

/**
 * Runs the handler once, and makes a result of whatever it came to: at once where the handler is not async, since
 * waiting costs more than a short handler does.
 */
function attempt(call: Call, tool: ToolEntry, args: unknown): Result | Promise<Result> {
  let value: unknown;
  try {
    value = run(call, tool, args);
  } catch (error) {
    return failure(call, tool, error);
  }
  return isThenable(value) ? whenDone(call, tool, value) : outcome(call, tool, value);
}

async function whenDone(call: Call, tool: ToolEntry, working: PromiseLike<unknown>): Promise<Result> {
  let value: unknown;
  try {
    value = await working;
  } catch (error) {
    return failure(call, tool, error);
  }
  return outcome(call, tool, value);
}

function outcome(call: Call, tool: ToolEntry, value: unknown): Result | Promise<Result> {
  return value instanceof OwnResult ? value.toResult(call) : toResult(call, tool, value);
}

/** What a handler threw is its result, but for what is meant for somebody else than the model. */
function failure({ server }: Call, tool: ToolEntry, error: unknown): Result {
  if (error instanceof Detour) throw error;
  // What the tool looked for in vain is the tool's own failure, which a model can mend; other refusals are the
  // author's word.
  if (error instanceof Refusal && error.code !== "resource_not_found") throw error;
  if (!server.maskErrors) return failed(messageOf(error));
  server.onError(error, `tool ${tool.name}`);
  return failed(`Tool "${tool.name}" failed`);
}

function run(call: Call, tool: ToolEntry, args: unknown): unknown {
  const result = tool.handler(args, new Context(call));
  const { timeoutMs } = tool;
  if (timeoutMs === undefined || !isThenable(result)) return result;
  return new Promise((resolve, reject) => {
    const wait = (): (() => void) =>
      call.server.clock.after(timeoutMs, () => {
        // While a person thinks about a question, the tool's time does not run out.
        if (call.rounds?.waiting) return void (stop = wait());
        const error = new Error(`Tool "${tool.name}" did not finish within ${timeoutMs} ms`);
        call.exchange.expire(error);
        reject(error);
      });
    let stop = wait();
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => stop());
  });
}

/** Query builders and the like are promises in all but class. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

const failed = (why: string): CallToolResult & Record<string, unknown> => ({ content: [text(why)], isError: true });

/** Tools. Page: `2026-07-28/server/tools`. */
export const tools: Feature<"tool"> = {
  name: "tools",
  handlers: { "tools/list": listTools, "tools/call": callTool },
  install(server, { schemas, onAdvice }) {
    const registry = (server.tools = server.registry("tools"));
    const tool = (name: string, definition: ToolDefinition, handler: ToolHandler): Registration =>
      registry.add(name, "Tool", (order) => {
        const entry = makeTool(server as Server, name, definition, handler, order, schemas);
        if (onAdvice) installed(server as Server, "metadata", "The option onAdvice").advise(name, onAdvice);
        if (entry.task) server.tasks.use();
        return entry;
      });
    server.tool = tool as ToolMethod<undefined>;
  },
  capabilities: (server) => server.listed("tools", server.tools.used),
};
