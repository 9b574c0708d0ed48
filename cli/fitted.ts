import { columnsOf, wrap } from "./terminal/text.js";

/** Lines that go on with what stands above them, by where that began. */
interface Block {
  readonly head: string;
  text: string;
  readonly indent: number;
}

const indentOf = (line: string): number => /^ */.exec(line)![0].length;

function blockOf(line: string): Block {
  const [, head = ""] = /^(Usage: |( +)\S+(?: \S+)*? {2,})(?=\S)/.exec(line) ?? [];
  const indent = head === "Usage: " ? line.length : head === "" ? indentOf(line) : head.length;
  return { head: head || " ".repeat(indent), text: head === "" ? line.trim() : line.slice(head.length), indent };
}

/**
 * A command's help in so many columns. Paragraphs are filled; what stands behind an option goes on below itself; a line
 * of usage goes on with an indent.
 */
export function fitted(usage: string, columns = 80): string {
  const blocks: (Block | "")[] = [];
  for (const line of usage.replace(/\n$/, "").split("\n")) {
    const last = blocks.at(-1);
    const goesOn = last && indentOf(line) === last.indent && !/^ {7}barewire /.test(line);
    if (line.trim() === "") blocks.push("");
    else if (goesOn && (last.indent === 0 || last.head.trim() !== "")) last.text += ` ${line.trim()}`;
    else blocks.push(blockOf(line));
  }
  const lines = blocks.flatMap((block) => {
    if (block === "") return [""];
    if (columnsOf(block.head + block.text) <= columns) return [block.head + block.text];
    const indent = block.head === "Usage: " || /^barewire /.test(block.text) ? 9 : block.head.length;
    const [first = "", ...rest] = wrap(block.text, columns, " ".repeat(Math.max(indent, block.head.length)));
    return [block.head + first.trimStart(), ...rest.map((each) => " ".repeat(indent) + each.trimStart())];
  });
  return `${lines.join("\n")}\n`;
}
