import { test } from "uvu";
import * as assert from "uvu/assert";
import { type TemplateValue, UriTemplate, UriTemplateError } from "./uri-template.js";

const matched = (template: string, uri: string) => new UriTemplate(template).match(uri);

const values: Record<string, TemplateValue> = {
  count: ["one", "two", "three"],
  dom: ["example", "com"],
  dub: "me/too",
  hello: "Hello World!",
  half: "50%",
  var: "value",
  who: "fred",
  base: "http://example.com/home/",
  path: "/foo/bar",
  list: ["red", "green", "blue"],
  keys: { semi: ";", dot: ".", comma: "," },
  v: "6",
  x: "1024",
  y: "768",
  empty: "",
  empty_keys: {},
  none: [],
  undef: undefined,
  face: "😀😀é",
  triplet: "%20%C3%A9x",
};

// Template, expansion: the operators, modifiers and value kinds of RFC 6570 section 3.2, with that section's variables.
const expansions: [string, string][] = [
  ["plain", "plain"],
  ["caf\u00e9/%7e{var}", "caf%C3%A9/%7evalue"],
  ["{var}", "value"],
  ["{hello}", "Hello%20World%21"],
  ["{half}", "50%25"],
  ["O{empty}X", "OX"],
  ["O{undef}X", "OX"],
  ["{x,y}", "1024,768"],
  ["{x,hello,y}", "1024,Hello%20World%21,768"],
  ["?{x,empty}", "?1024,"],
  ["?{x,undef}", "?1024"],
  ["?{undef,y}", "?768"],
  ["{var:3}", "val"],
  ["{var:30}", "value"],
  ["{list}", "red,green,blue"],
  ["{list*}", "red,green,blue"],
  ["{keys}", "semi,%3B,dot,.,comma,%2C"],
  ["{keys*}", "semi=%3B,dot=.,comma=%2C"],
  ["{+var}", "value"],
  ["{+hello}", "Hello%20World!"],
  ["{+half}", "50%25"],
  ["{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"],
  ["{+base}index", "http://example.com/home/index"],
  ["O{+empty}X", "OX"],
  ["O{+undef}X", "OX"],
  ["{+path}/here", "/foo/bar/here"],
  ["here?ref={+path}", "here?ref=/foo/bar"],
  ["up{+path}{var}/here", "up/foo/barvalue/here"],
  ["{+x,hello,y}", "1024,Hello%20World!,768"],
  ["{+path,x}/here", "/foo/bar,1024/here"],
  ["{+path:6}/here", "/foo/b/here"],
  ["{+list}", "red,green,blue"],
  ["{+list*}", "red,green,blue"],
  ["{+keys}", "semi,;,dot,.,comma,,"],
  ["{+keys*}", "semi=;,dot=.,comma=,"],
  ["{#var}", "#value"],
  ["{#hello}", "#Hello%20World!"],
  ["{#half}", "#50%25"],
  ["foo{#empty}", "foo#"],
  ["foo{#undef}", "foo"],
  ["{#x,hello,y}", "#1024,Hello%20World!,768"],
  ["{#path,x}/here", "#/foo/bar,1024/here"],
  ["{#path:6}/here", "#/foo/b/here"],
  ["{#list*}", "#red,green,blue"],
  ["{#keys}", "#semi,;,dot,.,comma,,"],
  ["{#keys*}", "#semi=;,dot=.,comma=,"],
  ["{.who}", ".fred"],
  ["{.who,who}", ".fred.fred"],
  ["{.half,who}", ".50%25.fred"],
  ["www{.dom*}", "www.example.com"],
  ["X{.var}", "X.value"],
  ["X{.empty}", "X."],
  ["X{.undef}", "X"],
  ["X{.var:3}", "X.val"],
  ["X{.list}", "X.red,green,blue"],
  ["X{.list*}", "X.red.green.blue"],
  ["X{.keys}", "X.semi,%3B,dot,.,comma,%2C"],
  ["X{.keys*}", "X.semi=%3B.dot=..comma=%2C"],
  ["X{.empty_keys}", "X"],
  ["X{.empty_keys*}", "X"],
  ["X{.none*}", "X"],
  ["{/who}", "/fred"],
  ["{/who,who}", "/fred/fred"],
  ["{/half,who}", "/50%25/fred"],
  ["{/who,dub}", "/fred/me%2Ftoo"],
  ["{/var}", "/value"],
  ["{/var,empty}", "/value/"],
  ["{/var,undef}", "/value"],
  ["{/var,x}/here", "/value/1024/here"],
  ["{/var:1,var}", "/v/value"],
  ["{/list}", "/red,green,blue"],
  ["{/list*}", "/red/green/blue"],
  ["{/list*,path:4}", "/red/green/blue/%2Ffoo"],
  ["{/keys}", "/semi,%3B,dot,.,comma,%2C"],
  ["{/keys*}", "/semi=%3B/dot=./comma=%2C"],
  ["{;who}", ";who=fred"],
  ["{;half}", ";half=50%25"],
  ["{;empty}", ";empty"],
  ["{;v,empty,who}", ";v=6;empty;who=fred"],
  ["{;v,undef,who}", ";v=6;who=fred"],
  ["{;x,y}", ";x=1024;y=768"],
  ["{;hello:5}", ";hello=Hello"],
  ["{;list}", ";list=red,green,blue"],
  ["{;list*}", ";list=red;list=green;list=blue"],
  ["{;keys}", ";keys=semi,%3B,dot,.,comma,%2C"],
  ["{;keys*}", ";semi=%3B;dot=.;comma=%2C"],
  ["{?who}", "?who=fred"],
  ["{?half}", "?half=50%25"],
  ["{?x,y}", "?x=1024&y=768"],
  ["{?x,y,empty}", "?x=1024&y=768&empty="],
  ["{?x,y,undef}", "?x=1024&y=768"],
  ["{?none,undef}", ""],
  ["{?var:3}", "?var=val"],
  ["{?list}", "?list=red,green,blue"],
  ["{?list*}", "?list=red&list=green&list=blue"],
  ["{?keys}", "?keys=semi,%3B,dot,.,comma,%2C"],
  ["{?keys*}", "?semi=%3B&dot=.&comma=%2C"],
  ["{&who}", "&who=fred"],
  ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
  ["{&x,y,empty}", "&x=1024&y=768&empty="],
  ["{&var:3}", "&var=val"],
  ["{&list*}", "&list=red&list=green&list=blue"],
  ["{&keys*}", "&semi=%3B&dot=.&comma=%2C"],
  ["{face:2}", "%F0%9F%98%80%F0%9F%98%80"],
  ["{face:3}", "%F0%9F%98%80%F0%9F%98%80%C3%A9"],
  ["{+triplet}", "%20%C3%A9x"],
  ["{triplet}", "%2520%25C3%25A9x"],
  ["{+triplet:1}", "%20"],
];

