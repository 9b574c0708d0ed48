import { Transform } from "node:stream";

const BLOCK_END = /\r\n\r\n|\n\n|\r\r/;

/**
 * Has an HTTP+SSE stream (2024-11-05) name `own` where its first event names an address at `origin`: who takes that
 * address as it is would go past the one who listens. Every other stream goes through as it comes.
 */
export function throughHere(origin: string, own: string): Transform {
  let held = "";
  let open = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // An address is ASCII; bytes that are not must come out as they went in.
      held += chunk.toString("latin1");
      let out = "";
      for (let end = BLOCK_END.exec(held); open && end; end = BLOCK_END.exec(held)) {
        const block = held.slice(0, end.index + end[0].length);
        held = held.slice(block.length);
        out += /^event: ?endpoint\r?$/m.test(block) ? block.replace(origin, own) : block;
        open = !/^data:/m.test(block);
      }
      if (!open) [out, held] = [out + held, ""];
      done(null, Buffer.from(out, "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(held, "latin1"));
    },
  });
}
