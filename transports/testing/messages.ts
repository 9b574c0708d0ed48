/** The `_meta` of a request of 2026-07-28. */
export const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

type Params = Record<string, unknown> & { _meta?: object };

/** A request of 2026-07-28. */
export const modern = (id: string | number, method: string, params: Params = {}) => ({
  jsonrpc: "2.0",
  id,
  method,
  params: { ...params, _meta: { ...modernMeta, ...params._meta } },
});

/** A request of a revision with sessions. */
export const legacy = (id: string | number, method: string, params?: Params) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params ? { params } : {}),
});

export const notification = (method: string, params?: Params) => ({
  jsonrpc: "2.0",
  method,
  ...(params ? { params } : {}),
});

export const initialize = (version = "2025-11-25", id: string | number = "init") =>
  legacy(id, "initialize", { protocolVersion: version, capabilities: {}, clientInfo: { name: "test", version: "1" } });

export const initialized = notification("notifications/initialized");

export const call = (name: string, args: object = {}, _meta?: object): Params => ({
  name,
  arguments: args,
  ...(_meta ? { _meta } : {}),
});

/** Whatever came over a wire, for reading members at will. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Wire = any;
