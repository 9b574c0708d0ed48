// Inputs written in Zod, Valibot and ArkType. Handlers get what the schema gives back, with defaults and transforms.
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const server = createServer({ name: "standard-schema", version: "1.0.0" });

server.tool(
  "book_zod",
  {
    description: "Books a table (Zod 4).",
    input: z.object({ name: z.string().min(1), guests: z.int().min(1).max(12), terrace: z.boolean().default(false) }),
  },
  ({ name, guests, terrace }) => `${name}: ${guests} guests, ${terrace ? "terrace" : "inside"}`,
);

server.tool(
  "book_valibot",
  {
    description: "Books a table (Valibot).",
    input: v.object({ name: v.pipe(v.string(), v.trim()), guests: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    // Valibot tells no JSON Schema by itself: this one is listed.
    inputSchema: {
      type: "object",
      properties: { name: { type: "string" }, guests: { type: "integer", minimum: 1 } },
      required: ["name", "guests"],
    },
  },
  ({ name, guests }) => `${name}: ${guests} guests`,
);

server.tool(
  "book_arktype",
  {
    description: "Books a table (ArkType).",
    input: type({ name: "string > 0", guests: "1 <= number.integer <= 12", "diet?": "'vegan' | 'vegetarian'" }),
  },
  ({ name, guests, diet = "any" }) => `${name}: ${guests} guests, diet: ${diet}`,
);

await serveStdio(server);
