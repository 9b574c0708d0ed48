// The committed schemas are what the generator makes of protocol/types/ now, and they accept every message that the
// specification prints. Set SPEC_TOOLS to the folder of spec-messages.py for the second part.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";

type Json = Record<string, any>;
type Row = { revision: string; where: string; n: number; type?: string; message: Json };

test("the committed schemas are not stale", () => {
  execFileSync(process.execPath, ["scripts/schemas.mjs", "--check"], { stdio: ["ignore", "ignore", "inherit"] });
});

/** Judges instances of the definitions of one revision. */
class Judge {
  readonly definitions: Record<string, Json>;
  readonly #key: string;
  readonly #ajv: Ajv;
  constructor(revision: string) {
    const schema = JSON.parse(readFileSync(`protocol/schema/${revision}.json`, "utf8")) as Json;
    this.#key = "$defs" in schema ? "$defs" : "definitions";
    this.definitions = schema[this.#key];
    const options = { validateFormats: false, strict: false };
    this.#ajv = this.#key === "$defs" ? new Ajv2020(options) : new Ajv(options);
    this.#ajv.addSchema(schema, "schema");
  }
  /** What is wrong with an instance of a definition; undefined where nothing is. */
  fault(name: string, instance: unknown): string | undefined {
    const validate = this.#ajv.getSchema(`schema#/${this.#key}/${name}`) as ValidateFunction | undefined;
    if (validate === undefined) return `no definition ${name}`;
    return validate(instance) ? undefined : `${name}: ${this.#ajv.errorsText(validate.errors)}`;
  }
  /** The definitions of the messages with this method. */
  named(method: string): string[] {
    return Object.keys(this.definitions).filter((name) => this.definitions[name]?.properties?.method?.const === method);
  }
}

/** The definition of a result: that of the request it answers, or what its page is about where it prints no request. */
function resultName(row: Row, request: Json | undefined, judge: Judge): string {
  const { result } = row.message;
  if (result.resultType === "input_required") return "InputRequiredResult";
  if (request?.method === "tools/call" && result.task !== undefined) return "CreateTaskResult";
  const [asked] = request ? judge.named(request.method) : [];
  const answer = asked?.replace(/Request$/, "Result");
  if (answer !== undefined) return answer in judge.definitions ? answer : "EmptyResult";
  const page = row.where.replace(/#.*/, "");
  const alone: Record<string, string> = {
    "server/tools": "CallToolResult",
    "client/elicitation": "ElicitResult",
    "basic/utilities/tasks": "GetTaskResult",
  };
  const name = alone[page];
  if (name === undefined) throw new Error(`which result is this? ${row.where} ${row.n}`);
  return name;
}

/** The pages of 2026-07-28 leave the members out that every request needs. */
function completed(row: Row): Json {
  const { message, revision } = row;
  if (revision !== "2026-07-28" || message.method === undefined || message.id === undefined) return message;
  const meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientCapabilities": {},
    ...message.params?._meta,
  };
  return { ...message, params: { ...message.params, _meta: meta } };
}

const tools = process.env.SPEC_TOOLS;
if (!tools) {
  console.log("skipped: the messages that the specification prints (SPEC_TOOLS is not set)");
} else {
  test("the schemas accept every message that the specification prints", () => {
    const script = join(tools, "spec-messages.py");
    assert.ok(existsSync(script), `SPEC_TOOLS has no spec-messages.py: ${tools}`);
    const lines = execFileSync("python3", [script], { encoding: "utf8", maxBuffer: 1 << 26 }).trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as Row);
    const judges = new Map<string, Judge>();
    const faults: string[] = [];
    const requests = new Map<string, Json>();
    let judged = 0;
    for (const row of rows) {
      const judge = judges.get(row.revision) ?? new Judge(row.revision);
      judges.set(row.revision, judge);
      const { method, id, result } = row.message;
      if (method === "some_method") continue;
      const message = row.type === undefined ? completed(row) : row.message;
      const asked = `${row.revision} ${row.where.replace(/#.*/, "")} ${JSON.stringify(id)}`;
      const found: (string | undefined)[] = [];
      if (row.type !== undefined) {
        found.push(judge.fault(row.type, message));
      } else if (method !== undefined) {
        requests.set(asked, message);
        const names = judge.named(method);
        found.push(names.length ? undefined : `no definition with the method ${method}`);
        found.push(...names.map((name) => judge.fault(name, message)));
        found.push(judge.fault("JSONRPCMessage", message));
      } else {
        found.push(judge.fault("JSONRPCMessage", message));
        if (result !== undefined) found.push(judge.fault(resultName(row, requests.get(asked), judge), result));
      }
      judged += 1;
      for (const fault of found) if (fault) faults.push(`${row.revision} ${row.where} ${row.n} ${fault}`);
    }
    assert.is(judges.size, 5);
    assert.ok(judged > 300, `only ${judged} messages found`);
    assert.equal(faults, []);
  });
}

test.run();
