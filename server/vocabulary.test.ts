// A server with everything on every item, asked by each revision: no member and no kind of content leaves that the
// revision lacks. Held against the revision's own shapes and, where SPEC_DIR names the specification, against its
// schema.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { express } from "../protocol/express.js";
import type { Revision } from "../protocol/revision.js";
import { revisions } from "../protocol/revisions/index.js";
import { audio, createServer, embeddedResource, image, resourceLink, text } from "./index.js";
import { Client, initializeParams, modernVersion, turn, type Any } from "./wire.test.kit.js";

const specification = process.env.SPEC_DIR;

/** Freezes all the way down: whoever writes to it throws. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}

const icons = [{ src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"], theme: "dark" }];
const annotations = { audience: ["user"], priority: 0.5, lastModified: "2025-01-12T15:00:58Z" };
const _meta = { "example.com/own": 1 };
const block: Any = { annotations, _meta, stray: 1 };
const common: Any = frozen({ title: "Title", description: "Description", icons, _meta });
const blocks: Any = frozen([
  text("t", block),
  image("AA==", "image/png", block),
  audio("AAAA", "audio/wav", block),
  resourceLink("x://y", "y", { ...common, mimeType: "text/plain", size: 5, ...block }),
  embeddedResource("x://y", "t", "text/plain", block),
  {
    ...embeddedResource("x://y", new Uint8Array([1])),
    resource: { uri: "x://y", blob: "AQ==", mimeType: "a/b", _meta, stray: 1 },
  },
]);

function everything() {
  const server = createServer(
    frozen({
      name: "s",
      version: "1",
      title: "S",
      description: "d",
      icons,
      websiteUrl: "https://example.com",
      instructions: "i",
      stray: 1,
    }) as Any,
    { pageSize: 1 },
  );
  const toolAnnotations = {
    title: "A",
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  };
  const input = frozen({ type: "object", properties: { a: { type: "string" } } });
  server.tool(
    "all",
    { ...common, input, output: frozen({ type: "object" }), annotations: toolAnnotations },
    (_args, ctx) => {
      ctx.progress(1, 2, "m");
      ctx.log("error", { a: 1 }, "logger");
      return frozen({ content: blocks, structuredContent: { a: 1 }, isError: false, _meta, stray: 1 }) as Any;
    },
  );
  server.tool("list", { output: { type: "array" } }, () => frozen([1]));
  server.resource(
    "x://y",
    { ...common, name: "y", mimeType: "text/plain", size: 5, annotations },
    () =>
      frozen([
        { text: "t", _meta, annotations, stray: 1 },
        { blob: "AA==", mimeType: "a/b" },
      ]) as Any,
  );
  server.resource(
    "u://{id}",
    {
      ...common,
      name: "u",
      mimeType: "text/plain",
      annotations,
      complete: { id: ["a", "b"] },
      list: () => frozen([{ uri: "u://1", title: "One", stray: 1 }]) as Any,
    },
    () => "u",
  );
  server.prompt(
    "p",
    {
      ...common,
      arguments: { a: { title: "A", description: "d", required: false, complete: ["x"], stray: 1 } as Any },
    },
    () =>
      frozen({
        description: "d",
        messages: (blocks as Any[]).map((content) => ({ role: "user", content, stray: 1 })),
        stray: 1,
      }) as Any,
  );
  return server;
}

const requests: [method: string, result: string, params: Any][] = [
  ["tools/list", "ListToolsResult", {}],
  ["tools/call", "CallToolResult", { name: "all" }],
  ["tools/call", "CallToolResult", { name: "list" }],
  ["resources/list", "ListResourcesResult", {}],
  ["resources/templates/list", "ListResourceTemplatesResult", {}],
  ["resources/read", "ReadResourceResult", { uri: "x://y" }],
  ["prompts/list", "ListPromptsResult", {}],
  ["prompts/get", "GetPromptResult", { name: "p" }],
  [
    "completion/complete",
    "CompleteResult",
    { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } },
  ],
];

interface Answer {
  readonly what: string;
  readonly definition: string;
  readonly value: Any;
  readonly notification?: true;
}

/** Everything that a client of that revision gets to see. */
async function allAnswers({ version, era }: Revision): Promise<Answer[]> {
  const server = everything();
  const client = new Client(server);
  const answers: Answer[] = [];
  if (era === "legacy") {
    const opened = await client.ask("initialize", initializeParams(version));
    answers.push({ what: "initialize", definition: "InitializeResult", value: opened.result });
    client.notify("notifications/initialized");
  } else {
    answers.push({
      what: "server/discover",
      definition: "DiscoverResult",
      value: (await client.askModern("server/discover")).result,
    });
  }
  for (const [method, definition, params] of requests) {
    let cursor: string | undefined;
    do {
      const meta = { progressToken: "p", "io.modelcontextprotocol/logLevel": "debug" };
      const paged = cursor === undefined ? params : { ...params, cursor };
      const response =
        version === modernVersion
          ? await client.askModern(method, paged, meta)
          : await client.ask(method, { ...paged, _meta: { progressToken: "p" } });
      assert.ok(response.result, `${version} ${method} ${JSON.stringify(response.error)}`);
      answers.push({ what: method, definition, value: response.result });
      cursor = response.result.nextCursor;
    } while (cursor !== undefined);
  }
  if (era === "legacy") {
    for (const [method, params] of [
      ["ping", {}],
      ["logging/setLevel", { level: "error" }],
      ["resources/subscribe", { uri: "x://y" }],
    ] as const) {
      answers.push({ what: method, definition: "EmptyResult", value: (await client.ask(method, params)).result });
    }
  } else
    void client.askModern(
      "subscriptions/listen",
      {
        notifications: {
          toolsListChanged: true,
          promptsListChanged: true,
          resourcesListChanged: true,
          resourceSubscriptions: ["x://y"],
        },
      },
      {},
      "sub",
    );
  await turn();
  server.changed("tools");
  server.changed("prompts");
  server.changed("resources");
  server.updated("x://y");
  await turn();
  await server.close();
  await turn();
  const closing = client.received.find(({ id }) => id === "sub");
  if (era === "modern")
    answers.push({ what: "subscriptions/listen", definition: "SubscriptionsListenResult", value: closing.result });
  const seen = new Set(client.notifications().map(({ method }) => method));
  for (const method of [
    "notifications/progress",
    "notifications/message",
    "notifications/tools/list_changed",
    "notifications/resources/updated",
  ])
    assert.ok(seen.has(method), `${version} ${method}`);
  for (const value of client.notifications())
    answers.push({ what: value.method, definition: "ServerNotification", value, notification: true });
  return answers;
}

