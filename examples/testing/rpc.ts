/** A message of JSON-RPC, as loosely as a test needs it. */
export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The two eras, each by its newest revision. */
export type Revision = "2025-11-25" | "2026-07-28";
export const revisions: readonly Revision[] = ["2025-11-25", "2026-07-28"];

/** What a request was answered with, where that is an error. */
export class RpcError extends Error {
  readonly code: number;

  constructor({ code, message }: { readonly code: number; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

/** The result of a response; throws {@link RpcError} for an error. */
export function resultOf(message: Message): any {
  if (message.error) throw new RpcError(message.error);
  return message.result;
}

export const clientInfo = { name: "example-test", version: "1.0.0" };

export const initialize = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };

/** The params of a request in a revision: a modern one says itself who asks. */
export function dressed(revision: Revision, params: Record<string, any> = {}): Record<string, any> {
  if (revision === "2025-11-25") return params;
  const meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": clientInfo,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/logLevel": "info",
  };
  return { ...params, _meta: { ...meta, ...params._meta } };
}
