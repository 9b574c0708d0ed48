import { CallFailed } from "../protocol/call-failed.js";
import { messageOf } from "../protocol/errors.js";
import { encodeHeaderValue } from "../protocol/header-value.js";
import { compile, SchemaCompileError } from "../protocol/json-schema.js";
import { paramHeadersOf, valueAt, type ParamHeader } from "../protocol/param-headers.js";
import type { CallToolResult, Tool } from "../protocol/types/index.js";

interface Known {
  readonly tool: Tool;
  readonly headers: readonly ParamHeader[];
  check?: ReturnType<typeof compile> | null;
  /** Why nothing can be held against the schema, where that must not pass for "fits". */
  unresolved?: string;
}

/** The tools that were listed: what a call of each has to carry, and what its result has to look like. */
export class Tools {
  readonly #known = new Map<string, Known>();
  readonly #onError: (error: unknown, where: string) => void;

  constructor(onError: (error: unknown, where: string) => void) {
    this.#onError = onError;
  }

  get(name: string): Tool | undefined {
    return this.#known.get(name)?.tool;
  }

  /**
   * Takes listed tools; returns those that may be used. Where parameters go into headers, a tool whose annotations
   * break the rules is left out, and `onError` is told why (2026-07-28/server/tools#x-mcp-header).
   */
  learn(tools: readonly Tool[], mirrored: boolean): Tool[] {
    return tools.filter((tool) => {
      try {
        const headers = mirrored ? paramHeadersOf(tool.inputSchema, `the tool "${tool.name}"`) : [];
        this.#known.set(tool.name, { tool, headers });
        return true;
      } catch (error) {
        this.#known.delete(tool.name);
        this.#onError(error, "listing tools");
        return false;
      }
    });
  }

  /** The headers that mirror arguments of a call (2026-07-28/basic/transports/streamable-http#client-behavior). */
  headersFor(name: string, args: unknown): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const { header, path } of this.#known.get(name)?.headers ?? []) {
      const value = valueAt(args, path);
      const plain = typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
      if (plain) headers[header] = encodeHeaderValue(value as string | number | boolean);
    }
    return headers;
  }

  /** Holds a result against the output schema of its tool, if that is known (2026-07-28/server/tools#output-schema). */
  checkResult(name: string, result: CallToolResult): void {
    const known = this.#known.get(name);
    if (!known?.tool.outputSchema || result.isError) return;
    const fail = (why: string) => {
      throw new CallFailed("invalid_structured_content", `The result of "${name}" ${why}`, { data: result });
    };
    if (result.structuredContent === undefined) fail("has no structuredContent, though the tool has an output schema");
    const check = this.#checkOf(known);
    if (known.unresolved !== undefined) fail(`cannot be checked: ${known.unresolved}`);
    const [error] = check?.(result.structuredContent) ?? [];
    if (error) fail(`breaks the tool's output schema: ${error.message}`);
  }

  /**
   * A schema that cannot be compiled is told of once. Its results pass, unless a reference leads nowhere
   * (2026-07-28/basic/index#ref-resolution/3).
   */
  #checkOf(known: Known): ReturnType<typeof compile> | null {
    if (known.check !== undefined) return known.check;
    try {
      known.check = compile(known.tool.outputSchema);
    } catch (error) {
      known.check = null;
      if (error instanceof SchemaCompileError && error.code === "unresolved-reference")
        known.unresolved = error.message;
      this.#onError(new Error(`The output schema of "${known.tool.name}": ${messageOf(error)}`), "compiling a schema");
    }
    return known.check;
  }
}
