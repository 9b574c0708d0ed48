import type { HttpOptions } from "./wires/http.js";

/** The header fields of each caller. Where the first one has any, there is also one without: nobody. */
export function readAccounts(first: readonly string[], others: readonly string[]): HttpOptions {
  const field = (text: string): Record<string, string> => {
    const [, name, value] = /^([^:\s]+):\s*(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`"${text}": expected a header field, "Name: value"`);
    return { [name]: value };
  };
  const callers: Record<string, Record<string, string>> = first.length > 0 ? { nobody: {} } : {};
  for (const text of others) {
    const [, name, rest] = /^([^:]+):(.+)$/.exec(text) ?? [];
    if (name === undefined || rest === undefined) throw new Error(`--caller ${text}: expected NAME:HEADER`);
    callers[name] = { ...callers[name], ...field(rest) };
  }
  return { headers: Object.assign({}, ...first.map(field)) as Record<string, string>, callers };
}
