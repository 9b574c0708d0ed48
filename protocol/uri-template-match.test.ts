import { test } from "uvu";
import * as assert from "uvu/assert";
import { type TemplateVariables, UriTemplate } from "./uri-template.js";

function found(template: string, uri: string, unconfined = false): Record<string, unknown> | undefined {
  const match = new UriTemplate(template).match(uri, { unconfined });
  if (match) assert.is(Object.getPrototypeOf(match), null);
  return match && { ...match };
}

// Template, URI, what is found (undefined: no match); the same with and without confinement.
const matches: [string, string, Record<string, unknown> | undefined][] = [
  ["a://b", "a://b", {}],
  ["a://b", "a://b/", undefined],
  ["a://b", "a://", undefined],
  ["", "", {}],
  ["", "x", undefined],
  ["users://{id}/profile", "users://42/profile", { id: "42" }],
  ["users://{id}/profile", "users://J%C3%BCrgen%20B/profile", { id: "Jürgen B" }],
  ["users://{id}/profile", "users://Jürgen B/profile", { id: "Jürgen B" }],
  ["users://{id}/profile", "users:///profile", undefined],
  ["users://{id}/profile", "users://a/b/profile", undefined],
  ["users://{id}/profile", "USERS://a/profile", undefined],
  ["users://{id}", "users://a?b", undefined],
  ["users://{id}", "users://a#b", undefined],
  ["users://{id}", "users://a%3Fb%23c%26", { id: "a?b#c&" }],
  ["users://{id}", "users://a,b:c@d;e=f", { id: "a,b:c@d;e=f" }],
  ["users://{id}", "users://a%", undefined],
  ["users://{id}", "users://a%4", undefined],
  ["users://{id}", "users://%zz", undefined],
  ["users://{id}", "users://%FF", undefined],
  ["users://{id}", "users://%C3", undefined],
  ["users://{id}", "users://%C3%A9%C0%AF", undefined],
  ["users://{id}", "users://%ED%A0%80", undefined],
  ["users://{id}", "users://\ud800", undefined],
  ["users://{id}", "users://a\nb", undefined],
  ["x:%7Ea/{b}", "x:~a/c", { b: "c" }],
  ["x:~a%2f/{b}", "x:%7ea%2F/c", { b: "c" }],
  ["x:a/b/{c}", "x:a%2Fb/c", undefined],
  ["x:caf\u00e9/{c}", "x:caf%c3%A9/c", { c: "c" }],
  ["{name}.{ext}", "archive.tar.gz", { name: "archive.tar", ext: "gz" }],
  ["{a}{b}{c}", "xyz", { a: "x", b: "y", c: "z" }],
  ["{a}{b}{c}", "wxyz", { a: "wx", b: "y", c: "z" }],
  ["{a}{b}{c}", "xy", undefined],
  ["{a}-{b}", "1-2-3", { a: "1-2", b: "3" }],
  ["{x,y}", "1024,768", { x: "1024", y: "768" }],
  ["{x,y}", "1024", undefined],
  ["{a:3}", "abc", { a: "abc" }],
  ["{a:3}", "abcd", undefined],
  ["{a:2}", "%F0%9F%98%80%C3%A9", { a: "😀é" }],
  ["{a:1}", "%F0%9F%98%80%C3%A9", undefined],
  ["{a:2}{b}", "wxyz", { a: "wx", b: "yz" }],
  ["{/a:1,a}", "/h/hello", { a: "hello" }],
  ["{/a:1,a}", "/x/hello", undefined],
  ["{/a,a:2}", "/hello/he", { a: "hello" }],
  ["{/a,a:9}", "/hello/hello", { a: "hello" }],
  ["{/a,a}", "/b/b", { a: "b" }],
  ["{/a,a}", "/b/c", undefined],
  ["file:///{path*}", "file:///a/b/c.txt", { path: "a/b/c.txt" }],
  ["file:///{path*}", "file:///a", { path: "a" }],
  ["file:///{path*}", "file:///", undefined],
  ["file:///{path*}", "file:///a/b?c", undefined],
  ["file:///{path*}", "file:///a/", { path: "a/" }],
  ["file:///{path*}/{name}", "file:///a/b/c", { path: "a/b", name: "c" }],
  ["file:///{+path}", "file:///a/b?c#d", { path: "a/b?c#d" }],
  ["file:///{+path}/end{#frag}", "file:///a/end/end#x/y", { path: "a/end", frag: "x/y" }],
  ["doc{#frag}", "doc", {}],
  ["doc{#frag}", "doc#", undefined],
  ["doc{#a,b}", "doc#1,2", { a: "1", b: "2" }],
  ["doc{#a,b}", "doc#1", undefined],
  ["www{.dom*}", "www.example.com", { dom: ["example", "com"] }],
  ["www{.dom*}", "www", { dom: [] }],
  ["x{.ext}", "x.json", { ext: "json" }],
  ["x{.ext}", "x", undefined],
  ["x{/a,b}", "x/1/2", { a: "1", b: "2" }],
  ["x{/a,b}", "x/1", undefined],
  ["x://{/parts*}", "x:///a/b%20c/d", { parts: ["a", "b c", "d"] }],
  ["x://{/parts*}", "x://", { parts: [] }],
  ["x://{/parts*}", "x://a/b", undefined],
  ["x{/parts*}/end", "x/a/b/end", { parts: ["a", "b"] }],
  ["x{/parts*}/end", "x/end", { parts: [] }],
  ["x{/parts*}{?q}", "x/a/b?q=1", { parts: ["a", "b"], q: "1" }],
  ["x{/parts*,last}", "x/a/b/c", { parts: ["a", "b"], last: "c" }],
  ["s{?q,lang}", "s", {}],
  ["s{?q,lang}", "s?q=a%20b&lang=en", { q: "a b", lang: "en" }],
  ["s{?q,lang}", "s?lang=en&q=x", { q: "x", lang: "en" }],
  ["s{?q,lang}", "s?lang=en", { lang: "en" }],
  ["s{?q,lang}", "s?q=", { q: "" }],
  ["s{?q,lang}", "s?q", { q: "" }],
  ["s{?q,lang}", "s?q&lang=en", { q: "", lang: "en" }],
  ["s{?q,lang}", "s?%71=a", { q: "a" }],
  ["s{?q,lang}", "s?q=a=b+c", { q: "a=b+c" }],
  ["s{?q,lang}", "s?q=a%26lang%3Db", { q: "a&lang=b" }],
  ["s{?q,lang}", "s?", undefined],
  ["s{?q,lang}", "s?q=1&", undefined],
  ["s{?q,lang}", "s?q=1&&lang=2", undefined],
  ["s{?q,lang}", "s?q=1&q=2", undefined],
  ["s{?q,lang}", "s?x=1", undefined],
  ["s{?q,lang}", "s?q=1&x=1", undefined],
  ["s{?q,lang}", "s?Q=1", undefined],
  ["s{?q,lang}", "s&q=1", undefined],
  ["s{?q,lang}", "s?q=1#f", undefined],
  ["s{?q,lang}", "s?q=a/b", undefined],
  ["s{?q:2}", "s?q=ab", { q: "ab" }],
  ["s{?q:2}", "s?q=abc", undefined],
  ["s{?q*}", "s?q=a&q=&q=c", { q: ["a", "", "c"] }],
  ["s{?q}{#f}", "s?q=1#f", { q: "1", f: "f" }],
  ["s?fixed=1{&q,p}", "s?fixed=1&p=2&q=3", { p: "2", q: "3" }],
  ["s?fixed=1{&q}", "s?fixed=1", {}],
  ["s?fixed=1{&q}", "s?q=1&fixed=1", undefined],
  ["s{?a}{&b}", "s?a=1&b=2", { a: "1", b: "2" }],
  ["s{?a}&end", "s?a=1&end", { a: "1" }],
  ["{+p}{?q}{#f}", "a/b?q=1#f", { p: "a/b", q: "1", f: "f" }],
  ["{+p}{?q}{#f}", "a/b#f", { p: "a/b", f: "f" }],
  ["{+p}{?q}{#f}", "a/b", { p: "a/b" }],
  ["{+p}{?q}", "a?x=1", { p: "a?x=1" }],
  ["{name}{.ext*}", "archive.tar.gz", { name: "archive", ext: ["tar", "gz"] }],
  ["s{;x,y}", "s;y=2;x", { x: "", y: "2" }],
  ["s{;x,y}/z", "s;y=2/z", { y: "2" }],
  ["{__proto__}/{constructor}", "a/b", { ["__proto__"]: "a", constructor: "b" }],
  ["s{?toString}", "s?constructor=1", undefined],
];

