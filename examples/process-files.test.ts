import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { eachWay } from "./testing/example-file.js";
import { withStdio } from "./testing/stdio-client.js";

let outside: string;
let folder: string;
test.before(() => {
  outside = mkdtempSync(join(tmpdir(), "process-files-test-"));
  folder = join(outside, "folder");
  mkdirSync(join(folder, "deep er"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret");
  writeFileSync(join(folder, "one.txt"), "one two\nthree\n");
  writeFileSync(join(folder, "deep er", "50% off.txt"), "words\n");
  symlinkSync(join(outside, "secret.txt"), join(folder, "link.txt"));
});
test.after(() => rmSync(outside, { recursive: true }));

for (const [name, revision] of eachWay("process-files")) {
  test(`counts, logs and reports progress (${name}, ${revision})`, () =>
    withStdio(name, { revision, args: [folder] }, async (client) => {
      const paths = ["one.txt", "deep er/50% off.txt", "missing.txt", "../secret.txt", "link.txt"];
      const { content } = await client.call("process_files", { paths }, { progressToken: "t" });
      assert.equal(JSON.parse(content[0].text), {
        files: [
          { path: "one.txt", lines: 2, words: 3 },
          { path: "deep er/50% off.txt", lines: 1, words: 1 },
        ],
        failed: ["missing.txt", "../secret.txt", "link.txt"],
      });

      const of = (wanted: string) =>
        client.notifications.filter(({ method }) => method === wanted).map(({ params }) => params);
      const logs = of("notifications/message").map(({ level, data }) => `${level} ${data}`);
      assert.equal(logs.slice(0, 2), ["info Processed one.txt", "info Processed deep er/50% off.txt"]);
      assert.equal(
        logs.slice(2).map((log) => /^warning [^:]+: ./.exec(log) !== null),
        [true, true, true],
      );
      const expected = paths.map((message, i) => ({ progressToken: "t", progress: i + 1, total: 5, message }));
      assert.equal(of("notifications/progress"), expected);
    }));

  test(`reads nothing outside the folder (${name}, ${revision})`, () =>
    withStdio(name, { revision, args: [folder] }, async (client) => {
      const { contents } = await client.request("resources/read", { uri: "file:///one.txt" });
      assert.is(contents[0].text, "one two\nthree\n");
      const climbing = ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt"];
      for (const path of [...climbing, "link.txt", "missing.txt", "deep%20er"]) {
        const { code } = await client.refusal("resources/read", { uri: `file:///${path}` });
        assert.is(code, revision === "2025-11-25" ? -32002 : -32602, path);
      }
    }));
}

test.run();
