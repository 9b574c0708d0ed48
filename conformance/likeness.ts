import { dressMessage } from "./dress.js";
import type { Example } from "./examples.js";
import type { TraceFile } from "./load.js";
import { shapeOf } from "./shape.js";
import { isObject, member } from "./trace.js";
import type { Json, JsonObject, Revision, Step, Trace } from "./trace.js";

/** A message of a trace, as it is sent or expected. */
interface Shown {
  readonly message: Json;
  readonly answers?: string | undefined;
  readonly sent?: boolean;
}

/** The method of an example that stands for any other. */
const ANY_METHOD = "some_method";

/** Where in a message a type of the schema may stand, for types that are no message by themselves. */
const PLACES: readonly (readonly [RegExp, RegExp])[] = [
  [/^(\w+Request|\w+Notification|\w+ResultResponse)$/, /^(result\.inputRequests\.\w+)?$/],
  [/^(Elicit|CreateMessage|ListRoots)Result$/, /^(result|params\.inputResponses\.\w+)$/],
  [/^(Elicit|CreateMessage)Request(Form|URL)?Params$/, /^(result\.inputRequests\.\w+\.)?params$/],
  [/^ModelPreferences$/, /^(result\.inputRequests\.\w+\.)?params\.modelPreferences$/],
  [/^SamplingMessage$/, /^(result\.inputRequests\.\w+\.)?params\.messages\[\]$/],
  [/^Tool(Use|Result)Content$/, /^(result\.inputRequests\.\w+\.)?params\.messages\[\]\.content(\[\])?$/],
  [/^\w+Schema$/, /^(result\.inputRequests\.\w+\.)?params\.requestedSchema\.properties\.\w+$/],
  [/^Root$/, /^(result|params\.inputResponses\.\w+)\.roots\[\]$/],
  [/^\w+Params$/, /^params$/],
  [/^\w+Result$/, /^result$/],
  [/^(HeaderMismatch|MissingRequiredClientCapability|UnsupportedProtocolVersion)Error$/, /^$/],
  [/^\w+Error$/, /^error$/],
  [/^InputRequests$/, /^result\.inputRequests$/],
  [/^InputResponses$/, /^params\.inputResponses$/],
  [/^(Text|Image|Audio)Content$|^EmbeddedResource$|^ResourceLink$/, /^result\.(content\[\]|messages\[\]\.content)$/],
  [/^(Text|Blob)ResourceContents$/, /^result\.contents\[\]$/],
  [/^Resource$/, /^result\.resources\[\]$/],
  [/^Tool$/, /^result\.tools\[\]$/],
  [/^ServerCapabilities$/, /^result\.capabilities$/],
  [/^ClientCapabilities$/, /^params\._meta\.io\.modelcontextprotocol\/clientCapabilities$/],
];

/** The method of whose request or result such a type is a part, where its name tells. */
const METHODS: Readonly<Record<string, string>> = {
  CallTool: "tools/call",
  Complete: "completion/complete",
  CreateMessage: "sampling/createMessage",
  Discover: "server/discover",
  Elicit: "elicitation/create",
  GetPrompt: "prompts/get",
  ListPrompts: "prompts/list",
  ListResourceTemplates: "resources/templates/list",
  ListResources: "resources/list",
  ListRoots: "roots/list",
  ListTools: "tools/list",
  ReadResource: "resources/read",
  SubscriptionsListen: "subscriptions/listen",
};

/** The messages of a step in a revision, each as the runner sends it or the pattern that is expected. */
function messagesOf(trace: Trace, at: number, revision: Revision): readonly Shown[] {
  const step = trace.steps[at] as Step;
  const dress = { revision, capabilities: trace.capabilities ?? {} };
  const asked = methodsIn(trace);
  const sent = (message: Json, dressed = trace.dress ?? true): Shown => ({
    sent: true,
    message: dressed ? dressMessage(message, dress) : message,
    answers: answered(message, asked),
  });
  const taken = (message: Json): Shown => ({ message, answers: answered(message, asked) });
  if ("send" in step) return [step.send].flat().map((one) => sent(one as Json, step.dress));
  if ("cancel" in step)
    return [
      sent({ method: "notifications/cancelled", params: { requestId: step.cancel, reason: "no longer needed" } }),
    ];
  if ("raw" in step && typeof step.raw === "string" && step.raw.startsWith("{")) {
    try {
      return [{ message: JSON.parse(step.raw) as Json }];
    } catch {
      return [];
    }
  }
  if ("expect" in step) return [step.expect].flat().map((one) => taken(one as Json));
  if ("expectAll" in step) return step.expectAll.map(taken);
  if ("poll" in step)
    return [sent({ id: "poll", ...step.poll }), { ...taken(step.until), answers: methodOf(step.poll) }];
  if ("repeat" in step) return [sent(step.repeat), taken(step.until)];
  if ("pass" in step) return [taken(step.pass)];
  if ("reply" in step && isObject(step.reply.body)) return [taken(step.reply.body)];
  return [];
}