test("matches", () => {
  for (const [template, uri, expected] of matches) {
    assert.equal(found(template, uri), expected, `${template} ${uri}`);
    assert.equal(found(template, uri, true), expected, `${template} ${uri} unconfined`);
  }
});

test("a variable named like a member of Object.prototype is an own member without effect", () => {
  const match = new UriTemplate("{__proto__}").match("a")!;
  assert.ok(Object.hasOwn(match, "__proto__"));
  assert.is(({} as Record<string, unknown>)["a"], undefined);
});

// Template, URI, what is found when unconfined; confined there is no match.
const escapes: [string, string, Record<string, unknown>][] = [
  ["f/{a}", "f/.", { a: "." }],
  ["f/{a}", "f/..", { a: ".." }],
  ["f/{a}", "f/%2e%2E", { a: ".." }],
  ["f/{a}", "f/.%2e", { a: ".." }],
  ["f/{a}", "f/%252e%252e", { a: "%2e%2e" }],
  ["f/{a}", "f/a%2Fb", { a: "a/b" }],
  ["f/{a}", "f/..%2f..", { a: "../.." }],
  ["f/{a}", "f/a%5Cb", { a: "a\\b" }],
  ["f/{a}", "f/a\\b", { a: "a\\b" }],
  ["f/{a}", "f/a%252Fb", { a: "a%2Fb" }],
  ["f/{a}", "f/a%255cb", { a: "a%5cb" }],
  ["f/{a}", "f/a%25252Fb", { a: "a%252Fb" }],
  ["f/{a}", "f/a%00b", { a: "a\0b" }],
  ["f/{a}", "f/a%0Ab", { a: "a\nb" }],
  ["f/{a}", "f/a%7F", { a: "a\x7f" }],
  ["f/{a}", "f/a%C2%85", { a: "a\x85" }],
  ["f/{a*}", "f/../b", { a: "../b" }],
  ["f/{a*}", "f/a/../b", { a: "a/../b" }],
  ["f/{a*}", "f/a/..", { a: "a/.." }],
  ["f/{a*}", "f/a/./b", { a: "a/./b" }],
  ["f/{a*}", "f/a/%2E%2E/b", { a: "a/../b" }],
  ["f/{a*}", "f/a%2F..%2Fb", { a: "a/../b" }],
  ["f/{a*}", "f/a%2Fb/c", { a: "a/b/c" }],
  ["f/{a*}", "f/a//b", { a: "a//b" }],
  ["f/{a*}", "f/a//", { a: "a//" }],
  ["f/{a*}", "f//etc", { a: "/etc" }],
  ["f/{a*}", "f//", { a: "/" }],
  ["f/{a*}", "f/..%5C..%5Cb", { a: "..\\..\\b" }],
  ["f/{+a}", "f//etc", { a: "/etc" }],
  ["f/{+a}", "f/../x", { a: "../x" }],
  ["f/{+a}", "f/b%2Fc", { a: "b/c" }],
  ["f{#a}", "f#../x", { a: "../x" }],
  ["f{/a*}", "f/b/../c", { a: ["b", "..", "c"] }],
  ["f{/a*}", "f/b//c", { a: ["b", "", "c"] }],
  ["f{/a*}", "f/b/", { a: ["b", ""] }],
  ["f{/a*}", "f/b%2Fc", { a: ["b/c"] }],
  ["f{.a*}", "f.b..c", { a: ["b", "", "c"] }],
  ["f{?a}", "f?a=..", { a: ".." }],
  ["f{?a}", "f?a=..%2Fb", { a: "../b" }],
  ["f{?a*}", "f?a=b&a=..", { a: ["b", ".."] }],
  ["{a}{b}", "..", { a: ".", b: "." }],
];

