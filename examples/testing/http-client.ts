import { dressed, initialize, resultOf, type Message, type Revision } from "./rpc.js";

/** An HTTP answer: what came with it, in order, and the response to the request as the last of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly messages: readonly Message[];
}

/** A client of one HTTP endpoint. */
export interface HttpClient {
  /** Sends a request; resolves with all that was answered. */
  send(method: string, params?: Record<string, any>): Promise<Answer>;
  /** Sends a request; resolves with its result, or rejects with an `RpcError`. */
  request(method: string, params?: Record<string, any>): Promise<any>;
  /** Ends a legacy session; resolves with the HTTP status. */
  end(): Promise<number>;
}

/** The params that the `Mcp-Name` header mirrors. */
const nameOf = (params: Record<string, any>): string | undefined => params.name ?? params.uri;

/** Connects to an endpoint: in a legacy revision by the handshake, in a modern one there is nothing to do. */
export async function connectHttp(url: string, revision: Revision): Promise<HttpClient> {
  const session: Record<string, string> = {};
  let id = 0;

  async function post(message: Message, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
    const type = response.headers.get("content-type");
    return { status: response.status, headers: response.headers, messages: readMessages(type, await response.text()) };
  }

  const client: HttpClient = {
    async send(method, given) {
      const params = dressed(revision, given);
      const name = nameOf(params);
      const mirrored = { "Mcp-Method": method, ...(name === undefined ? {} : { "Mcp-Name": name }) };
      const headers = revision === "2025-11-25" ? session : mirrored;
      return post({ id: (id += 1), method, params }, { ...headers, "MCP-Protocol-Version": revision });
    },
    async request(method, params) {
      const { status, messages } = await client.send(method, params);
      const last = messages.at(-1);
      if (!last) throw new Error(`HTTP ${status} without a message`);
      return resultOf(last);
    },
    async end() {
      const headers = { ...session, "MCP-Protocol-Version": revision };
      return (await fetch(url, { method: "DELETE", headers })).status;
    },
  };

  if (revision === "2025-11-25") {
    const opened = await post({ id: 0, method: "initialize", params: initialize }, {});
    resultOf(opened.messages[0]!);
    session["Mcp-Session-Id"] = opened.headers.get("mcp-session-id") ?? "";
    await post({ method: "notifications/initialized" }, session);
  }
  return client;
}

function readMessages(type: string | null, body: string): Message[] {
  if (type?.startsWith("application/json")) return [JSON.parse(body) as Message];
  if (!type?.startsWith("text/event-stream")) return [];
  const data = body.split("\n\n").map((event) =>
    event
      .split("\n")
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice("data:".length).trimStart())
      .join("\n"),
  );
  return data.filter((text) => text !== "").map((text) => JSON.parse(text) as Message);
}
