import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { check } from "./check.js";
import { readFixtureMap } from "./fixture-map.js";
import type { Fault } from "./testing/plain.js";

const plain = fileURLToPath(new URL("./testing/plain.js", import.meta.url));
const NOTHING = { calls: new Map(), map: readFixtureMap("{}") };
const of = (fault: Fault | "nothing", only: readonly string[]) =>
  check({ command: process.execPath, args: [plain, fault] }, { name: fault, ...NOTHING, only, timeoutMs: 1_000 });
