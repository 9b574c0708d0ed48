import { Transform } from "node:stream";
import { GUESTS, tokenBearers } from "../fixture/guests.js";
import { serveFixture } from "../fixture/http.js";
import { createIssuer } from "../fixture/issuer.js";
import { createFixture } from "../fixture/server.js";
import { variantName } from "../fixture/variants.js";
import type { WireName } from "../trace.js";
import { httpSubject } from "../wires/http.js";
import type { HttpOptions } from "../wires/http.js";
import { memorySubject } from "../wires/memory.js";
import { sseSubject } from "../wires/sse.js";
import { stdioSubject } from "../wires/stdio.js";
import type { Subject } from "../wires/wire.js";
import { changed } from "./front.js";
import { httpFront } from "./http-front.js";
import type { Mutant } from "./mutant.js";

/** Starts a subject on a wire, behind a mutant where one is given. `variant`: which of the fixture server's. */
export type Start = (wire: WireName, mutant?: Mutant, variant?: string) => Promise<Subject>;

/** The fixture server: in this process, but over stdio, where `program` is started. Each one is new. */
export const fixtureStart =
  (program: string): Start =>
  async (wire, mutant, variant) => {
    const options = variant === undefined ? {} : { variant: variantName(variant) };
    if (wire === "memory") {
      const faults = mutant?.fault === undefined ? [] : [mutant.fault];
      return behind(
        await memorySubject(() => createFixture({ ...options, faults }), new Set(["bob", "nobody"])),
        mutant,
      );
    }
    if (wire === "stdio") {
      const args = variant === undefined ? ["--stdio", "--page-size", "24"] : ["--stdio", "--variant", variant];
      return commandStart(process.execPath, [program, ...args])(wire, mutant);
    }
    const fixture = createFixture(options);
    const issuer = variant === "protected" ? await createIssuer() : undefined;
    const { url, close } = await serveFixture(fixture.server, 0, { accounts: true, jwks: issuer?.jwks });
    const at = wire === "sse" ? new URL("/sse", url).href : url;
    const subject = await urlStart(url, issuer ? await tokenBearers(issuer, at) : GUESTS)(wire, mutant);
    return {
      ...subject,
      close: async () => {
        await subject.close();
        await fixture.close();
        await close();
      },
    };
  };

/** Somebody's server at a URL: over HTTP its endpoint, over HTTP+SSE the same with `/sse` in place of its path. */
export const urlStart =
  (url: string, options: HttpOptions = {}): Start =>
  async (wire, mutant) => {
    const front = mutant?.http ? await httpFront(url, mutant.http()) : undefined;
    const endpoint = front?.url ?? url;
    const subject =
      wire === "sse" ? sseSubject(new URL("/sse", endpoint).href, options) : httpSubject(endpoint, options);
    return behind({ ...subject, close: async () => void (await front?.close()) }, mutant);
  };

/** Somebody's server over stdio. */
export const commandStart =
  (command: string, args: readonly string[]): Start =>
  async (_wire, mutant) => {
    const change = mutant?.stdout;
    const through = change && { through: () => lines(change) };
    return behind(stdioSubject(command, args, { ahead: false, killAfterMs: 2_000, ...through }), mutant);
  };

const behind = (subject: Subject, mutant: Mutant | undefined): Subject =>
  mutant?.make ? changed(subject, mutant.make) : subject;

/** Hands a process's output on line by line, each as `change` makes it. */
function lines(change: NonNullable<Mutant["stdout"]>): Transform {
  let rest = "";
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      const parts = (rest + chunk.toString("utf8")).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) this.push(change(`${part}\n`));
      done();
    },
    flush(done) {
      if (rest !== "") this.push(rest);
      done();
    },
  });
}
