// @ts-check
// npm test [words]: builds everything into .build/, runs each test file (or those whose path holds one of the words) in
// a process of its own, two at a time, and ends with "N passed, N failed".
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { filesBelow, folders, root, transpile } from "./transpile.mjs";

const FILE_TIMEOUT_MS = 300_000;
const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
await transpile(".build", { tests: true });

const files = folders
  .flatMap((folder) => filesBelow(`.build/${folder}`, (path) => path.endsWith(".test.js")))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));

/** @returns {Promise<{ passed: number, failed: number, skipped: number, text: string }>} */
function run(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--enable-source-maps", file], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.stderr.on("data", (chunk) => (text += chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), FILE_TIMEOUT_MS);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const count = (name) => Number(new RegExp(`^\\s+${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
      const [total, passed, skipped] = [count("Total"), count("Passed"), count("Skipped")];
      if (Number.isNaN(total)) {
        resolve({
          passed: 0,
          failed: 1,
          skipped: 0,
          text: `${text}\n${file} ended without a summary (${signal ?? code})`,
        });
      } else {
        const failed = total - passed;
        const unclean = failed === 0 && (code !== 0 || total === 0) ? 1 : 0;
        resolve({ passed, failed: failed + unclean, skipped, text });
      }
    });
  });
}

let [passed, failed, skipped] = [0, 0, 0];
const queue = [...files];
async function work() {
  for (let file = queue.shift(); file; file = queue.shift()) {
    const started = Date.now();
    const result = await run(file);
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    const name = file.replace(/^\.build\//, "").replace(/\.js$/, "");
    console.log(`${result.failed ? "FAIL" : "ok  "} ${name} (${result.passed} passed, ${Date.now() - started} ms)`);
    const said = result.text.match(/^skipped: .*$/gm);
    if (result.failed) console.log(result.text);
    else if (said) console.log(said.map((line) => `     ${line}`).join("\n"));
  }
}
await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, work));
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed || passed === 0 ? 1 : 0;
