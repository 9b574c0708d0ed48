// node bench/json-schema.mjs: what it costs to check the arguments of a typical tool, side by side with ajv and, where
// it is installed, @cfworker/json-schema. Needs a build: `npm run build` (dist/) or `npm test` (.build/).
// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PROCESSES = 20;
const ROUNDS = 7;
const ROUND_MS = 100;

const schema = {
  type: "object",
  properties: {
    city: { type: "string", minLength: 1, description: "Where" },
    unit: { enum: ["celsius", "fahrenheit"] },
    days: { type: "integer", minimum: 1, maximum: 14 },
    verbose: { type: "boolean" },
    near: {
      type: "object",
      properties: { latitude: { type: "number" }, longitude: { type: "number" } },
      required: ["latitude", "longitude"],
    },
  },
  required: ["city", "unit"],
  additionalProperties: false,
};
const valid = { city: "Oslo", unit: "celsius", days: 3, verbose: true, near: { latitude: 59.9, longitude: 10.7 } };
const invalid = { city: "Oslo", unit: "kelvin", days: 3, verbose: true, near: { latitude: "59.9", longitude: 10.7 } };

const built = ["dist/json-schema.js", ".build/protocol/json-schema.js"]
  .map((file) => new URL(`../${file}`, import.meta.url))
  .find((url) => existsSync(fileURLToPath(url)));
if (built === undefined) throw new Error("nothing is built: run npm run build, or npm test");

/** Each: how to load it, and how to turn a schema into a function that says whether a value is valid. */
const contenders = {
  async barewire() {
    const { compile } = await import(/** @type {URL} */ (built).href);
    return (it) => {
      const check = compile(it);
      return (value) => check(value).length === 0;
    };
  },
  async ajv() {
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    return (it) => new Ajv2020({ allErrors: true }).compile(it);
  },
  async "@cfworker/json-schema"() {
    const { Validator } = await import(/** @type {string} */ ("@cfworker/json-schema"));
    return (it) => {
      const validator = new Validator(it, "2020-12", false);
      return (value) => validator.validate(value).valid;
    };
  },
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Microseconds for one call, the median of several rounds. */
function time(call) {
  const rounds = [];
  let batch = 1;
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < ROUND_MS) {
      for (let i = 0; i < batch; i++) call();
      calls += batch;
      if (round === 0) batch = Math.min(1_000, batch * 2);
    }
    if (round > 0) rounds.push(((performance.now() - start) * 1_000) / calls);
  }
  return median(rounds);
}

if (process.argv[2] === "--first") {
  const start = performance.now();
  const compileWith = await contenders[process.argv[3]]();
  const imported = performance.now();
  const check = compileWith(schema);
  const compiled = performance.now();
  check(valid);
  console.log(JSON.stringify([imported - start, compiled - imported, performance.now() - compiled]));
} else {
  const found = [];
  for (const [name, load] of Object.entries(contenders)) {
    try {
      found.push({ name, compileWith: await load(), first: /** @type {number[][]} */ ([]) });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ERR_MODULE_NOT_FOUND") throw error;
      console.log(`${name} is not installed: left out`);
    }
  }
  // In turns, so that what else the machine does slows all of them alike.
  for (let i = 0; i < PROCESSES; i++) {
    for (const { name, first } of found) {
      const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--first", name]);
      first.push(JSON.parse(String(stdout)));
    }
  }
  const total = (parts) => parts.reduce((sum, part) => sum + part, 0);
  const own = found[0]?.first.map(total) ?? [];
  const rows = {};
  for (const { name, compileWith, first } of found) {
    const check = compileWith(schema);
    if (!check(valid) || check(invalid)) throw new Error(`${name} is wrong about the instances`);
    rows[name] = {
      "valid, µs": time(() => check(valid)).toFixed(3),
      "invalid, µs": time(() => check(invalid)).toFixed(3),
      "compile, µs": time(() => compileWith(schema)).toFixed(1),
      "first use, ms": median(first.map(total)).toFixed(2),
      "import, ms": median(first.map((each) => each[0])).toFixed(2),
      "compile, ms": median(first.map((each) => each[1])).toFixed(2),
      "check, ms": median(first.map((each) => each[2])).toFixed(3),
      "first use, times ours": median(first.map((each, i) => total(each) / own[i])).toFixed(1),
    };
  }
  console.log(
    `Node ${process.version}; first use: import, compile and check in a fresh process, median of ${PROCESSES}`,
  );
  console.table(rows);
}