/** Every member of `value` that the shape does not have, by its path. What later seals add is named by the caller. */
function strangers(revision: Revision, shapeName: string, value: Any, path = ""): string[] {
  const name =
    shapeName === "ContentBlock" ? (revision.content[value?.type] ?? `no content of type ${value?.type}`) : shapeName;
  const shape = revision.shapes[name];
  if (!shape) return [`${path} (${name})`];
  return Object.entries(value as Record<string, Any>).flatMap(([key, member]) => {
    const rule = shape[key];
    if (rule === undefined) return [`${path}/${key}`];
    if (rule === true) return [];
    if (typeof rule === "string") return strangers(revision, rule, member, `${path}/${key}`);
    return (member as Any[]).flatMap((item, i) => strangers(revision, rule[0], item, `${path}/${key}/${i}`));
  });
}

for (const revision of revisions) {
  test(`${revision.version}: nothing leaves that its shapes do not have`, async () => {
    for (const { what, definition, value, notification } of await allAnswers(revision)) {
      if (notification || definition === "EmptyResult") continue;
      const sealed = revision.era === "modern" ? ["/resultType", "/ttlMs", "/cacheScope"] : [];
      assert.equal(
        strangers(revision, definition, value).filter((path) => !sealed.includes(path)),
        [],
        `${what} ${JSON.stringify(value)}`,
      );
    }
  });
}

test("content of a kind that is missing becomes text, what it says stays", async () => {
  const kinds: Record<string, string[]> = {
    "2024-11-05": ["text", "image", "text", "text", "resource", "resource"],
    "2025-03-26": ["text", "image", "audio", "text", "resource", "resource"],
    "2025-06-18": ["text", "image", "audio", "resource_link", "resource", "resource"],
  };
  for (const revision of revisions) {
    const answers = await allAnswers(revision);
    const expected = kinds[revision.version] ?? kinds["2025-06-18"];
    const called = answers.find(({ what }) => what === "tools/call")!.value;
    assert.equal(
      called.content.map(({ type }: Any) => type),
      expected,
    );
    const prompted = answers.find(({ what }) => what === "prompts/get")!.value;
    assert.equal(
      prompted.messages.map(({ content }: Any) => content.type),
      expected,
    );
    if (expected![2] === "text") assert.is(called.content[2].text, "[audio, audio/wav, 3 bytes]");
    if (expected![3] === "text") assert.match(called.content[3].text, /^Title: x:\/\/y/);
  }
});

test("express hands on the value itself where nothing changes, and never writes to it", () => {
  const newest = revisions.find(({ version }) => version === "2025-11-25")!;
  const tool = frozen({ name: "t", title: "T", inputSchema: { type: "object" } });
  assert.is(express(newest, "Tool", tool), tool);
  const list = frozen({ tools: [tool, { ...tool, stray: 1 }, tool] });
  const written = express(newest, "ListToolsResult", list) as Any;
  assert.equal(written, { tools: [tool, tool, tool] });
  assert.is(written.tools[0], tool);
  assert.is(list.tools.length, 3);
  assert.equal(express(newest, "Tool", { constructor: 1, toString: 2, name: "t" } as Any), { name: "t" });
  assert.equal(express(newest, "ContentBlock", { type: "constructor" }), { type: "text", text: "[constructor]" });
});

