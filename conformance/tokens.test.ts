import { test } from "uvu";
import * as assert from "uvu/assert";
import { knownNames, readTokens, withTokens } from "./tokens.js";
import { fieldsOf, httpSubject } from "./wires/http.js";

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = encoded({ sub: "alice" });
const jwt = `${encoded({ alg: "ES256", typ: "at+jwt" })}.${claims}.AbcZ`;

test("tokens are read with their kinds", () => {
  assert.equal(readTokens([]), {});
  assert.equal(readTokens(["a.b-c_d~e+f/g==", "narrow:n", "other-audience:o"]), {
    valid: "a.b-c_d~e+f/g==",
    narrow: "n",
    "other-audience": "o",
  });
  for (const bad of ["", "old:a", "forged:a", "valid:", "a b"])
    assert.throws(() => readTokens([bad]), "expected TOKEN", bad);
});

test("the valid token is the first caller's, good ones have callers, and bad ones are made of it", () => {
  const { headers, callers, tokens } = withTokens({}, { valid: jwt, narrow: "n", expired: "e" });
  assert.equal(headers, { Authorization: `Bearer ${jwt}` });
  assert.equal(callers, { nobody: {}, narrow: { Authorization: "Bearer n" } });
  const unsigned = tokens?.unsigned?.split(".");
  assert.equal(JSON.parse(Buffer.from(unsigned?.[0] ?? "", "base64url").toString()), { alg: "none", typ: "at+jwt" });
  assert.equal(unsigned?.slice(1), [claims, ""]);
  assert.is(tokens?.forged, jwt.replace(".AbcZ", ".BbcZ"));
  assert.equal([tokens?.valid, tokens?.expired], [jwt, "e"]);
});

test("a header field with a token is one, and of an opaque one another is made", () => {
  const { headers, tokens } = withTokens({ headers: { authorization: "bearer abc" } }, {});
  assert.equal([headers, tokens], [{ authorization: "bearer abc" }, { valid: "abc", forged: "cba" }]);
  assert.equal(withTokens({ headers: { Authorization: "Basic abc" } }, {}).tokens, {});
});

test("a trace knows where its subject is, and its tokens", () => {
  const subject = httpSubject("http://127.0.0.1:1/mcp?a=b", { tokens: { valid: "t" } });
  assert.equal(Object.fromEntries(knownNames(subject)), {
    endpoint: "http://127.0.0.1:1/mcp",
    origin: "http://127.0.0.1:1",
    root: "http://127.0.0.1:1/",
    "token.valid": "t",
  });
});

test("a caller's header fields are laid over and left out without case, and stay at the server's origin", () => {
  const endpoint = new URL("http://127.0.0.1:1/mcp");
  const own = { authorization: "Bearer t", "X-Key": "k" };
  const sent = (more: object) => fieldsOf(endpoint, own, { text: "", headers: { Accept: "a" }, ...more });
  assert.equal(sent({}), { ...own, Accept: "a" });
  assert.equal(sent({ without: ["Authorization"] }), { "X-Key": "k", Accept: "a" });
  assert.equal(sent({ headers: { Authorization: "Bearer u" } }), { "X-Key": "k", Authorization: "Bearer u" });
  assert.equal(sent({ path: "/.well-known/x" }), { ...own, Accept: "a" });
  for (const path of ["http://127.0.0.1:2/x", "//other.example/x"]) assert.equal(sent({ path }), { Accept: "a" });
});

test.run();
