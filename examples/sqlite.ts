// A tool over a SQLite database. Run it with the path of a database file, or without one for a temporary file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm"; // CommonJS: its names come by way of the default
import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

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

const server = createServer(
  { name: "sqlite", version: "1.0.0" },
  {
    // Runs once before the first message; what `state` holds is `ctx.state` in every handler.
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
  },
);

server.tool(
  "get_top_chatters",
  {
    description: "Lists who wrote the most chat messages.",
    input: { type: "object", properties: { limit: { type: "integer", minimum: 1, maximum: 100, default: 3 } } },
    output: {
      type: "object",
      properties: {
        chatters: {
          type: "array",
          items: {
            type: "object",
            properties: { author: { type: "string" }, messages: { type: "integer" } },
            required: ["author", "messages"],
          },
        },
      },
      required: ["chatters"],
    },
    annotations: { readOnlyHint: true },
  },
  ({ limit = 3 }, ctx) => {
    const rows = ctx.state.db.all(
      `SELECT author, COUNT(*) AS messages FROM messages
       GROUP BY author ORDER BY messages DESC, author LIMIT ?`,
      [limit],
    );
    return { chatters: rows as { author: string; messages: number }[] };
  },
);

await serveStdio(server);
