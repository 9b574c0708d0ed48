import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  decodeBase64,
  decodeBase64Text,
  decodeBase64Url,
  decodeBase64UrlText,
  encodeBase64,
  encodeBase64Url,
} from "./base64.js";

const texts: [text: string, base64: string, base64url: string][] = [
  ["", "", ""],
  ["f", "Zg==", "Zg"],
  ["fo", "Zm8=", "Zm8"],
  ["foo", "Zm9v", "Zm9v"],
  ["foob", "Zm9vYg==", "Zm9vYg"],
  ["~~?~>", "fn4/fj4=", "fn4_fj4"],
  ["\u{fffff}", "87+/vw==", "87-_vw"],
  ["Grüße, 世界 😀", "R3LDvMOfZSwg5LiW55WMIPCfmIA=", "R3LDvMOfZSwg5LiW55WMIPCfmIA"],
  ["\ufeffx\0", "77u/eAA=", "77u_eAA"],
];

const malformed = [
  "Z",
  "Zg",
  "Zg=",
  "Zg===",
  "=",
  "==",
  "====",
  "Z===",
  "Zm8",
  "Zm9v=",
  "Zm9vYg=",
  "Zg==Zg==",
  "Z=g=",
  "=Zg=",
  "Zg= ",
  "Zg==\n",
  " Zg==",
  "Zm 9v",
  "Zm9v\n",
  "Zm9-",
  "Zm9_",
  "Zm9é",
  "Zm9\0",
  "Zh==",
  "Zm9=",
  "Z/==",
];
const malformedUrl = ["Z", "Zm9vY", "Zg==", "Zm8=", "Zm9+", "Zm9/", "Zh", "Zm9v ", "Zm9v\n", "Zm9é", "="];

function both(): void {
  for (const [text, base64, base64url] of texts) {
    const bytes = new TextEncoder().encode(text);
    assert.is(encodeBase64(text), base64);
    assert.is(encodeBase64(bytes), base64);
    assert.is(encodeBase64Url(text), base64url);
    assert.is(encodeBase64Url(bytes), base64url);
    assert.equal(decodeBase64(base64), bytes);
    assert.equal(decodeBase64Url(base64url), bytes);
    assert.is(decodeBase64Text(base64), text);
    assert.is(decodeBase64UrlText(base64url), text);
  }
  for (const text of malformed) assert.is(decodeBase64(text), undefined, JSON.stringify(text));
  for (const text of malformedUrl) assert.is(decodeBase64Url(text), undefined, JSON.stringify(text));
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    assert.is(decodeBase64Text(encodeBase64(Uint8Array.from(bytes))), undefined);
    assert.is(decodeBase64UrlText(encodeBase64Url(Uint8Array.from(bytes))), undefined);
  }
  assert.is(decodeBase64Text("Zg"), undefined);
  assert.is(decodeBase64UrlText("Zg=="), undefined);
}

type Any = Record<string, unknown>;
const places = [
  [Uint8Array.prototype as unknown as Any, "toBase64"],
  [Uint8Array as unknown as Any, "fromBase64"],
] as const;

/** Runs with these built-in methods, or without any, and puts back what was there. */
function withBuiltIns(methods: Any, run: () => void): void {
  const before = places.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
  try {
    for (const [owner, name] of places) {
      delete owner[name];
      if (methods[name]) Object.defineProperty(owner, name, { value: methods[name], configurable: true });
    }
    run();
  } finally {
    for (const [i, [owner, name]] of places.entries()) {
      delete owner[name];
      if (before[i]) Object.defineProperty(owner, name, before[i]);
    }
  }
}

test("encodes and decodes, and refuses what is malformed", both);
test("the same without the built-in methods", () => withBuiltIns({}, both));

test("uses the built-in methods where present, with the options that keep the result the same", () => {
  const used = new Set<string>();
  const methods = {
    toBase64(this: Uint8Array, options: { alphabet: BufferEncoding; omitPadding: boolean }) {
      used.add(`${options.alphabet} ${options.omitPadding}`);
      return Buffer.from(this).toString(options.alphabet);
    },
    fromBase64(text: string, options: object) {
      used.add(JSON.stringify(options));
      return new Uint8Array(Buffer.from(text, "base64"));
    },
  };
  withBuiltIns(methods, both);
  const strict = '{"alphabet":"base64","lastChunkHandling":"strict"}';
  assert.equal([...used].sort(), ["base64 false", "base64url true", strict]);
});

test("takes 10 MB, on either side of a chunk's end too", () => {
  for (const length of [24_575, 24_576, 24_577, 10_000_001]) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7 + (i >> 8));
    const started = performance.now();
    const text = encodeBase64(bytes);
    const back = decodeBase64(text);
    assert.ok(performance.now() - started < 3000);
    assert.ok(text === Buffer.from(bytes).toString("base64"));
    assert.is(Buffer.compare(bytes, back!), 0);
    assert.is(Buffer.compare(bytes, decodeBase64Url(encodeBase64Url(bytes))!), 0);
    assert.is(decodeBase64(`${text.slice(0, -1)}!`), undefined);
  }
});

test.run();
