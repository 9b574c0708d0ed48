// What can only be seen in a browser. Skipped, with a message, where none is installed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { suite, test as plain } from "uvu";
import * as assert from "uvu/assert";
import { loadTraces } from "../load.js";
import { loadRequirements } from "../requirements.js";
import type { Run } from "../suite.js";
import { writePage } from "./page.js";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const program = process.env["CHROMIUM"] ?? places.find((path) => existsSync(path));
const HOSTILE = `</script><img src=x onerror="window.reached=1"><script>window.reached=1</script>`;

const files = loadTraces();
const registry = loadRequirements();
const file = files.find(({ path }) => path === "cancellation/cancel.json");
const folder = mkdtempSync(join(tmpdir(), "barewire-page-"));

/** A run that failed at its second step by a message that tries to become part of the page. */
function failedRun(): Run {
  if (!file) throw new Error("the trace is missing");
  const received = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { text: HOSTILE } });
  const ids = file.trace.steps.flatMap(({ covers }) => covers ?? []).filter((id) => id.startsWith("2026-07-28"));
  return {
    file,
    revision: "2026-07-28",
    wire: "http",
    outcome: {
      status: "failed",
      step: 1,
      reason: `method differs ${HOSTILE}`,
      expected: "notifications/progress",
      received,
      requirements: ids.slice(0, 1),
      said: HOSTILE,
      crossings: [
        { by: "client", text: '{"jsonrpc":"2.0","id":1,"method":"tools/call"}', step: 0 },
        { by: "server", text: received, step: 1 },
      ],
    },
  };
}

const study = pathToFileURL(writePage(join(folder, "study"), { files, registry })).href;
const judged = pathToFileURL(
  writePage(join(folder, "judged"), { files, registry, runs: [failedRun()], subject: HOSTILE }),
).href;
const trace = "#trace/cancellation/cancel.json";

let browser: Browser;
const test = suite("the page in a browser");
test.before(async () => {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({ executablePath: program ?? "", args });
});
test.after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page, lets `look` look at it, and holds that it asked for nothing and complained of nothing. */
async function open(
  address: string,
  look: (page: Page) => Promise<void>,
  { width = 1400, dark = false } = {},
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light" });
  page.setDefaultTimeout(5_000);
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (request.url().split("#", 1)[0] !== address.split("#", 1)[0]) wrong.push(`asks for ${request.url()}`);
  });
  await page.goto(address);
  await look(page);
  assert.equal(wrong, []);
  await page.close();
}

/** Texts whose contrast with what lies behind them is below 4.5. */
const faint = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const light = (color: readonly number[]) => {
      const [r = 0, g = 0, b = 0] = color.map((part) => {
        const value = part / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (from: Element): readonly number[] => {
      for (let at: Element | null = from; at; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if (color[3] !== 0) return color.slice(0, 3);
      }
      return [255, 255, 255];
    };
    const found: string[] = [];
    for (const one of document.querySelectorAll("p, span, a, li, small, code, dt, dd, h1, h2, h3, summary, label")) {
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? "").trim() !== "");
      if (!own || !(one as HTMLElement).checkVisibility()) continue;
      const [a, b] = [light(parse(getComputedStyle(one).color).slice(0, 3)), light(behind(one))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) found.push(`${one.tagName}.${one.className}: ${contrast.toFixed(1)}`);
    }
    return [...new Set(found)];
  });

for (const width of [400, 1400]) {
  for (const dark of [false, true]) {
    test(`fits and can be read at ${width} px, ${dark ? "dark" : "light"}`, async () => {
      for (const part of ["#overview", "#requirements", "#traces", trace]) {
        const look = async (page: Page) => {
          await page.locator("h1").waitFor();
          const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.is(excess, 0, `${part} is wider than the window`);
          assert.equal(await faint(page), [], part);
        };
        await open(judged + part, look, { width, dark });
      }
    });
  }
}

