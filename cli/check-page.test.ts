import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { PageData } from "../conformance/html/page-data.js";

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let folder: string;
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "check-page-"));
});
test.after(() => rmSync(folder, { recursive: true }));

/** The data of the page that a check writes. */
function pageOf(...args: readonly string[]): PageData {
  const all = [
    beside("./barewire.js"),
    "check",
    "--html",
    folder,
    "--revision",
    "2025-11-25",
    "--timeout",
    "500",
    ...args,
  ];
  const { stderr } = spawnSync(process.execPath, all, { encoding: "utf8", timeout: 30_000 });
  assert.is(stderr, "");
  const html = readFileSync(join(folder, "index.html"), "utf8");
  return JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? "null") as PageData;
}

const ANSWERS = "2025-11-25/basic/utilities/ping#behavior-requirements/1";
const statesOf = ({ requirements }: PageData) => requirements.find(({ id }) => id === ANSWERS)?.wires;

test("check --html writes the page of a server, with what it broke", () => {
  const target = [process.execPath, beside("../conformance/testing/plain.js"), "ping-unanswered"];
  const page = pageOf("--only", "ping/empty", "--", ...target);
  assert.is(page.subject, target.join(" "));
  assert.equal(page.wires, ["stdio"]);
  assert.equal(
    page.traces.map(({ path }) => path),
    ["ping/empty-result.json"],
  );
  assert.equal(statesOf(page), { stdio: "failed" });
});

test("check --client --html writes the page of a client, with its wires", () => {
  const target = [process.execPath, beside("../conformance/testing/plain-client-main.js")];
  const page = pageOf("--client", "--only", "ping/answered", "--wire", "stdio", "--wire", "http", "--", ...target);
  assert.equal(page.wires, ["client stdio", "client http"]);
  assert.equal(statesOf(page), { "client stdio": "passed", "client http": "passed" });
});

test.run();