const methodOf = (message: Json | undefined): string | undefined => {
  const method = member(message, "method");
  return typeof method === "string" ? method : undefined;
};

/** The id of a message, a name for one that is bound and one that refers to it alike. */
function idOf(message: Json): string {
  const id = member(message, "id");
  return JSON.stringify(member(id, "$bind") ?? member(id, "$ref") ?? id ?? null);
}

/** The methods of all requests in a trace, by id. */
function methodsIn(trace: Trace): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const step of trace.steps) {
    const messages =
      "send" in step ? [step.send] : "expect" in step ? [step.expect] : "expectAll" in step ? step.expectAll : [];
    for (const message of messages.flat() as Json[]) {
      const method = methodOf(message);
      if (method !== undefined && isObject(message) && "id" in message) found.set(idOf(message), method);
    }
  }
  return found;
}

const answered = (message: Json, asked: ReadonlyMap<string, string>): string | undefined =>
  methodOf(message) === undefined ? asked.get(idOf(message)) : undefined;

/** Whether a step stands for an example: same method, and every member of the example. */
export function standsFor(example: Example, { trace }: TraceFile, at: number): boolean {
  return messagesOf(trace, at, example.revision).some((shown) => isLike(example, shown));
}

function isLike({ message: example, type, answers }: Example, { message, answers: of, sent }: Shown): boolean {
  if (type !== undefined) return holdsLike(example, type, message, of);
  const [wanted, method] = [methodOf(example), methodOf(message)];
  if (wanted === undefined ? method !== undefined : wanted !== method && wanted !== ANY_METHOD) return false;
  if (wanted === undefined && answers !== undefined && !answers.some((start) => of?.startsWith(start))) return false;
  const isSame = wanted === method && String(memberNames(example)) === String(memberNames(message));
  if (sent && wanted !== undefined && wanted !== ANY_METHOD && !isSame) return false;
  return includes(shapeOf(message), wantedPaths(example, ""));
}

/** Whether a message has, where such a type may stand, one that is like the example. */
function holdsLike(example: JsonObject, type: string, message: Json, answers: string | undefined): boolean {
  const of = Object.keys(METHODS).find((name) => new RegExp(`^${name}(Result|Request)`).test(type));
  const place = PLACES.find(([name]) => name.test(type))?.[1];
  if (place === undefined) throw new Error(`${type}: where does it stand?`);
  return partsOf(message, "").some(([path, part]) => {
    if (!place.test(path)) return false;
    if (of !== undefined && path !== "" && !path.includes("input"))
      if ((path.startsWith("params") ? methodOf(message) : answers) !== METHODS[of]) return false;
    if (of !== undefined && path === "" && (methodOf(message) ?? answers) !== METHODS[of]) return false;
    return includes(shapeOf(part, placed(path)), wantedPaths(example, placed(path)));
  });
}

/** The members of a request's params, but metadata. */
const memberNames = (message: Json): readonly string[] =>
  Object.keys(member(message, "params") ?? {})
    .filter((name) => name !== "_meta")
    .sort();

/** The path as the shape takes it: names that are data do not count. */
const placed = (path: string): string => path.replace(/(inputRequests|inputResponses|properties)\.[^.]+/g, "$1.*");

/**
 * The members of an example that a step has to have: without the envelope, which is the runner's, without empty params, and
 * without what every error has.
 */
function wantedPaths(example: JsonObject, at: string): readonly string[] {
  const { jsonrpc, id, ...rest } = example;
  const isEnvelope = methodOf(example) !== undefined || jsonrpc !== undefined;
  const shape = shapeOf(isEnvelope || id === undefined ? rest : example, at);
  return [...shape].filter((path) => !/^(\{\}|params\{\}|error\.message|method=some_method)$/.test(path));
}

const includes = (all: ReadonlySet<string>, some: readonly string[]): boolean => some.every((path) => all.has(path));

/** Every value in a message, with its path. Through matchers that hold patterns too. */
function partsOf(value: Json, at: string): readonly (readonly [string, Json])[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => partsOf(item, `${at}[]`));
  if (!isObject(value)) return [];
  const inner = member(value, "$contains") ?? member(value, "$exact");
  if (inner !== undefined) return partsOf(inner, at);
  const each = member(value, "$each");
  if (each !== undefined) return partsOf(each, `${at}[]`);
  return [
    [at, value],
    ...Object.entries(value).flatMap(([key, item]) => partsOf(item as Json, at === "" ? key : `${at}.${key}`)),
  ];
}