test("expands as RFC 6570 says", () => {
  for (const [template, uri] of expansions) assert.is(new UriTemplate(template).expand(values), uri, template);
});

test("lists its names once each, in order", () => {
  const template = new UriTemplate("a{x,y}{/x:3}{?z*}");
  assert.equal(template.names, ["x", "y", "z"]);
  assert.is(template.template, "a{x,y}{/x:3}{?z*}");
});

test("expands own members only, and refuses what is not a string", () => {
  assert.is(new UriTemplate("a{constructor}{toString}{__proto__}").expand({}), "a");
  const code = (run: () => unknown, expected: string) =>
    assert.throws(run, (error: unknown) => error instanceof UriTemplateError && error.code === expected);
  code(() => new UriTemplate("{a}").expand({ a: 1 as never }), "TEMPLATE_VALUE");
  code(() => new UriTemplate("{a}").expand({ a: [1] as never }), "TEMPLATE_VALUE");
  code(() => new UriTemplate("{a:2}").expand({ a: ["x"] }), "TEMPLATE_VALUE");
  code(() => new UriTemplate("{a}").expand({ a: "\ud800" }), "TEMPLATE_VALUE");
  code(() => new UriTemplate("{+a}").expand({ a: "\udc00" }), "TEMPLATE_VALUE");
});

test("refuses malformed templates with a code and a sentence that shows the place", () => {
  const malformed = [
    "{",
    "a{b",
    "}",
    "a}b",
    "{}",
    "{a,}",
    "{,a}",
    "{a b}",
    "{a:0}",
    "{a:10000}",
    "{a:}",
    "{a:x}",
    "{a*:3}",
    "{a:3*}",
    "{a**}",
    "{=a}",
    "{!a}",
    "{@a}",
    "{|a}",
    "{a.}",
    "{.}",
    "{.a..b}",
    "{{a}}",
    "{a-b}",
    "{é}",
    "a b",
    "a\u0000",
    "%",
    "%4",
    "%zz",
    "a<b",
    'a"b',
    "a^b",
    "a`b",
    "a|b",
    "a\\b",
    "%FF",
    "%C3{a}",
    "a\ud800",
  ];
  for (const template of malformed) {
    assert.throws(
      () => new UriTemplate(template),
      (error: unknown) =>
        error instanceof UriTemplateError &&
        error.code === "TEMPLATE_SYNTAX" &&
        /^URI template ".*\.$/s.test(error.message),
      template,
    );
  }
});

test("bounds the template and the URI", () => {
  const code = (run: () => unknown, expected: string) =>
    assert.throws(run, (error: unknown) => error instanceof UriTemplateError && error.code === expected);
  code(() => new UriTemplate("a".repeat(4097)), "TEMPLATE_TOO_LONG");
  code(() => new UriTemplate("{a}".repeat(65)), "TEMPLATE_TOO_MANY_EXPRESSIONS");
  code(() => new UriTemplate(`{${Array(65).fill("a").join()}}`), "TEMPLATE_TOO_MANY_EXPRESSIONS");
  code(() => new UriTemplate("abc", { maxLength: 2 }), "TEMPLATE_TOO_LONG");
  assert.is(new UriTemplate("{a}".repeat(64)).names.length, 1);
  assert.is(matched("{a}", "x".repeat(65_536))?.a, "x".repeat(65_536));
  assert.is(matched("{a}", "x".repeat(65_537)), undefined);
});

test.run();
