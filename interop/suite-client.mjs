// @ts-check
// barewire check --client -- node interop/suite-client.mjs 1|2
// The official SDKs' clients, driven by the scenarios of the conformance suite: what they send of themselves is judged, so
// nothing here repairs what they do.
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport as Sse1 } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport as Stdio1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as Http1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CallToolResultSchema,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import * as sdk1 from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import * as sdk2 from "@modelcontextprotocol/client";
import {
  Client as Client2,
  SSEClientTransport as Sse2,
  StreamableHTTPClientTransport as Http2,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as Stdio2 } from "@modelcontextprotocol/client/stdio";
import { authorization, cameBack } from "./clients/authorization.mjs";

const [generation, target] = process.argv.slice(2);
if (!target || !["1", "2"].includes(generation ?? "")) throw new Error("usage: suite-client.mjs 1|2 TARGET");
const asked = JSON.parse(process.env["BAREWIRE_SCENARIO"] ?? "{}");
const { answers = {}, revision } = asked;
// Tasks of the client's own are not declared: neither SDK keeps any without a store that the application brings.
const { tasks: _tasks, ...capabilities } = asked.capabilities ?? {};
const modern = revision >= "2026" || revision === "any";
// The first generation knows no later revision, and would speak an older one instead.
if (generation === "1" && modern) process.exit(1);

const classes =
  generation === "1" ? { stdio: Stdio1, sse: Sse1, http: Http1 } : { stdio: Stdio2, sse: Sse2, http: Http2 };

/** @type {any} */
const account = asked.authorization && authorization(generation === "1" ? sdk1 : sdk2, asked.authorization);

function transport() {
  if (!target?.startsWith("http")) return new classes.stdio({ command: target ?? "" });
  const options = account ? { authProvider: account } : {};
  return new (process.env["BAREWIRE_TARGET"] === "sse" ? classes.sse : classes.http)(new URL(target), options);
}

/** Does something, and once more where the user had to come back with a code first. */
async function authorized(/** @type {() => Promise<any>} */ act) {
  try {
    return await act();
  } catch (error) {
    const back = await cameBack(account);
    if (!back) throw error;
    await transport().finishAuth(generation === "1" ? back.get("code") : back);
    return act();
  }
}

let roots = answers.roots ?? [];
const later = async (/** @type {unknown} */ value) => {
  if (answers.afterMs) await new Promise((resolve) => setTimeout(resolve, answers.afterMs));
  if (answers.fail) throw new Error("it fails, as it was asked to");
  if (answers.refuse) throw Object.assign(new Error("the user refuses"), { code: -1 });
  return value;
};
const text = { role: "assistant", content: { type: "text", text: "yes" }, model: "sdk" };
const handlers = {
  roots: ["roots/list", ListRootsRequestSchema, () => later({ roots })],
  sampling: ["sampling/createMessage", CreateMessageRequestSchema, () => later(answers.sampling ?? text)],
  elicitation: ["elicitation/create", ElicitRequestSchema, () => later(answers.elicitation ?? { action: "decline" })],
};

/** @type {any} */
let client;
/** @type {any} */
let listens;
const connect = () => authorized(open);
async function open() {
  const info = { name: `sdk-${generation}`, version: "0.0.0" };
  const mode = revision === "any" ? "auto" : modern ? { pin: revision } : "legacy";
  client =
    generation === "1"
      ? new Client1(info, { capabilities })
      : new Client2(info, { capabilities, versionNegotiation: { mode } });
  for (const [name, [method, schema, handler]] of Object.entries(handlers))
    if (capabilities[name]) client.setRequestHandler(generation === "1" ? schema : method, handler);
  await client.connect(transport(), asked.timeoutMs ? { timeout: asked.timeoutMs } : {});
}

async function list(/** @type {string} */ method, /** @type {string} */ name) {
  /** @type {string | undefined} */
  let cursor;
  const found = [];
  do {
    const page = await client[method](cursor === undefined ? undefined : { cursor });
    found.push(...page[name]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** @type {Set<string> | undefined} */
let offered;
async function call(/** @type {any} */ { name, arguments: args, progress, cancel, timeoutMs }) {
  if (offered && !offered.has(name)) return;
  const control = new AbortController();
  const options = {
    signal: control.signal,
    ...(timeoutMs ? { timeout: timeoutMs } : {}),
    ...(progress || cancel === "progress" ? { onprogress: () => cancel === "progress" && control.abort() } : {}),
  };
  const params = { name, ...(args ? { arguments: args } : {}) };
  await (generation === "1"
    ? client.callTool(params, CallToolResultSchema, options)
    : client.callTool(params, options));
}

async function act(/** @type {any} */ action) {
  const { name, uri, level, arguments: args } = action;
  switch (action.action) {
    case "list-tools":
      offered = new Set((await list("listTools", "tools")).map((/** @type {any} */ tool) => tool.name));
      return;
    case "list-prompts":
      return list("listPrompts", "prompts");
    case "list-resources":
      return list("listResources", "resources");
    case "list-resource-templates":
      return list("listResourceTemplates", "resourceTemplates");
    case "call-tool":
      return call(action);
    case "get-prompt":
      return client.getPrompt({ name, ...(args ? { arguments: args } : {}) });
    case "read-resource":
      return client.readResource({ uri });
    case "complete":
      return client.complete({ ref: action.ref, argument: action.argument });
    case "set-log-level":
      return client.setLoggingLevel(level);
    case "ping":
      return client.ping();
    case "subscribe":
      return client.subscribeResource({ uri });
    case "listen":
      listens = action;
      return client.listen(action.notifications);
    case "change-roots":
      roots = action.roots;
      return client.sendRootsListChanged();
    case "reconnect":
      await client.close();
      await connect();
      return listens ? act(listens) : undefined;
    case "together":
      return Promise.allSettled(action.do.map(act));
    default:
      return undefined;
  }
}

await connect();
for (const action of asked.do ?? []) {
  const failed = await authorized(() => act(action)).then(
    () => false,
    () => true,
  );
  if (failed && asked.untilFailure) break;
}
if (process.env["BAREWIRE_TARGET"] === "http" && client.transport?.terminateSession)
  await client.transport.terminateSession();
await client.close();
process.exit(0);
