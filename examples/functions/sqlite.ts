// A tool over a SQLite database. Run it, built, with the path of a database file, or without one for a temporary file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm"; // CommonJS: its names come by way of the default
import type { Context, ServerOptions } from "barewire";

const { Database } = sqlite;
const seed = { ada: 5, grace: 3, linus: 2, margaret: 4 };

function open(path: string) {
  const db = new Database(path);
  db.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, author TEXT NOT NULL, body TEXT NOT NULL)");
  if (db.get("SELECT id FROM messages LIMIT 1")) return db;
  db.exec("BEGIN");
  for (const [author, count] of Object.entries(seed)) {
    const values = (n: number) => [author, `Message ${n}`];
    for (let n = 1; n <= count; n += 1) db.run("INSERT INTO messages (author, body) VALUES (?, ?)", values(n));
  }
  db.exec("COMMIT");
  return db;
}

interface State {
  db: ReturnType<typeof open>;
}

export const options: ServerOptions<State> = {
  // Runs once before the first message; what `state` holds is `ctx.state` in every function.
  lifespan() {
    const given = process.argv[2];
    const folder = given === undefined ? mkdtempSync(join(tmpdir(), "chat-")) : undefined;
    const db = open(given ?? join(folder!, "chat.db"));
    const stop = () => {
      db.close();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    };
    return { state: { db }, stop };
  },
};

interface Chatter {
  author: string;
  /** @type integer */
  messages: number;
}

interface Top {
  /**
   * @type integer
   * @minimum 1
   * @maximum 100
   */
  limit?: number;
}

/** Lists who wrote the most chat messages.
 *  @name get_top_chatters
 *  @readonly */
export function topChatters({ limit = 3 }: Top, ctx: Context<State>): { chatters: Chatter[] } {
  const rows = ctx.state.db.all(
    `SELECT author, COUNT(*) AS messages FROM messages
     GROUP BY author ORDER BY messages DESC, author LIMIT ?`,
    [limit],
  );
  return { chatters: rows as unknown as Chatter[] };
}
