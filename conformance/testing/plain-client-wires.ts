import { spawn } from "node:child_process";
import { member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";
import { eventReader } from "../wires/event-stream.js";
import type { Target } from "../clients/wires/wire.js";

export interface PlainWire {
  send(message: JsonObject, headers: Record<string, string>): Promise<void>;
  /** The handshake is done in this version. */
  ready(version: string): void;
  /** HTTP: the session's own stream. */
  listen(): Promise<void>;
  /** HTTP: gives a request up. */
  abandon(id: Json): void;
  close(): Promise<void>;
}

type Hear = (message: Json) => void;
const nothing = { ready: () => undefined, listen: async () => undefined, abandon: () => undefined };

export async function openPlain(
  target: Target,
  modern: boolean,
  hear: Hear,
  lost: () => void,
  signal: AbortSignal,
  reach: typeof fetch = fetch,
): Promise<PlainWire> {
  if ("memory" in target) {
    const { send, close } = target.memory.open((text) => read(text, hear), lost);
    return { ...nothing, send: async (message) => send(JSON.stringify(message)), close: async () => close() };
  }
  if ("command" in target) return openPipe(target.command, hear, lost, signal);
  return target.sse ? openEvents(target.url, hear, signal) : new Posts(target.url, modern, hear, signal, reach);
}

function read(text: string, hear: Hear): void {
  let message: Json;
  try {
    message = JSON.parse(text) as Json;
  } catch {
    return;
  }
  hear(message);
}

function isJson(text: string): boolean {
  try {
    return (JSON.parse(text), true);
  } catch {
    return false;
  }
}

function openPipe(command: string, hear: Hear, lost: () => void, signal: AbortSignal): PlainWire {
  const child = spawn(command, [], { stdio: ["pipe", "pipe", "ignore"], signal });
  let rest = "";
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) read(line, hear);
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => (lost(), resolve())));
  return {
    ...nothing,
    send: async (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGTERM"), 1_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

async function openEvents(url: string, hear: Hear, signal: AbortSignal): Promise<PlainWire> {
  const control = new AbortController();
  signal.addEventListener("abort", () => control.abort());
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, signal: control.signal });
  const address = await new Promise<URL>((resolve) => {
    void pump(response, ({ event, data }) => {
      if (event === "endpoint") resolve(new URL(data, url));
      else read(data, hear);
    });
  });
  let order = Promise.resolve();
  return {
    ...nothing,
    send(message) {
      const headers = { "Content-Type": "application/json" };
      const post = async () => {
        const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(message), signal });
        await reply.text();
      };
      return (order = order.then(post));
    },
    async close() {
      await order.catch(() => undefined);
      control.abort();
    },
  };
}

type Sees = (event: { event: string; data: string; id: string | undefined; retry?: number }) => void;

async function pump(response: Response, sees: Sees): Promise<void> {
  const take = eventReader(sees);
  try {
    for await (const chunk of response.body ?? []) take(chunk as Uint8Array);
  } catch {
    // A stream that breaks has ended.
  }
}

/** Streamable HTTP. */
class Posts implements PlainWire {
  #session: string | undefined;
  #version: string | undefined;
  readonly #controls = new Map<Json, AbortController>();
  readonly #stream = new AbortController();

  constructor(
    readonly url: string,
    readonly modern: boolean,
    readonly hear: Hear,
    readonly signal: AbortSignal,
    readonly reach: typeof fetch,
  ) {
    signal.addEventListener("abort", () => this.#stream.abort());
  }

  #headers(): Record<string, string> {
    return {
      ...(this.#session === undefined ? {} : { "Mcp-Session-Id": this.#session }),
      ...(this.#version === undefined || this.#version < "2025-06" ? {} : { "MCP-Protocol-Version": this.#version }),
    };
  }

  ready(version: string): void {
    this.#version = version;
  }

  async send(message: JsonObject, headers: Record<string, string>): Promise<void> {
    const control = new AbortController();
    this.signal.addEventListener("abort", () => control.abort());
    const { id, method } = message;
    if (id !== undefined && method !== undefined) this.#controls.set(id, control);
    const fixed = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
    const all = { ...fixed, ...this.#headers(), ...headers };
    const body = JSON.stringify(message);
    const response = await this.reach(this.url, { method: "POST", headers: all, body, signal: control.signal });
    if (method === "initialize") this.#session = response.headers.get("mcp-session-id") ?? undefined;
    if (response.status === 404 && this.#session !== undefined) {
      await response.text();
      this.#session = undefined;
      throw new Error("the session is gone");
    }
    if (response.headers.get("content-type")?.startsWith("text/event-stream")) void this.#follow(response, id as Json);
    else {
      const text = await response.text();
      const heard = text !== "" && isJson(text);
      if (heard) read(text, this.hear);
      if (id !== undefined && method !== undefined && !heard) throw new Error(`HTTP ${response.status}`);
    }
  }

  /** Reads a stream to the answer; one that ends before is taken up again. */
  async #follow(first: Response, id: Json): Promise<void> {
    let [response, last, wait, answered] = [first, "", 100, false];
    for (;;) {
      await pump(response, ({ data, id: event, retry }) => {
        if (event !== undefined) last = event;
        if (retry !== undefined) wait = retry;
        if (data === "") return;
        read(data, (message) => {
          answered ||= member(message, "method") === undefined && member(message, "id") === id;
          this.hear(message);
        });
      });
      if (answered || this.modern || last === "" || this.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
      const headers = { Accept: "text/event-stream", "Last-Event-ID": last, ...this.#headers() };
      response = await this.reach(this.url, { headers, signal: this.signal });
    }
  }

  async listen(): Promise<void> {
    const headers = { Accept: "text/event-stream", ...this.#headers() };
    const response = await this.reach(this.url, { headers, signal: this.#stream.signal });
    if (response.ok) void this.#followOwn(response, headers);
    else await response.text();
  }

  async #followOwn(first: Response, headers: Record<string, string>): Promise<void> {
    let [response, last, wait] = [first, "", 100];
    try {
      while (response.ok) {
        await pump(response, ({ data, id, retry }) => {
          if (id !== undefined) last = id;
          if (retry !== undefined) wait = retry;
          if (data !== "") read(data, this.hear);
        });
        if (last === "" || this.#stream.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, wait));
        response = await this.reach(this.url, {
          headers: { ...headers, "Last-Event-ID": last },
          signal: this.#stream.signal,
        });
      }
    } catch {
      // The session is over.
    }
  }

  abandon(id: Json): void {
    this.#controls.get(id)?.abort();
  }

  async close(): Promise<void> {
    this.#stream.abort();
    if (this.#session === undefined) return;
    await this.reach(this.url, { method: "DELETE", headers: this.#headers() }).then(
      (one) => one.text(),
      () => "",
    );
  }
}
