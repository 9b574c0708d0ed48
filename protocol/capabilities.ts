import { own } from "./jsonrpc.js";

/** Capabilities as they stand on the wire: nested objects by name. */
export type Capabilities = Readonly<Record<string, unknown>>;

/**
 * Whether `capabilities` declare `path`, as "elicitation", "sampling.tools" or
 * "extensions.io.modelcontextprotocol/tasks" (an extension's own dots stay together).
 */
export function supports(capabilities: Capabilities, path: string): boolean {
  const names = path.startsWith("extensions.") ? ["extensions", path.slice("extensions.".length)] : path.split(".");
  let value: unknown = capabilities;
  for (const name of names) {
    value = own(value, name);
    if (value === undefined || value === null || value === false) return false;
  }
  return true;
}