test("a value cannot climb out unless unconfined", () => {
  for (const [template, uri, expected] of escapes) {
    assert.is(found(template, uri), undefined, `${template} ${uri}`);
    assert.equal(found(template, uri, true), expected, `${template} ${uri} unconfined`);
  }
  assert.equal(found("f/{a}", "f/..."), { a: "..." });
  assert.equal(found("f/{a}", "f/.hidden"), { a: ".hidden" });
  assert.equal(found("f/{a*}", "f/a/..b/c.."), { a: "a/..b/c.." });
});

test("what was expanded from plain values is found again", () => {
  const cases: [string, Record<string, string | string[]>][] = [
    ["users://{id}/{tab}", { id: "Ångström 100%!", tab: "it's (a) *" }],
    ["x{/parts*}{?q,lang}{#f}", { parts: ["a b", "ü", "😀"], q: "a&b=c#d?e", lang: "", f: "a!b" }],
    ["x{+path}?fixed=1{&list*}", { path: "a/b;c", list: ["1", "2,3"] }],
    ["x{.dom*}{;p}", { dom: ["example", "com"], p: "1;2" }],
  ];
  for (const [template, given] of cases) {
    assert.equal(found(template, new UriTemplate(template).expand(given)), given, template);
  }
});

test("hostile URIs of 20,000 characters end in linear time", () => {
  const templates = [
    "{a}{b}{c}{d}{e}{f}!",
    "{+a}{+b}{+c}{+d}{+e}!",
    "{a*}{b*}{c*}/{d*}/x",
    "{/a*}{/b*}{/c*}!",
    "{.a*}{.b*}{.c*}!",
    "{+a},{+b},{+c},{+d}!",
    "{+a}{?q,r*}{&s*}!",
    "{?a*}{&a*}{&a*}!",
    "{a:9}{b:99}{c:999}{d:9999}!",
    "{;a*}{;a*}{;a*}!",
    "{+a}aaaaaaaaaaaaaaaaaaaaaaaaaaaa{+b}aaaaaaaaaaaaaaaaaaaaaaaaaaa{+c}!",
    "{+a}{/b*}{.c*}{?d*}{#e}!",
  ].map((template) => new UriTemplate(template));
  const uris = [
    "a",
    "/",
    "a/",
    ".",
    ".a",
    ",",
    "a,",
    "%2F",
    "%252525",
    "%E2%82%AC",
    "é",
    "&a=",
    "&a",
    "?",
    "&",
    ";a",
    "/..",
    "#",
  ].flatMap((piece) => ["", "/", "?a="].map((start) => start + piece.repeat(Math.ceil(20_000 / piece.length))));
  for (const template of templates) for (const uri of uris.slice(0, 3)) template.match(uri);
  for (const template of templates) {
    for (const uri of uris) {
      // Milliseconds where the work grows with the length; minutes where it grows with its square or worse.
      const before = process.cpuUsage();
      template.match(uri);
      template.match(`${uri}!`, { unconfined: true });
      const { user } = process.cpuUsage(before);
      assert.ok(user < 1_000_000, `${template.template} ${uri.slice(0, 8)} took ${user} µs`);
    }
  }
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

test("the type of a template literal's variables", () => {
  holds<Equal<TemplateVariables<"users://{id}/profile">, { id: string }>>();
  holds<Equal<TemplateVariables<"search://x{?q,lang}">, { q?: string; lang?: string }>>();
  holds<Equal<TemplateVariables<"file:///{path*}">, { path: string }>>();
  holds<Equal<TemplateVariables<"x://{/parts*}">, { parts: string[] }>>();
  holds<
    Equal<
      TemplateVariables<"x{/a:3,b*}{?c*}{#d}{+e}{.f*}">,
      { a: string; b: string[]; c?: string[]; d?: string; e: string; f: string[] }
    >
  >();
  holds<Equal<TemplateVariables<"plain">, {}>>();
  holds<Equal<TemplateVariables<string>, Record<string, string | string[] | undefined>>>();
  // @ts-expect-error: the name is another
  holds<Equal<TemplateVariables<"{a}">, { b: string }>>();
});

test.run();
