import { test } from "uvu";
import * as assert from "uvu/assert";
import { isWithinRoots } from "../index.js";

const home = [{ uri: "file:///home/ada/work" }];

test("what lies at or below a root is within it", () => {
  const uris = ["", "/", "/a.txt", "/deep/er/a.txt", "/a%20b.txt", "/x/../a.txt", "/%77.txt"];
  for (const uri of uris) assert.ok(isWithinRoots(`file:///home/ada/work${uri}`, home), uri);
  assert.ok(isWithinRoots("file:///home/ada/work/a", [{ uri: "file:///tmp" }, { uri: "file:///home/ada/work/" }]));
  assert.ok(isWithinRoots("file:///anything", [{ uri: "file:///" }]));
  assert.ok(isWithinRoots("file:///c:/work/a", [{ uri: "file:///C:/work" }]));
  assert.ok(isWithinRoots("file://server/share/a", [{ uri: "file://server/share" }]));
  assert.ok(isWithinRoots("file:///home/a%20b/c", [{ uri: "file:///home/a b" }]));
});

test("nothing leads out, whatever it is written with", () => {
  const uris = [
    "file:///home/ada/work/../secret",
    "file:///home/ada/work/%2e%2e/secret",
    "file:///home/ada/work/.%2E/secret",
    "file:///home/ada/work/..%2fsecret",
    "file:///home/ada/work/..%5csecret",
    "file:///home/ada/work\\..\\secret",
    "file:///home/ada/work%00",
    "file:///home/ada/work/%ff",
    "file:///home/ada/workshop",
    "file:///home/ada",
    "file://server/home/ada/work/a",
    "https://example.com/home/ada/work/a",
    "/home/ada/work/a",
    "",
  ];
  for (const uri of uris) assert.not.ok(isWithinRoots(uri, home), uri);
  assert.not.ok(isWithinRoots("file:///home/ada/work/a", []));
  assert.not.ok(isWithinRoots("file:///home/ada/work/a", [{ uri: "nonsense" }, { uri: "https://home/ada/work" }]));
});

test.run();
