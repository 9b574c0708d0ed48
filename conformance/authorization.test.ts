import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { check } from "./check.js";
import { readFixtureMap } from "./fixture-map.js";
import { tokenBearers } from "./fixture/guests.js";
import { serveFixture } from "./fixture/http.js";
import { createIssuer } from "./fixture/issuer.js";
import { createFixture } from "./fixture/server.js";
import type { Permissions } from "./stand-ins.js";
import type { Standing, Verdict } from "./verdict.js";
import { consoleReport } from "./verdict-console.js";
import { jsonReport } from "./verdict-files.js";
import type { HttpOptions } from "./wires/http.js";

const NOTHING: Permissions = { calls: new Map(), map: readFixtureMap("{}") };
const OF_AUTHORIZATION = /\/basic\/authorization[/#]/;

const judge = (url: string, accounts: HttpOptions, more: object = {}) =>
  check({ url, accounts }, { name: "it", ...NOTHING, only: ["authorization/"], timeoutMs: 1_000, ...more });

async function judgeServer(answer: RequestListener, more: object = {}): Promise<Verdict> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await judge(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, {}, more);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function judgeFixture(map: Permissions["map"], given: (all: HttpOptions) => HttpOptions): Promise<Verdict> {
  const issuer = await createIssuer();
  const fixture = createFixture({ variant: "protected" });
  const { url, close } = await serveFixture(fixture.server, 0, { jwks: issuer.jwks });
  try {
    return await judge(url, given(await tokenBearers(issuer, url)), { map, revisions: ["2025-11-25", "2026-07-28"] });
  } finally {
    await close();
    await fixture.close();
  }
}

const standing = ({ requirements }: Verdict, id: string) => requirements.find((one) => one.id === id)?.standing;
const count = ({ requirements }: Verdict, wanted: Standing) =>
  requirements.filter((one) => OF_AUTHORIZATION.test(one.id) && one.standing === wanted).length;
const AT = "2026-07-28/basic/authorization/index#";
const DISCOVERY = "2026-07-28/basic/authorization/authorization-server-discovery#";

test("a server that says 401 and nothing more is judged by what shows without a token", async () => {
  const verdict = await judgeServer((_, response) => void response.writeHead(401).end());
  assert.equal([verdict.locked, verdict.revisions], [true, ["2026-07-28"]]);
  assert.is(standing(verdict, `${AT}error-handling/1.1`), "passed");
  assert.is(standing(verdict, `${AT}token-handling/3`), "failed");
  assert.is(standing(verdict, `${AT}error-handling/1.3`), "failed");
  assert.is(standing(verdict, `${DISCOVERY}authorization-server-location/1`), "failed");
  assert.is(standing(verdict, `${AT}token-handling/2`), "untested");
  assert.match(consoleReport(verdict, { alone: () => "" }), "lets nobody in without a token");
  assert.is((JSON.parse(jsonReport(verdict)) as { locked?: boolean }).locked, true);
});

test("the metadata may lie at the root, and a challenge that leads nowhere is told of", async () => {
  const served = (challenge: string) =>
    judgeServer(
      ({ url, headers }, response) => {
        const origin = `http://${headers.host}`;
        const document = { resource: origin, authorization_servers: ["https://issuer.example"] };
        if (url === "/.well-known/oauth-protected-resource") return void response.end(JSON.stringify(document));
        response
          .writeHead(url === "/mcp" ? 401 : 404, { "WWW-Authenticate": challenge.replace("ORIGIN", origin) })
          .end();
      },
      { revisions: ["2025-11-25"] },
    );
  const id = "2025-11-25/basic/authorization#overview/4";
  assert.is(standing(await served("Bearer"), id), "passed");
  assert.is(
    standing(await served('Bearer resource_metadata="ORIGIN/.well-known/oauth-protected-resource"'), id),
    "passed",
  );
  for (const place of ["ORIGIN/nowhere", "file:///etc/hosts", "http://["])
    assert.is(standing(await served(`Bearer resource_metadata="${place}"`), id), "failed", place);
});

test("a server that asks for no authorization need not keep what is said of it", async () => {
  const fixture = createFixture();
  const { url, close } = await serveFixture(fixture.server, 0);
  const verdict = await judge(url, {}, { revisions: ["2025-11-25"] });
  await close();
  await fixture.close();
  assert.equal([count(verdict, "passed"), count(verdict, "untested"), count(verdict, "failed")], [0, 0, 0]);
  assert.ok(count(verdict, "inapplicable") > 20);
});

test("with all tokens and the names of its tools, everything about a protected server is tried and kept", async () => {
  const verdict = await judgeFixture("same", (all) => all);
  assert.equal(
    verdict.requirements.filter((one) => one.standing !== "passed"),
    [],
  );
  assert.ok(count(verdict, "passed") > 60);
  const told = JSON.stringify(verdict.runs.map(({ outcome }) => outcome));
  assert.match(told, "[redacted]");
  assert.not.match(told, "Bearer ey");
});

test("without the kinds of a token, and without a map of scopes, the rest is untested", async () => {
  const verdict = await judgeFixture(NOTHING.map, ({ headers = {}, tokens: { valid = "", forged = "" } = {} }) => ({
    headers,
    callers: { nobody: {} },
    tokens: { valid, forged },
  }));
  assert.is(standing(verdict, `${AT}token-requirements/1`), "passed");
  assert.is(standing(verdict, `${AT}token-handling/2`), "untested");
  assert.is(standing(verdict, `${AT}error-handling/1.2`), "untested");
  assert.is(count(verdict, "failed"), 0);
});

test("a map of tools and scopes makes the traces those of another server", async () => {
  const map = readFixtureMap(
    JSON.stringify({
      tools: { needs_two_scopes: "needs_two_scopes", needs_read: "needs_read" },
      scopes: { "files:read": "files:read", "files:write": "files:delete" },
    }),
  );
  const verdict = await judgeFixture(map, (all) => all);
  assert.is(standing(verdict, `${AT}step-up-authorization-flow/6`), "passed");
  // It does not know that scope, so that its challenge cannot name it.
  assert.is(standing(verdict, `${AT}runtime-insufficient-scope-errors/3`), "untested");
  assert.is(standing(verdict, `${AT}runtime-insufficient-scope-errors/2`), "warned");
});

test.run();
