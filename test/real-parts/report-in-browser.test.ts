import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { htmlOf } from "../../src/adapters/html/html.ts";
import { drawSvg } from "../../src/adapters/svg/svg.ts";
import { drillResultOf } from "../../src/core/drill/drill.ts";
import { drillReportOf } from "../../src/core/report/drill-report.ts";
import { freezeDrill, killDrill, lostDrill } from "../example-drills.ts";

const executablePath = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim();

describe.skipIf(executablePath === "")("report.html in a browser (skipped where chromium is missing)", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-report-"));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    /** Everything that the browser asked for, and everything that it complained of. */
    readonly requests: readonly string[];
    readonly complaints: readonly string[];
  }

  /** Opens a report from disk, as somebody who was sent the file would. */
  async function opened(drill: typeof killDrill, width: number, isDark = false): Promise<Opened> {
    const path = join(folder, "report.html");
    const result = drillResultOf(drill.observations, drill.objectives);
    await writeFile(path, htmlOf(drillReportOf(result, drill.context), drawSvg));
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: isDark ? "dark" : "light",
    });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(path).href);
    return { page, requests, complaints };
  }

  it.each(Object.entries({ killDrill, freezeDrill, lostDrill }))(
    "opens from disk, asks for nothing else and has nothing to complain of: %s",
    async (_name, drill) => {
      const { page, requests, complaints } = await opened(drill, 1_200);
      expect(await page.locator("h1").innerText()).toMatch(/^Would we survive /);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([page.url()]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.each([1_200, 400])("fits a window of %d pixels, nothing cut off at its side", async (width) => {
    const { page } = await opened(killDrill, width);
    const widest = await page.locator("html").evaluate((html: { scrollWidth: number }) => html.scrollWidth);
    expect(widest).toBeLessThanOrEqual(width);
    await page.close();
  });

  it.each(["light", "dark"] as const)("shows each of its charts once, in the %s colours", async (scheme) => {
    const { page } = await opened(killDrill, 1_200, scheme === "dark");
    const boxes = await Promise.all(
      (await page.locator("figure svg").all()).map(async (svg) =>
        (await svg.isVisible()) ? svg.boundingBox() : null,
      ),
    );
    const shown = boxes.filter((box) => box !== null);
    expect(shown).toHaveLength(2);
    for (const box of shown) expect(Math.min(box.width, box.height)).toBeGreaterThan(50);
    await page.close();
  });
});
