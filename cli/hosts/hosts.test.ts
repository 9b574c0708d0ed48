import { test } from "uvu";
import * as assert from "uvu/assert";
import { changedLines } from "./changed-lines.js";
import { parseHostFile, withEntry } from "./host-file.js";
import { hosts, type Entry, type Surroundings } from "./hosts.js";

const linux: Surroundings = { platform: "linux", env: {}, home: "/home/ada", cwd: "/work" };
const mac: Surroundings = { ...linux, platform: "darwin", home: "/Users/ada" };

for (const [word, around, path] of [
  ["claude-desktop", linux, "/home/ada/.config/Claude/claude_desktop_config.json"],
  ["claude-desktop", mac, "/Users/ada/Library/Application Support/Claude/claude_desktop_config.json"],
  ["claude-code", linux, "/home/ada/.claude.json"],
  ["cursor", mac, "/Users/ada/.cursor/mcp.json"],
  ["vscode", linux, "/home/ada/.config/Code/User/mcp.json"],
  ["vscode", { ...linux, env: { XDG_CONFIG_HOME: "/x" } }, "/x/Code/User/mcp.json"],
  ["vscode", mac, "/Users/ada/Library/Application Support/Code/User/mcp.json"],
  ["windsurf", linux, "/home/ada/.codeium/windsurf/mcp_config.json"],
  ["zed", linux, "/home/ada/.config/zed/settings.json"],
  ["zed", { ...mac, env: { XDG_CONFIG_HOME: "/x" } }, "/Users/ada/.config/zed/settings.json"],
] as const) {
  test(`${word} on ${around.platform} has its servers in ${path}`, () => {
    assert.is(hosts[word]!.user!(around), path);
  });
}

test("on Windows the files lie below APPDATA", () => {
  const windows: Surroundings = { platform: "win32", env: { APPDATA: "R" }, home: "H", cwd: "C" };
  const parts = (word: string) => hosts[word]!.user!(windows).split(/[\\/]/);
  assert.equal(parts("claude-desktop"), ["R", "Claude", "claude_desktop_config.json"]);
  assert.equal(parts("vscode"), ["R", "Code", "User", "mcp.json"]);
  assert.equal(parts("zed"), ["R", "Zed", "settings.json"]);
  assert.equal(parts("cursor"), ["H", ".cursor", "mcp.json"]);
});

test("each host gets the shape that it reads", () => {
  const command: Entry = { command: "/bin/node", args: ["/s.js"], env: { K: "v" } };
  const url: Entry = { url: "https://h/mcp", headers: {} };
  const shapes = (entry: Entry, ...words: string[]) => words.map((word) => hosts[word]!.shape(entry));
  const plain = { command: "/bin/node", args: ["/s.js"], env: { K: "v" } };
  assert.equal(shapes(command, "claude-desktop", "cursor", "windsurf", "mcp.json"), [plain, plain, plain, plain]);
  assert.equal(shapes(command, "vscode", "claude-code", "zed"), [
    { type: "stdio", ...plain },
    { type: "stdio", ...plain },
    { source: "custom", ...plain },
  ]);
  assert.equal(shapes(url, "cursor", "windsurf", "vscode", "zed"), [
    { url: "https://h/mcp" },
    { serverUrl: "https://h/mcp" },
    { type: "http", url: "https://h/mcp" },
    { url: "https://h/mcp" },
  ]);
  assert.throws(() => hosts["claude-desktop"]!.shape(url), /takes commands only/);
});

const commented = `{
    // the theme
    "theme": "One Dark", /* and more */
    "context_servers": {
        "other": { "command": "o", }, // kept
    },
}
`;

test("an entry goes in between comments and commas, in the file's own indent, and out again", () => {
  const added = withEntry(commented, "f", ["context_servers", "mine"], { command: "m", args: [] });
  for (const part of ["// the theme", "/* and more */", "// kept", '\n            "command": "m"'])
    assert.ok(added.includes(part), added);
  assert.equal((parseHostFile(added, "f").context_servers as Record<string, unknown>).mine, { command: "m", args: [] });
  const removed = withEntry(added, "f", ["context_servers", "mine"], undefined);
  for (const part of ["// the theme", "// kept"]) assert.ok(removed.includes(part), removed);
  assert.equal(parseHostFile(removed, "f"), parseHostFile(commented, "f"));
});

test("an entry of the same name is replaced, the others stay", () => {
  const before = '{"mcpServers":{"a":{"command":"old"},"b":{"command":"b"}}}';
  const after = withEntry(before, "f", ["mcpServers", "a"], { command: "new" });
  assert.equal(JSON.parse(after), { mcpServers: { a: { command: "new" }, b: { command: "b" } } });
});

test("a file that is empty or not there begins anew", () => {
  for (const before of ["", " \n"])
    assert.is(
      withEntry(before, "f", ["servers", "a"], { x: 1 }),
      '{\n  "servers": {\n    "a": {\n      "x": 1\n    }\n  }\n}\n',
    );
});

for (const [text, why] of [
  ['{"mcpServers": {', /^f:1: CloseBraceExpected/],
  ["{\n\n  oops\n}", /^f:3: InvalidSymbol/],
  ["[]", /^f has to hold an object/],
  ['{"mcpServers": []}', /"mcpServers" has to be an object/],
] as const) {
  test(`what cannot be read is left alone: ${text.replace(/\n/g, "\\n")}`, () => {
    assert.throws(
      () => withEntry(text, "f", ["mcpServers", "a"], {}),
      (error: Error) => why.test(error.message) && error.message.endsWith("left as it is"),
    );
  });
}

test("a change is shown with the lines around it", () => {
  assert.equal(changedLines("a\nb\nc\nd\ne\n", "a\nb\nc\nx\ne\n"), ["  b", "  c", "- d", "+ x", "  e"]);
  assert.equal(changedLines("a\n", "a\n"), []);
  assert.equal(changedLines("", "a\n"), ["+ a"]);
  assert.equal(changedLines("a\na\n", "a\na\na\n"), ["  a", "  a", "+ a"]);
});

test.run();
