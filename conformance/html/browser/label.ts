type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const said = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A few words for what crossed the wire: the method, or what kind of answer to what. */
export function labelOf(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return short(text.split("\n", 1)[0] ?? "");
  }
  if (Array.isArray(value)) return `a batch of ${value.length}`;
  return isObject(value) ? labelOfMessage(value) : short(text);
}

function labelOfMessage(message: Json): string {
  const { id, method, result, error, params } = message;
  const of = id === undefined ? "" : ` (${said(id)})`;
  if (method !== undefined) {
    const name = isObject(params) ? (params["name"] ?? params["uri"] ?? params["taskId"]) : undefined;
    return short(`${said(method)}${typeof name === "string" ? ` ${name}` : ""}${of}`);
  }
  if (error !== undefined) {
    const code = isObject(error) ? error["code"] : undefined;
    return short(`error${code === undefined ? "" : ` ${said(code)}`}${of}`);
  }
  if (result !== undefined) {
    const type = isObject(result) ? result["resultType"] : undefined;
    return short(`result${typeof type === "string" && type !== "complete" ? ` ${type}` : ""}${of}`);
  }
  if (message["status"] !== undefined) return short(`HTTP ${said(message["status"])}`);
  return short(JSON.stringify(message));
}

const short = (text: string): string => (text.length > 90 ? `${text.slice(0, 90)}…` : text);

/** JSON with its members one below the other; what is none stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
