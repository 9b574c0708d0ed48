import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import type { AnySchema, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { wrongHeaderAnnotations, wrongToolSchemas } from "./tool-schemas.js";
import { isObject, member, MODERN, REVISIONS } from "./trace.js";
import type { Json, JsonObject, Revision } from "./trace.js";

/** What is wrong with a message, and the definition in the revision's schema that says so. */
export interface Complaint {
  readonly definition: string;
  readonly text: string;
}

export interface Judge {
  /** Revisions without a schema: their messages go unjudged. */
  readonly unjudged: readonly Revision[];
  /**
   * Judges one message from a server (or one whole batch). `method` is that of the request which it answers; undefined
   * where the answered request is not known.
   */
  server(message: Json, revision: Revision, method?: string): readonly Complaint[];
}

/** The same for the messages of clients. */
export interface ClientJudge extends Pick<Judge, "unjudged"> {
  /** Judges one message. A request whose method its revision does not describe is only known to be one. */
  client(message: Json, revision: Revision, method?: string): readonly Complaint[];
}

/** The definition of the result that answers a request. Where there is none, the result is only known to be one. */
const RESULTS: Readonly<Record<string, string>> = {
  initialize: "InitializeResult",
  ping: "EmptyResult",
  "server/discover": "DiscoverResult",
  "tools/list": "ListToolsResult",
  "tools/call": "CallToolResult",
  "resources/list": "ListResourcesResult",
  "resources/templates/list": "ListResourceTemplatesResult",
  "resources/read": "ReadResourceResult",
  "resources/subscribe": "EmptyResult",
  "resources/unsubscribe": "EmptyResult",
  "prompts/list": "ListPromptsResult",
  "prompts/get": "GetPromptResult",
  "completion/complete": "CompleteResult",
  "logging/setLevel": "EmptyResult",
  "subscriptions/listen": "SubscriptionsListenResult",
  "tasks/get": "GetTaskResult",
  "tasks/list": "ListTasksResult",
  "tasks/cancel": "CancelTaskResult",
  "tasks/update": "UpdateTaskResult",
};

/** The same for what a server asks of its client. */
const CLIENT_RESULTS: Readonly<Record<string, string>> = {
  ping: "EmptyResult",
  "roots/list": "ListRootsResult",
  "sampling/createMessage": "CreateMessageResult",
  "elicitation/create": "ElicitResult",
  "tasks/get": "GetTaskResult",
  "tasks/list": "ListTasksResult",
  "tasks/cancel": "CancelTaskResult",
};

/** Errors that the schema describes one by one. */
const ERRORS: Readonly<Record<number, string>> = {
  [-32020]: "HeaderMismatchError",
  [-32021]: "MissingRequiredClientCapabilityError",
  [-32022]: "UnsupportedProtocolVersionError",
  [-32042]: "URLElicitationRequiredError",
};

type Definitions = Record<string, AnySchema>;

interface RevisionSchema {
  readonly definitions: Definitions;
  validate(definition: string): ValidateFunction;
}

/** Two of the formats that the schemas use; the rest is not looked at. */
const formats = {
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  uri: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]*$/,
  "uri-template": true as const,
};

function loadSchema(revision: string, folders: readonly string[]): RevisionSchema | undefined {
  for (const path of folders.map((folder) => folder.replace("*", revision))) {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch {
      continue;
    }
    const schema = JSON.parse(text) as { $schema?: string; $defs?: Definitions; definitions?: Definitions };
    const options = { strict: false, allErrors: false, formats, allowUnionTypes: true };
    const ajv = schema.$schema?.includes("2020-12") ? new Ajv2020(options) : new Ajv(options);
    const definitions = schema.$defs ?? schema.definitions ?? {};
    const keyword = schema.$defs ? "$defs" : "definitions";
    ajv.addSchema(schema as AnySchema, revision);
    const compiled = new Map<string, ValidateFunction>();
    return {
      definitions,
      validate(definition) {
        const known = compiled.get(definition) ?? ajv.compile({ $ref: `${revision}#/${keyword}/${definition}` });
        compiled.set(definition, known);
        return known;
      },
    };
  }
  return undefined;
}

