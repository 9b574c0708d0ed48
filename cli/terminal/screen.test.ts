import { test } from "uvu";
import * as assert from "uvu/assert";
import { paintFor, Screen, type Output } from "./screen.js";
import { columnsOf, cut, printable, wrap } from "./text.js";

function output(more: Partial<Output> = {}): Output & { text: string } {
  const made = { text: "", ...more, write: (text: string) => void (made.text += text) };
  return made;
}

test("colours are for terminals, and for nobody who does not want them", () => {
  const red = (isTTY: boolean, env: NodeJS.ProcessEnv) => paintFor(output({ isTTY }), env)("red", "x");
  assert.is(red(true, {}), "\u001b[31mx\u001b[0m");
  assert.is(red(true, { NO_COLOR: "" }), "\u001b[31mx\u001b[0m");
  for (const [isTTY, env] of [
    [false, {}],
    [true, { NO_COLOR: "1" }],
    [true, { TERM: "dumb" }],
  ] as const)
    assert.is(red(isTTY, env), "x");
});

test("a bar is drawn anew and never wider than the terminal", () => {
  const out = output({ isTTY: true, columns: 80 });
  const screen = new Screen(out, { NO_COLOR: "1" });
  screen.progress({ progress: 1, total: 4, message: "long ".repeat(40) });
  assert.ok(out.text.startsWith("[######------------------] 25% long long"), out.text);
  assert.ok(columnsOf(out.text) < 80);
  out.text = "";
  screen.say("a line");
  assert.ok(out.text.startsWith("\r\u001b[Ka line\n[######"), out.text);
  out.text = "";
  screen.end();
  screen.say("after");
  assert.is(out.text, "\r\u001b[Kafter\n");
});

test("without a total the progress is told, and what is beyond it is full", () => {
  const out = output({ isTTY: true, columns: 80 });
  const screen = new Screen(out, {});
  screen.progress({ progress: 12, message: "rows" });
  assert.is(out.text, "12 rows");
  out.text = "";
  screen.progress({ progress: 9, total: 3 });
  assert.is(out.text, `\r\u001b[K[${"#".repeat(24)}] 100%`);
});

test("a log message goes on below itself where the terminal ends, and stays whole in a file", () => {
  const long = `${"word ".repeat(20)}end`;
  for (const [isTTY, lines] of [
    [true, [`warning: ${"word ".repeat(14).trim()}`, `  ${"word ".repeat(6)}end`]],
    [false, [`warning: ${long}`]],
  ] as const) {
    const out = output({ isTTY, columns: 80 });
    new Screen(out, { NO_COLOR: "1" }).log({ level: "warning", data: long });
    assert.equal(out.text, `${lines.join("\n")}\n`);
  }
});

test("no bar where the output is no terminal", () => {
  const out = output();
  new Screen(out, {}).progress({ progress: 1, total: 2 });
  assert.is(out.text, "");
});

test("no bar while somebody is asked", () => {
  const out = output({ isTTY: true });
  const screen = new Screen(out, {});
  screen.progress({ progress: 1, total: 2 });
  screen.hold();
  out.text = "";
  screen.say("The server asks:");
  assert.is(out.text, "The server asks:\n");
  screen.release();
  assert.ok(out.text.endsWith("50%"));
});

test("log messages name level and logger, and cannot steer the terminal", () => {
  const out = output();
  const screen = new Screen(out, {});
  screen.log({ level: "warning", logger: "db", data: "\u001b[2Jslow" });
  screen.log({ level: "info", data: { rows: 3 } });
  assert.is(out.text, 'warning db: \ufffd[2Jslow\ninfo: {"rows":3}\n');
});

test("what a process writes in pieces comes out in lines", () => {
  const out = output();
  const screen = new Screen(out, {});
  screen.pass("one\ntw");
  assert.is(out.text, "one\n");
  screen.pass("o\nthree");
  screen.end();
  assert.is(out.text, "one\ntwo\nthree\n");
});

test("text is measured, cut and wrapped by columns", () => {
  assert.is(columnsOf("a漢"), 3);
  assert.is(cut("abcdef", 4), "abc…");
  assert.is(cut("漢漢漢", 4), "漢…");
  assert.is(cut("abcd", 4), "abcd");
  assert.equal(wrap("one two three\nfour", 9, "  "), ["  one two", "  three", "  four"]);
  assert.is(printable("a\r\nb\tc\u009bd\u202e"), "a\nb\tc\ufffdd\ufffd");
});

test.run();
