import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PageData } from "./page-data.js";
import { reportData } from "./report-data.js";
import type { Report } from "./report-data.js";

/** What the page is drawn with. */
export interface Drawing {
  readonly script: string;
  readonly style: string;
}

/** The script and the style sheet of the page, beside this file; the script is bundled when the sources are built. */
export function readDrawing(): Drawing {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  return { script: read("./drawing.js"), style: read("./page.css") };
}

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Text as it stands in HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

/** JSON that cannot end the element in which it stands. */
export const embedJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/**
 * One HTML document that needs nothing else. What a subject said is in it as data only: the policy lets no other script
 * run than the page's own, and no address be asked for anything.
 */
export function htmlPage(data: PageData, drawing: Drawing): string {
  const { script, style } = drawing;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
  const title = data.subject === undefined ? "The Model Context Protocol in traces" : `Conformance of ${data.subject}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="name">${escapeHtml(title)}</p><nav aria-label="Parts"></nav></header>
<main id="content" tabindex="-1"><noscript>This page draws itself with a script of its own, which is switched off.</noscript></main>
<script type="application/json" id="data">${embedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Writes the page of a report to `index.html` in `folder`, which is made where it is missing; returns its path. */
export function writePage(folder: string, report: Report): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "index.html");
  writeFileSync(path, htmlPage(reportData(report), readDrawing()));
  return path;
}
