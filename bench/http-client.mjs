// @ts-check
// What a row does before and beside its load: opens sessions, asks once, reads the answer.
import { Connection } from "./load/connection.mjs";
import { initialize, initialized, post } from "./requests.mjs";

/** The last JSON-RPC message of an answer, JSON or events. @param {import("./load/connection.mjs").Answer} answer */
export function lastMessage({ head, bytes }) {
  const text = bytes.toString();
  if (!/content-type: *text\/event-stream/i.test(head)) return text === "" ? undefined : JSON.parse(text);
  const data = text
    .split(/\r?\n\r?\n/)
    .map((event) => event.split(/\r?\n/).filter((line) => line.startsWith("data:")))
    .map((lines) => lines.map((line) => line.slice(5).trimStart()).join("\n"))
    .filter((each) => each !== "");
  return data.length === 0 ? undefined : JSON.parse(/** @type {string} */ (data.at(-1)));
}

/** @param {import("./load/connection.mjs").Answer} answer */
export const sessionOf = ({ head }) => /\r\nmcp-session-id: *([^\r\n]+)/i.exec(head)?.[1];

export class HttpClient {
  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.connection = new Connection(port);
  }

  /** @param {import("./requests.mjs").Post} what */
  ask(what) {
    return this.connection.ask(what.bytes);
  }

  /** Opens a legacy session. @param {string} [accept] @returns {Promise<string | undefined>} its id, if it has one */
  async open(accept) {
    const how = { era: /** @type {const} */ ("legacy"), ...(accept ? { accept } : {}) };
    const opened = await this.ask(post(this.port, initialize(), how));
    if (opened.status !== 200) throw new Error(`initialize: ${opened.status} ${opened.bytes}`);
    const session = sessionOf(opened);
    const { status, bytes } = await this.ask(post(this.port, initialized, { ...how, session }));
    if (status !== 202 && status !== 200) throw new Error(`notifications/initialized: ${status} ${bytes}`);
    return session;
  }

  /** Ends a legacy session. @param {string | undefined} session */
  async end(session) {
    const { status } = await this.ask(post(this.port, "", { era: "legacy", session, method: "DELETE" }));
    if (status >= 300) throw new Error(`DELETE: ${status}`);
  }

  close() {
    this.connection.close();
  }
}

/** So many sessions, over a few connections. @param {number} port @param {number} count @param {string} [accept] */
export async function openSessions(port, count, accept) {
  /** @type {(string | undefined)[]} */
  const sessions = [];
  const clients = Array.from({ length: 8 }, () => new HttpClient(port));
  let begun = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (begun++ < count) sessions.push(await client.open(accept));
    }),
  );
  for (const client of clients) client.close();
  return sessions;
}