test("shows the same behaviour in both eras: side by side where there is room, else one below the other", async () => {
  const places = async (page: Page) => {
    const steps = page.locator('section[aria-label^="Step 1 "]');
    assert.is(await steps.count(), 2);
    const [legacy, modern] = [await steps.nth(0).boundingBox(), await steps.nth(1).boundingBox()];
    assert.ok(legacy && modern);
    return { legacy, modern };
  };
  await open(study + trace, async (page) => {
    const { legacy, modern } = await places(page);
    assert.is(legacy.y, modern.y);
    assert.ok(legacy.x + legacy.width < modern.x);
    assert.is(await page.locator(".label", { hasText: "notifications/initialized" }).count(), 1);
  });
  const narrow = async (page: Page) => {
    const { legacy, modern } = await places(page);
    assert.is(legacy.x, modern.x);
    assert.ok(legacy.y < modern.y);
  };
  await open(study + trace, narrow, { width: 400 });
});

test("another revision is chosen, and the focus stays", async () => {
  await open(study + trace, async (page) => {
    const select = page.getByLabel("Revision").first();
    await select.selectOption("2024-11-05");
    await page.getByRole("region", { name: "Step 1 in 2024-11-05" }).waitFor();
    assert.is(await page.evaluate(() => (document.activeElement as HTMLSelectElement).value), "2024-11-05");
  });
});

test("marks the message that failed, tells why, and shows the step's requirement beside it", async () => {
  await open(judged + trace, async (page) => {
    const wrong = page.locator("details.wrong");
    assert.is(await wrong.count(), 1);
    assert.ok((await wrong.innerText()).includes("this message failed"));
    const step = page.locator("section.step.failed");
    assert.ok((await step.innerText()).includes("notifications/progress"));
    assert.is((await page.locator(".shows li").count()) > 0, true);
    assert.is((await page.locator("section.step", { hasText: "not reached" }).count()) > 0, true);
  });
});

test("what a subject says stays text", async () => {
  for (const part of ["#overview", "#requirements", trace]) {
    await open(judged + part, async (page) => {
      assert.ok((await page.locator(".name").innerText()).includes("<img src=x"));
      assert.is(await page.locator("img").count(), 0);
      assert.is(await page.locator("script").count(), 2);
      assert.is(await page.evaluate(() => "reached" in window), false);
    });
  }
});

test("can be used by keyboard alone, from the start to a message", async () => {
  await open(judged, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    const tabTo = async (found: () => Promise<boolean>) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        if (await found()) return;
      }
      throw new Error(`nothing found by Tab; at ${await focused()}`);
    };
    await tabTo(async () => (await focused()) === "Requirements");
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "Requirements" }).waitFor();
    assert.is(await focused(), "Requirements");
    await tabTo(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"));
    await page.keyboard.type("work on a cancelled request stops");
    const inSummary = () => page.evaluate(() => document.activeElement?.tagName === "SUMMARY");
    await tabTo(inSummary);
    const isOpen = () =>
      page.evaluate(() => (document.activeElement?.parentElement as HTMLDetailsElement | null)?.open === true);
    if (!(await isOpen())) await page.keyboard.press("Enter");
    await tabTo(async () => (await focused()) === file?.trace.title);
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: file?.trace.title ?? "" }).waitFor();
    await tabTo(inSummary);
    assert.is(await isOpen(), false);
    await page.keyboard.press("Enter");
    assert.is(await isOpen(), true);
  });
});

plain("the page is one document that may ask for nothing", () => {
  const page = readFileSync(new URL(study), "utf8");
  assert.ok(page.startsWith("<!doctype html>"));
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  assert.not.match(page, /<(link|img|iframe)[ >]|<script src/);
});
if (program === undefined) {
  console.log("skipped: the page in a browser (no Chromium is installed, and CHROMIUM is not set)");
  plain.after(() => rmSync(folder, { recursive: true, force: true }));
}
plain.run();
if (program !== undefined) test.run();
