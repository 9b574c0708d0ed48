import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "../json-schema.js";
import { formats } from "./formats.js";

const cases: Record<string, { valid: string[]; invalid: string[] }> = {
  "date-time": {
    valid: ["2026-07-28T12:00:00Z", "1985-04-12t23:20:50.52z", "2016-12-31T23:59:60Z", "2000-02-29T00:00:00-08:00"],
    invalid: [
      "2026-07-28",
      "2026-07-28 12:00:00Z",
      "2026-07-28T12:00:00",
      "2026-02-29T00:00:00Z",
      "2026-07-28T12:00:60Z",
    ],
  },
  date: {
    valid: ["2024-02-29", "2000-02-29"],
    invalid: ["2023-02-29", "1900-02-29", "2024-13-01", "2024-1-1", "২০২৪-01-01"],
  },
  time: { valid: ["08:30:06.283185Z", "01:29:60+01:30"], invalid: ["24:00:00Z", "08:30:06", "12:00:60Z", "08:30Z"] },
  duration: {
    valid: ["P4DT12H30M5S", "P2W", "PT0S", "P1Y"],
    invalid: ["P", "PT", "P1D2H", "P2WT1H", "P1Y1D", "4DT1H"],
  },
  email: {
    valid: ["a@b.org", '"a b"@c.org', "a@[127.0.0.1]", "a@[IPv6:::1]"],
    invalid: ["a", "a@", "@b", ".a@b.org", "a..b@c.org", "a@b@c"],
  },
  uri: {
    valid: ["https://a.org/b?c#d", "urn:x:y", "http://[::1]:80/", "a:"],
    invalid: ["//a.org", "a/b", "http://a b", "http://[1", "1a:b", "a:%zz"],
  },
  "uri-reference": { valid: ["", "#a", "//a.org", "a/b", "?x"], invalid: ["\\a", "#a#b", "a b", ":a"] },
  uuid: {
    valid: ["2EB8AA08-aa98-11ea-b4aa-73b441d16380"],
    invalid: ["2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638"],
  },
  ipv4: {
    valid: ["127.0.0.1", "255.255.255.255"],
    invalid: ["256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4.", "0x7f.0.0.1"],
  },
  ipv6: {
    valid: ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2::7:8"],
    invalid: ["1::2::3", "1:2:3:4:5:6:7", ":1", "::1.2.3", "1:2:3:4:5:6:7:8:9", "::g", "::1%eth0"],
  },
  hostname: {
    valid: ["a", "a-b.c1", "xn--4gbwdl.xn--wgbh1c"],
    invalid: ["", "-a", "a-", "a..b", "a_b", "ab--c", "a.", `${"a".repeat(64)}`],
  },
  regex: { valid: ["^a+$", "\\p{L}"], invalid: ["(", "^\\Z"] },
  "json-pointer": { valid: ["", "/", "/a~0b/~1"], invalid: ["a", "/~", "/~2", "#/a"] },
};

for (const [format, { valid, invalid }] of Object.entries(cases)) {
  test(format, () => {
    const check = compile({ format }, { formats: "assert" });
    for (const text of valid) assert.equal(check(text), [], text);
    for (const text of invalid) assert.is(check(text)[0]?.keyword, "format", text);
    assert.equal(check(5), []);
    assert.equal(compile({ format })(invalid[0]), []);
  });
}

test("every format has its cases", () => {
  assert.equal([...formats().keys()].sort(), Object.keys(cases).sort());
});

test("a format that is not known demands nothing", () => {
  assert.equal(compile({ format: "toString" }, { formats: "assert" })("x"), []);
});

test("long texts take little time", () => {
  const pieces = ["a", "1", ":", "a.", "1:", "%41", "/~0", "a@", "-", "[", '"', "\\a", "::1", "P1D", "(a"];
  for (const { name, test: accepts } of formats().values()) {
    for (const piece of pieces) {
      const start = process.cpuUsage();
      accepts(piece.repeat(20_000));
      accepts(`a@${piece.repeat(20_000)}!`);
      accepts(`"${piece.repeat(20_000)}"@a`);
      accepts(`http://${piece.repeat(20_000)}]`);
      assert.ok(process.cpuUsage(start).user / 1_000 < 500, `${name}: ${piece}`);
    }
  }
});

test.run();
