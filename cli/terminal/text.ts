/** Text of a server as a terminal may show it: what would steer the terminal is left out. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/\r\n/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** How many columns a text takes on a terminal. */
export const columnsOf = (text: string): number => {
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : 1;
  return columns;
};

/** The beginning of a text that fits into so many columns, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) >= columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Breaks text at its blanks into lines of at most so many columns, each behind the indent. A word is never broken. */
export function wrap(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  for (const paragraph of text.trim().split("\n")) {
    let line = "";
    for (const word of paragraph.trim().split(/\s+/)) {
      if (line !== "" && columnsOf(indent) + columnsOf(line) + 1 + columnsOf(word) > columns) {
        lines.push(indent + line);
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    lines.push((indent + line).trimEnd());
  }
  return lines;
}