/** Ids of elicitations are gone from 2026-07-28, and the tasks that were an experiment of 2025-11-25. */
const takenAway: Record<string, string[]> = {
  ElicitRequestParams: ["elicitationId"],
  ServerCapabilities: ["tasks"],
  Tool: ["execution"],
  CreateTaskResult: ["task", "_meta"],
};

test("a later revision has what the one before it had, save what its changelog takes away", () => {
  for (const [i, revision] of revisions.entries()) {
    const before = revisions[i - 1];
    if (!before) continue;
    for (const [name, shape] of Object.entries(before.shapes)) {
      if (name === "InitializeResult" && revision.era === "modern") continue;
      const taken = (revision.era === "modern" && takenAway[name]) || [];
      for (const member of Object.keys(shape).filter((known) => !taken.includes(known)))
        assert.ok(revision.shapes[name]?.[member], `${revision.version} ${name}.${member}`);
    }
    assert.ok(revision.version > before.version);
  }
});

// --- Against the specification
// ------------------------------------------------------------------------------------------

class Judge {
  readonly definitions: Record<string, Any>;
  readonly #key: string;
  readonly #ajv: Ajv;
  constructor(version: string) {
    const { $id: _, ...schema } = JSON.parse(readFileSync(join(specification!, version, "schema.json"), "utf8"));
    this.#key = "$defs" in schema ? "$defs" : "definitions";
    this.definitions = schema[this.#key];
    this.#ajv = new (this.#key === "$defs" ? (Ajv2020 as unknown as typeof Ajv) : Ajv)({
      validateFormats: false,
      strict: false,
    });
    this.#ajv.addSchema(schema, "schema");
  }
  validator(definition: string): ValidateFunction {
    return this.#ajv.compile({ $ref: `schema#/${this.#key}/${definition}` });
  }
  /** The members that a definition names, its branches' and its parents' included. */
  members(definition: string): Set<string> {
    const found = new Set<string>();
    const collect = (schema: Any) => {
      if (schema?.$ref) collect(this.definitions[schema.$ref.split("/").at(-1)]);
      for (const member of Object.keys(schema?.properties ?? {})) found.add(member);
      for (const branch of [...(schema?.anyOf ?? []), ...(schema?.allOf ?? [])]) collect(branch);
    };
    collect(this.definitions[definition]);
    return found;
  }
}

if (specification === undefined)
  console.log("skipped: SPEC_DIR is not set, results are not held against the specification's schemas");
else {
  if (!existsSync(specification)) throw new Error(`SPEC_DIR is set, but ${specification} does not exist`);
  for (const revision of revisions) {
    const judge = new Judge(revision.version);
    test(`${revision.version}: everything fits its schema.json`, async () => {
      for (const { what, definition, value } of await allAnswers(revision)) {
        const fits = judge.validator(definition);
        assert.ok(fits(value), `${what}: ${JSON.stringify(fits.errors)} ${JSON.stringify(value)}`);
      }
    });

    test(`${revision.version}: its shapes have the members that schema.json has`, () => {
      for (const [name, shape] of Object.entries(revision.shapes)) {
        // Contents are a union there; a block's contents are named apart.
        const defined =
          name === "ResourceContents"
            ? new Set([...judge.members("TextResourceContents"), ...judge.members("BlobResourceContents")])
            : judge.members(name);
        // The older schemas write params where they stand, in the request or notification itself.
        if (defined.size === 0 && name.endsWith("Params")) {
          const { params } = judge.definitions[name.replace(/Params$/, "")].properties;
          for (const member of Object.keys(params.properties)) defined.add(member);
        }
        // The first schema writes annotations where they stand.
        if (defined.size === 0 && name === "Annotations")
          for (const member of Object.keys(judge.definitions.Annotated.properties.annotations.properties))
            defined.add(member);
        assert.ok(defined.size > 0, `${name} is no definition`);
        const mine = new Set(Object.keys(shape));
        const unknown = [...mine].filter((member) => !defined.has(member));
        const missing = [...defined].filter((member) => !mine.has(member));
        assert.equal(
          unknown.filter((member) => !tolerated(revision, name, member)),
          [],
          `${name}: not in the schema`,
        );
        assert.equal(
          missing.filter((member) => !absent(name, member)),
          [],
          `${name}: not in the shape`,
        );
      }
    });
  }
}

/** In the pages, though not in the schema. */
const tolerated = ({ version }: Revision, name: string, member: string): boolean =>
  name === "ResourceContents" && member === "annotations" && version >= "2025-06-18";
/** Sealed on, not offered by this server, or not part of what it asks a client. */
const absent = (name: string, member: string): boolean =>
  (name.endsWith("RequestParams") && ["_meta", "task"].includes(member)) ||
  ["resultType", "ttlMs", "cacheScope"].includes(member) ||
  (name === "ServerCapabilities" && member === "tasks") ||
  (name === "Tool" && member === "execution");

test.run();