/** Where schemas are found by default: with the protocol, beside the published file, else where SPEC_DIR says. */
export function schemaFolders(specDir = process.env["SPEC_DIR"]): readonly string[] {
  const own = fileURLToPath(new URL("../protocol/schema/", import.meta.url));
  const published = fileURLToPath(new URL("./schema/", import.meta.url));
  const found = [`${own}*.json`, `${published}*.json`];
  return specDir === undefined ? found : [...found, `${specDir}/*/schema.json`];
}

/** Makes a judge from the schemas of every revision; `*` in a path stands for the revision. */
export function createJudge(folders: readonly string[] = schemaFolders()): Judge & ClientJudge {
  const schemas = new Map<Revision, RevisionSchema>();
  for (const revision of REVISIONS) {
    const schema = loadSchema(revision, folders);
    if (schema) schemas.set(revision, schema);
  }
  const tasks = loadSchema("tasks", folders);
  return {
    unjudged: REVISIONS.filter((revision) => !schemas.has(revision)),
    server(message, revision, method) {
      const schema = schemas.get(revision);
      if (!schema) return [];
      if (!Array.isArray(message)) {
        const ofTasks = MODERN.includes(revision) && isOfTasks(message, method);
        if (ofTasks) return tasks ? judgeTasks(message, schema, tasks, method) : [];
        const wrong = judgeOne(message, schema, method);
        if (wrong.length > 0 || method !== "tools/list") return wrong;
        const result = member(message, "result") ?? null;
        return [
          ...wrongToolSchemas(result, revision).map((text) => ({ definition: "JSON Schema", text })),
          ...wrongHeaderAnnotations(result, revision).map((text) => ({ definition: "x-mcp-header", text })),
        ];
      }
      if (!schema.definitions["JSONRPCBatchResponse"])
        return [{ definition: "JSONRPCMessage", text: "a batch, which this revision lacks" }];
      return message.length === 0 ? [{ definition: "JSONRPCBatchResponse", text: "an empty batch" }] : [];
    },
    client(message, revision, method) {
      const schema = schemas.get(revision);
      if (!schema) return [];
      if (!Array.isArray(message)) return judgeOne(message, schema, method, CLIENT);
      if (schema.definitions["JSONRPCBatchRequest"])
        return message.length === 0 ? [{ definition: "JSONRPCBatchRequest", text: "an empty batch" }] : [];
      return [{ definition: "JSONRPCMessage", text: "a batch, which this revision lacks" }];
    },
  };
}

/** What the messages of one side are called in the schemas. */
interface Side {
  readonly results: Readonly<Record<string, string>>;
  call(message: JsonObject, schema: RevisionSchema, check: Check): readonly Complaint[];
}
const SERVER: Side = { results: RESULTS, call: judgeCall };
const CLIENT: Side = { results: CLIENT_RESULTS, call: judgeClientCall };

/** Whether the tasks extension describes the message, and not the schema of the revision. */
function isOfTasks(message: Json, method: string | undefined): boolean {
  if (member(message, "method") !== undefined) return member(message, "method") === "notifications/tasks";
  const result = member(message, "result");
  return isObject(result) && (member(result, "resultType") === "task" || method?.startsWith("tasks/") === true);
}

function judgeTasks(
  message: Json,
  schema: RevisionSchema,
  tasks: RevisionSchema,
  method: string | undefined,
): readonly Complaint[] {
  if (member(message, "method") !== undefined) return checkBy(tasks, "TaskStatusNotification", message);
  const wrong = checkBy(schema, "JSONRPCResultResponse", message);
  if (wrong.length > 0) return wrong;
  const result = member(message, "result") as Json;
  const definition = method?.startsWith("tasks/") === true ? RESULTS[method] : "CreateTaskResult";
  return checkBy(tasks, definition ?? "Result", result);
}

