// Who may use what a module exports: said by its comments, or assigned.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect } from "../../client/test-client.js";
import { made, refusalOf, serverOf } from "./testing/module.js";

const source = `
import type { Auth } from "barewire";

/** @scopes files:read, files:write */
export function write(): string { return "written"; }

/** @scopes files:read
 *  @scopes files:write
 *  @hide */
export function erase(): string { return "erased"; }

export function audit(): string { return "audited"; }
audit.enabled = (auth: Auth | undefined) => auth?.principal === "ada";

/** @prompt
 *  @scopes prompts */
export function review(code: string): string { return code; }

/** @resource config://{name} */
export function config(name: string): string { return name; }
config.scopes = ["config"];
config.hide = true;
`;

test("tools, prompts and resources are there for those who may", async () => {
  const server = await serverOf(source);
  const as = (principal: string, ...scopes: string[]) => connect(server, { auth: { principal, scopes } });
  const refused = (call: Promise<unknown>) =>
    call.then(
      () => "done",
      ({ message }: Error) => message,
    );
  const [ada, bob, writer] = [await as("ada"), await as("bob"), await as("bob", "files:read", "files:write", "config")];
  const names = async (client: typeof ada) => (await client.listTools()).map(({ name }) => name);
  assert.equal(await names(ada), ["write", "audit"]);
  assert.equal(await names(bob), ["write"]);
  assert.equal(await names(writer), ["write", "erase"]);
  assert.equal(await names(await as("eve", "files:write")), ["write"]);
  assert.is(await refused(writer.callTool("write")), "done");
  assert.match(await refused(ada.callTool("write")), /files:read files:write/);
  assert.is(await refused(ada.callTool("audit")), "done");
  assert.is(await refused(bob.callTool("audit")), "Unknown tool: audit");
  assert.match(await refused(bob.getPrompt("review", { code: "a" })), /prompts/);
  assert.equal(await bob.listResourceTemplates(), []);
  assert.is(await refused(writer.readResource("config://a")), "done");
  assert.match(await refused(bob.readResource("config://a")), /config/);
});

test("they stand in the module that is made as an author would write them", async () => {
  const { text } = await made(source);
  for (const part of ['scopes: ["files:read", "files:write"],', "hide: true,", "enabled: functions.audit.enabled,"])
    assert.ok(text.includes(part), text);
});

for (const [written, why] of [
  ["/** @scopes */\nexport function f(): void {}", "2:1: @scopes needs the names of scopes: @scopes files:write"],
  ["/** @scope a */\nexport function f(): void {}", "2:1: there is no @scope: scopes are named by @scopes"],
  ['/** @scopes "a" */\nexport function f(): void {}', '2:1: @scopes: ""a"" cannot be a scope'],
  ["/** @hide */\nexport function f(): void {}", "2:1: @hide keeps it from those who lack its scopes: name them by"],
  ["/** @hide no\n @scopes a */\nexport function f(): void {}", '3:1: @hide stands alone, not with "no"'],
  [
    '/** @scopes a */\nexport function f(): void {}\nf.scopes = ["b"];',
    "2:1: @scopes stands in the comment and is assigned: say it once",
  ],
] as const) {
  test(`refuses ${written.replaceAll("\n", " ")}`, async () => {
    const [found = ""] = await refusalOf(written);
    assert.is(found.slice(0, why.length), why);
  });
}

test.run();
