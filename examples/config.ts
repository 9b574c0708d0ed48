// Resources: one with a fixed URI, and a template that stands for many, with a list and completion.
import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const config = { theme: "dark", language: "en", features: ["search", "export"] };
const users = new Map([
  ["1", { name: "Ada Lovelace", role: "admin" }],
  ["2", { name: "Grace Hopper", role: "editor" }],
  ["17", { name: "Margaret Hamilton", role: "editor" }],
]);

const server = createServer({ name: "config", version: "1.0.0" });

server.resource(
  "config://app",
  { name: "config", description: "The configuration of the application.", mimeType: "application/json" },
  () => JSON.stringify(config, null, 2),
);

server.resource(
  "users://{id}/profile",
  {
    name: "profile",
    description: "The profile of a user.",
    mimeType: "application/json",
    // What `resources/list` shows of this template.
    list: () => [...users].map(([id, { name }]) => ({ uri: `users://${id}/profile`, title: name })),
    complete: { id: (typed) => [...users.keys()].filter((id) => id.startsWith(typed)) },
  },
  ({ id }) => {
    const user = users.get(id);
    return user && JSON.stringify({ id, ...user }); // undefined is "not found"
  },
);

await serveStdio(server);
