// What the tests of tasks speak through: a modern client that declares the extension, and a judge of shapes.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as assert from "uvu/assert";
import { createServer, type Server, type ServerOptions } from "../../../index.js";
import { Client, FakeClock, turn, type Any } from "../../../wire.test.kit.js";
import { tasksExtensionId } from "../identifier.js";

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(JSON.parse(readFileSync("protocol/schema/tasks.json", "utf8")) as object, "tasks");

/** Fails unless `value` is what the extension's schema calls `name`. */
export function judge(name: string, value: unknown): void {
  const validate = ajv.getSchema(`tasks#/$defs/${name}`)!;
  assert.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

export const declared = {
  "io.modelcontextprotocol/clientCapabilities": {
    extensions: { [tasksExtensionId]: {} },
    elicitation: { form: {}, url: {} },
    sampling: {},
  },
};

/** A modern client that declares tasks. */
export class TaskClient extends Client {
  request(
    method: string,
    params: Record<string, unknown> = {},
    meta: Record<string, unknown> = declared,
  ): Promise<Any> {
    return this.askModern(method, params, meta);
  }
  call(name: string, args: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<Any> {
    return this.request("tools/call", { name, arguments: args, ...more });
  }
  /** Calls a tool that becomes a task; brings back its id. */
  async task(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { result } = await this.call(name, args);
    judge("CreateTaskResult", result);
    assert.is(result.resultType, "task");
    return result.taskId as string;
  }
  async get(taskId: string): Promise<Any> {
    const { result } = await this.request("tasks/get", { taskId });
    judge("GetTaskResult", result);
    assert.is(result.resultType, "complete");
    return result;
  }
  /** Polls until the task stands as wanted; no time goes by. */
  async until(taskId: string, ...statuses: string[]): Promise<Any> {
    for (let poll = 0; poll < 100; poll++) {
      const task = await this.get(taskId);
      if (statuses.includes(task.status as string)) return task;
      await turn();
    }
    throw new Error(`the task never was ${statuses.join(" or ")}`);
  }
  update(taskId: string, inputResponses: Record<string, unknown>): Promise<Any> {
    return this.request("tasks/update", { taskId, inputResponses });
  }
}

export interface Setup {
  readonly clock: FakeClock;
  readonly server: Server;
  readonly client: TaskClient;
}

export function setUp(options: ServerOptions = {}): Setup {
  const clock = new FakeClock();
  const server = createServer({ name: "s", version: "1" }, { clock, onError: () => {}, ...options });
  return { clock, server, client: new TaskClient(server) };
}

export const form = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;
export const accept = (name: string) => ({ action: "accept", content: { name } });

export const undeclared = { "io.modelcontextprotocol/clientCapabilities": {} };

export const textOf = (result: Any): string => (result as { content: { text: string }[] }).content[0]!.text;

/** Fails unless a response says that a request was taken, and nothing else. */
export function emptyAck(response: Any): void {
  assert.equal(Object.keys(response.result as object).sort(), ["_meta", "resultType"]);
  assert.is(response.result.resultType, "complete");
}
