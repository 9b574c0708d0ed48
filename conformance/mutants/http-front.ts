import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpAnswer, HttpMutation, HttpRequest } from "./mutant.js";

export interface HttpFront {
  /** Where it stands in place of the target. */
  readonly url: string;
  close(): Promise<void>;
}

/** Stands before the HTTP server at `target`, forwards what comes and changes it on the way. */
export async function httpFront(target: string, mutation: HttpMutation): Promise<HttpFront> {
  const agent = new Agent({ keepAlive: true });
  const way: Way = { target, mutation, agent, listening: new Set(), origin: "" };
  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    void readBody(incoming).then((body) => forward(incoming, body, response, way));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { pathname } = new URL(target);
  way.origin = `http://127.0.0.1:${port}`;
  return {
    url: way.origin + pathname,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Way {
  readonly target: string;
  readonly mutation: HttpMutation;
  readonly agent: Agent;
  /** The open streams that reply to a GET. */
  readonly listening: Set<ServerResponse>;
  /** Its own, which it tells of in place of the target's where that is said to be. */
  origin: string;
}

const told = (text: string, { target, origin }: Way): string => text.replaceAll(new URL(target).origin, origin);

/** Writes an event to a stream that replies to a GET; says whether it belongs where it came from as well. */
function belongsHere(text: string, event: string, asked: HttpRequest, { mutation, listening }: Way): boolean {
  const where = asked.method === "POST" ? mutation.elsewhere?.(text, asked) : undefined;
  const [other] = listening;
  if (where === undefined || !other) return true;
  other.write(`${event}\n\n`);
  return where === "too";
}

/** One request that nobody answers to the client. */
function tell(request: HttpRequest, way: Way): void {
  const { host: _, "content-length": __, connection: ___, ...headers } = request.headers;
  const sent = httpRequest(new URL(request.path, way.target), { method: request.method, headers }, (answer) =>
    answer.resume(),
  );
  sent.on("error", () => undefined);
  sent.end(request.body);
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    // The client went away in the middle of its request.
  }
  // Bytes as they are: what is no UTF-8 has to reach the server so.
  return Buffer.concat(chunks).toString("latin1");
}

const fieldsOf = (headers: IncomingMessage["headers"]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function forward(incoming: IncomingMessage, body: string, response: ServerResponse, way: Way): void {
  const { mutation } = way;
  const asked: HttpRequest = {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: fieldsOf(incoming.headers),
    body: Buffer.from(body, "latin1").toString("utf8"),
  };
  const sent = mutation.request?.(asked) ?? asked;
  if ("status" in sent) return write(response, sent);
  const { host: _, "content-length": __, "transfer-encoding": ___, connection: ____, ...headers } = sent.headers;
  const bytes = sent.body === asked.body ? Buffer.from(body, "latin1") : Buffer.from(sent.body, "utf8");
  const length = bytes.length > 0 || sent.method === "POST" ? { "content-length": String(bytes.length) } : {};
  const options = { method: sent.method, headers: { ...headers, ...length }, agent: way.agent };
  const upstream = httpRequest(new URL(sent.path, way.target), options, (answer) => {
    const type = answer.headers["content-type"] ?? "";
    if (type.startsWith("text/event-stream")) stream(answer, asked, response, way);
    else void whole(answer, asked, response, way);
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => {
    way.listening.delete(response);
    if (response.writableFinished) return;
    const told = mutation.gone?.(asked);
    if (told) tell(told, way);
    if (mutation.deaf !== true) upstream.destroy();
  });
  upstream.end(bytes);
}

const headOf = (answer: IncomingMessage, way: Way): Pick<HttpAnswer, "status" | "headers"> => {
  const { "transfer-encoding": _, "content-length": __, connection: ___, ...headers } = fieldsOf(answer.headers);
  const challenge = headers["www-authenticate"];
  if (challenge !== undefined) headers["www-authenticate"] = told(challenge, way);
  return { status: answer.statusCode ?? 0, headers };
};

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.end(status === 304 || status === 204 ? undefined : body);
}

async function whole(answer: IncomingMessage, asked: HttpRequest, response: ServerResponse, way: Way) {
  const { mutation } = way;
  const read = Buffer.from(await readBody(answer), "latin1").toString("utf8");
  const body = asked.path.startsWith("/.well-known/") ? told(read, way) : read;
  const plain = { ...headOf(answer, way), body };
  if (body !== "" && !belongsHere(body, `data: ${body}`, asked, way))
    return write(response, { status: 202, headers: {}, body: "" });
  write(response, mutation.reply?.(plain, asked) ?? plain);
}

function stream(answer: IncomingMessage, asked: HttpRequest, response: ServerResponse, way: Way): void {
  const { mutation } = way;
  const plain = { ...headOf(answer, way), body: "" };
  const { status, headers, body } = mutation.reply?.(plain, asked) ?? plain;
  response.writeHead(status, headers);
  if (body !== "") {
    answer.destroy();
    return void response.end(body);
  }
  response.flushHeaders();
  if (asked.method === "GET") way.listening.add(response);
  let rest = "";
  answer.setEncoding("utf8");
  answer.on("data", (chunk: string) => {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      if (!belongsHere(block, block, asked, way)) continue;
      const changed = mutation.event?.(block, asked) ?? [block];
      if (changed === "end") {
        answer.removeAllListeners("data");
        answer.resume();
        return void response.end();
      }
      for (const one of changed) response.write(`${one}\n\n`);
    }
  });
  answer.once("end", () => {
    if (mutation.lingers !== true) response.end();
  });
  answer.once("error", () => response.destroy());
}
