import { test } from "uvu";
import * as assert from "uvu/assert";
import { readAuthorizationResponse } from "./authorization-response.js";
import { AuthorizationFailed } from "./failed.js";

const request = {
  issuer: "https://as.example",
  state: "s1",
  redirectUri: "http://127.0.0.1:3000/callback",
  namesIssuer: true,
};
const ISS = "iss=https%3A%2F%2Fas.example";
const at = (query: string, base = request.redirectUri) => `${base}?${query}`;

function reasonOf(callback: string, namesIssuer = true): string {
  try {
    return `code ${readAuthorizationResponse(callback, { ...request, namesIssuer })}`;
  } catch (error) {
    assert.instance(error, AuthorizationFailed);
    assert.not.match((error as Error).message, /evil|secret/);
    return (error as AuthorizationFailed).reason;
  }
}

const rows: readonly [title: string, query: string, announced: string, unannounced: string][] = [
  ["iss is there and right", `code=c&state=s1&${ISS}`, "code c", "code c"],
  ["iss is missing", "code=c&state=s1", "response_mismatch", "code c"],
  ["iss is another", "code=c&state=s1&iss=https://evil.example", "response_mismatch", "response_mismatch"],
  ["iss has a slash more", `code=c&state=s1&${ISS}/`, "response_mismatch", "response_mismatch"],
  ["iss has capitals", "code=c&state=s1&iss=https://AS.example", "response_mismatch", "response_mismatch"],
  ["iss has the port of its scheme", `code=c&state=s1&${ISS}:443`, "response_mismatch", "response_mismatch"],
  [
    "iss has an escape that stays",
    `code=c&state=s1&iss=https://as%252Eexample`,
    "response_mismatch",
    "response_mismatch",
  ],
  ["iss is empty", "code=c&state=s1&iss=", "response_mismatch", "response_mismatch"],
  ["iss is there twice", `code=c&state=s1&${ISS}&${ISS}`, "response_mismatch", "response_mismatch"],
  ["state is another", `code=c&state=s2&${ISS}`, "response_mismatch", "response_mismatch"],
  ["state is missing", `code=c&${ISS}`, "response_mismatch", "response_mismatch"],
  ["state is there twice", `code=c&state=s1&state=s1&${ISS}`, "response_mismatch", "response_mismatch"],
  ["code is there twice", `code=c&code=d&state=s1&${ISS}`, "response_mismatch", "response_mismatch"],
  ["code is missing", `state=s1&${ISS}`, "response_mismatch", "response_mismatch"],
  ["an error", `error=access_denied&state=s1&${ISS}`, "denied", "denied"],
  [
    "an error of another issuer",
    "error=evil&state=s1&iss=https://evil.example",
    "response_mismatch",
    "response_mismatch",
  ],
  ["an error beside a code", `error=access_denied&code=c&state=s1&${ISS}`, "denied", "denied"],
];

for (const [title, query, announced, unannounced] of rows) {
  test(title, () => {
    assert.is(reasonOf(at(query), true), announced);
    assert.is(reasonOf(at(query), false), unannounced);
  });
}

test("what came back to another address is not looked at", () => {
  const good = `code=secret&state=s1&${ISS}`;
  for (const base of [
    "http://127.0.0.1:3001/callback",
    "https://127.0.0.1:3000/callback",
    "http://localhost:3000/callback",
    "http://127.0.0.1:3000/callback/x",
    "http://127.0.0.1:3000/",
    "https://evil.example/callback",
    "no address",
  ])
    assert.is(reasonOf(at(good, base)), "response_mismatch", base);
});

test("an error has the words of the authorization server, no more of them than fit", () => {
  try {
    const query = `error=access_denied&error_description=${"n".repeat(9000)}&error_uri=https://as.example/e`;
    readAuthorizationResponse(at(`${query}&state=s1&${ISS}`), request);
    assert.unreachable();
  } catch (error) {
    const { data, code, message } = error as AuthorizationFailed;
    assert.is(code, "authorization_failed");
    assert.is((data as { error: string }).error, "access_denied");
    assert.is((data as { error_uri: string }).error_uri, "https://as.example/e");
    assert.ok(message.length < 1000);
  }
});

test.run();