function checkBy(schema: RevisionSchema, definition: string, value: Json): Complaint[] {
  if (!schema.definitions[definition]) return [];
  const validate = schema.validate(definition);
  if (validate(value)) return [];
  const told = (validate.errors ?? []).map((error) =>
    `${error.instancePath || "message"} ${error.message ?? ""}`.trim(),
  );
  return [{ definition, text: [...new Set(told)].slice(0, 5).join("; ") }];
}

function judgeOne(
  message: Json,
  schema: RevisionSchema,
  method: string | undefined,
  side = SERVER,
): readonly Complaint[] {
  if (!isObject(message)) return [{ definition: "JSONRPCMessage", text: "not a JSON object" }];
  const check = (definition: string, value: Json): Complaint[] => checkBy(schema, definition, value);
  if (member(message, "method") !== undefined) return side.call(message, schema, check);
  if (Object.hasOwn(message, "error")) return judgeError(message, schema, check);
  const envelope = schema.definitions["JSONRPCResultResponse"] ? "JSONRPCResultResponse" : "JSONRPCResponse";
  // The id of the request itself, which the client had no right to, is what an answer has to bear.
  const own = method !== undefined && typeof message["id"] !== "string" && !Number.isInteger(message["id"]);
  const wrong = check(envelope, own ? { ...message, id: 0 } : message);
  if (wrong.length > 0) return wrong;
  const result = message["result"] as Json;
  if (member(result, "resultType") === "input_required" && schema.definitions["InputRequiredResult"]) {
    return check("InputRequiredResult", result);
  }
  const taken = isObject(member(result, "task")) && (method === "tools/call" || side === CLIENT);
  if (taken && schema.definitions["CreateTaskResult"]) {
    return check("CreateTaskResult", result);
  }
  const definition = method !== undefined && Object.hasOwn(side.results, method) ? side.results[method] : undefined;
  return check(definition ?? "Result", result);
}

type Check = (definition: string, value: Json) => Complaint[];

function judgeCall(message: JsonObject, schema: RevisionSchema, check: Check): readonly Complaint[] {
  if (!Object.hasOwn(message, "id")) return check("ServerNotification", message);
  if (schema.definitions["ServerRequest"] === undefined) {
    return [{ definition: "JSONRPCMessage", text: "a request from the server, which this revision lacks" }];
  }
  const wrong = check("JSONRPCRequest", message);
  return wrong.length > 0 ? wrong : check("ServerRequest", message);
}

/** The definition of the request or notification whose schema holds that method as a constant. */
function definitionOf(schema: RevisionSchema, method: string, kind: "Request" | "Notification"): string | undefined {
  return Object.entries(schema.definitions).find(([name, definition]) => {
    const { properties } = definition as { properties?: { method?: { const?: string } } };
    return name.endsWith(kind) && properties?.method?.const === method;
  })?.[0];
}

function judgeClientCall(message: JsonObject, schema: RevisionSchema, check: Check): readonly Complaint[] {
  const kind = Object.hasOwn(message, "id") ? "Request" : "Notification";
  const wrong = check(`JSONRPC${kind}`, message);
  const definition = definitionOf(schema, String(message["method"]), kind);
  return wrong.length > 0 || definition === undefined ? wrong : check(definition, message);
}

/**
 * An error whose request had no proper id: the schemas of early revisions ask for an id even there, those of later ones
 * leave it out, and the JSON-RPC that every revision prescribes gives null, or the request's own id of a wrong type. All
 * of them are let pass, in every revision; that an id is the request's own is not for the schema to say.
 */
function judgeError(message: JsonObject, schema: RevisionSchema, check: Check): readonly Complaint[] {
  const envelope = schema.definitions["JSONRPCErrorResponse"] ? "JSONRPCErrorResponse" : "JSONRPCError";
  const lenient = typeof message["id"] !== "string" && !Number.isInteger(message["id"]);
  const wrong = check(envelope, lenient ? { ...message, id: 0 } : message);
  const code = member(message["error"], "code");
  const specific = typeof code === "number" ? ERRORS[code] : undefined;
  return wrong.length > 0 || specific === undefined
    ? wrong
    : check(specific, lenient ? { ...message, id: 0 } : message);
}
