// @ts-check
// What was measured, for people: a table for each group, and the table of the README.

/** @typedef {{ row: import("./rows/row.mjs").Row; figures: import("./rows/row.mjs").Figures }} Measured */

/** @param {number} value @param {number} digits */
const number = (value, digits) =>
  Number.isFinite(value)
    ? value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";

/** @param {import("./statistics.mjs").Summary | undefined} summary @param {number} digits */
function cell(summary, digits) {
  if (!summary) return ["–", ""];
  const { median, low, high, samples } = summary;
  return [number(median, digits), samples > 1 ? `${number(low, digits)}–${number(high, digits)}` : ""];
}

/** @param {readonly (readonly string[])[]} lines the first column to the left, the others to the right */
function aligned(lines) {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (/** @type {string} */ text, /** @type {number} */ column) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** @param {Measured} measured @param {readonly import("./subjects.mjs").Subject[]} subjects */
export function rowTable({ row, figures }, subjects) {
  const shown = row.columns.filter(({ figure }) => Object.values(figures).some((each) => each[figure]));
  const lines = [[row.title, ...shown.flatMap(({ title }) => [title, ""])]];
  for (const { name, title } of subjects) {
    if (!figures[name]) continue;
    lines.push([`  ${title}`, ...shown.flatMap(({ figure, digits }) => cell(figures[name]?.[figure], digits))]);
  }
  return aligned(lines);
}

/**
 * @param {readonly Measured[]} measured
 * @param {readonly import("./subjects.mjs").Subject[]} subjects
 * @param {string} about the machine, the versions, the command
 */
export function markdown(measured, subjects, about) {
  const lines = [
    about,
    "",
    `| | ${subjects.map(({ title }) => title).join(" | ")} |`,
    `| --- |${" ---: |".repeat(subjects.length)}`,
  ];
  for (const { row, figures } of measured) {
    const column = row.columns.find(({ figure }) => figure === row.main);
    const cells = subjects.map(({ name }) => cell(figures[name]?.[row.main], column?.digits ?? 2)[0]);
    // The floor says what 1.00 is.
    const floor = figures.floor;
    if (row.main === "ratio" && floor) cells[0] = `1.00 (${absolute(row, floor)})`;
    const what = `${row.group}: ${row.title}`;
    lines.push(`| ${what}${row.main === "ratio" ? "" : `, ${column?.title}`} | ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

/** @param {import("./rows/row.mjs").Row} row @param {Record<string, import("./statistics.mjs").Summary>} floor */
const absolute = ({ columns }, floor) =>
  columns
    .filter(({ figure }) => figure !== "ratio" && floor[figure])
    .map(({ figure, title, digits }) => `${number(floor[figure]?.median ?? 0, digits)} ${title}`)
    .join(", ");
