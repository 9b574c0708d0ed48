import { Agent } from "node:http";
import { Failure } from "../failure.js";
import { Exchange, fieldsOf, headersOf, known, settled } from "./http.js";
import type { HttpOptions, HttpSubject, OptionsFor } from "./http.js";
import type { Arrival, Connection, Parcel, Subject } from "./wire.js";

const PAGE = "2024-11-05/basic/transports#security-warning";
const noStream = (status?: number) => new Failure("there is no stream", "HTTP 200", `HTTP ${status}`, [`${PAGE}/4.1`]);
const noEndpoint = (received: string) =>
  new Failure("the stream does not begin with an endpoint event", "event endpoint", received, [`${PAGE}/5`]);
/** Says so where the address of the POSTs takes none. */
function takesPosts(status: number, receive: (arrival: Arrival) => void): void {
  if (status === 405) receive({ kind: "noise", text: "a POST got HTTP 405", requirements: [`${PAGE}/4.2`] });
}

/** How long the first event may take. */
const ENDPOINT_MS = 5_000;

/** A server that serves HTTP+SSE (2024-11-05) at a URL: its messages come on one stream, the client's go by POST. */
export function sseSubject(url: string, options: HttpOptions = {}): Subject {
  return {
    wire: "sse",
    url,
    ...known(options),
    connect: (receive, _stateless, caller) => connectTo(new URL(url), headersOf(options, caller), receive),
    close: async () => undefined,
  };
}

/** The same for a server that names the URL of its MCP endpoint: HTTP+SSE is beside it, at `path`. */
export async function besideEndpoint(subject: HttpSubject, path: string, options: OptionsFor = {}): Promise<Subject> {
  const url = new URL(path, subject.url).href;
  return {
    ...sseSubject(url, await settled(options, url)),
    ...(subject.said ? { said: subject.said } : {}),
    ...(subject.fresh ? { fresh: async () => besideEndpoint(await subject.fresh!(), path, options) } : {}),
    close: () => subject.close(),
  };
}

async function connectTo(
  stream: URL,
  headers: Readonly<Record<string, string>>,
  receive: (arrival: Arrival) => void,
): Promise<Connection> {
  // One connection for all POSTs, so that each is answered before the next one is sent: their order is the messages'.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const own = new Agent();
  const open = new Set<Exchange>();
  const begin = (url: URL, by: Agent, parcel: Parcel, onEvent?: Exchange["onEvent"]) => {
    const exchange = new Exchange(url, by, fieldsOf(url, headers, parcel), parcel, receive, onEvent);
    open.add(exchange);
    exchange.ended.then(() => open.delete(exchange));
    return exchange;
  };
  const close = async () => {
    const all = [...open];
    for (const exchange of all) exchange.abandon();
    agent.destroy();
    await Promise.all(all.map(({ ended }) => ended));
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const address = await new Promise<URL | Failure>((resolve, reject) => {
      timer = setTimeout(() => reject(noEndpoint("nothing")), ENDPOINT_MS);
      const parcel = { text: "", headers: { Accept: "text/event-stream" }, method: "GET" };
      const exchange = begin(stream, own, parcel, ({ event, data }) => {
        if (event === "endpoint" && exchange.events.length === 1) resolve(new URL(data, stream));
        else if (exchange.events.length === 1) reject(noEndpoint(`event ${event}: ${data}`));
        else receive({ kind: "noise", text: `event ${event}: ${data}` });
      });
      exchange.replied.catch(reject);
      // A trace may be about just that: who sends nothing by POST needs no address.
      exchange.ended.then(() => resolve(noStream(exchange.reply?.status)));
    });
    return {
      send(parcel) {
        const { method = "POST" } = parcel;
        if (method === "POST" && address instanceof Failure) throw address;
        const exchange = begin(method === "POST" ? (address as URL) : stream, method === "GET" ? own : agent, parcel);
        if (method === "POST")
          exchange.replied.then(({ status }) => takesPosts(status, receive)).catch(() => undefined);
        return exchange;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
