import { describe, expect, it } from "vitest";
import { DrillProgress } from "./drill-progress.ts";
import type { Shell } from "./shell.ts";
import { shownSafely } from "./foreign-text.ts";

type Reader = "a person" | "a file";

function stage(
  reader: Reader,
  columns = 80,
): { progress: DrillProgress; shown: () => string; stop: () => void } {
  let err = "";
  const interruption = new AbortController();
  const terminal = { isInteractive: reader === "a person", columns, hasColor: false };
  const shell: Shell = {
    out: () => undefined,
    err: (text, codes) => (err += codes === "own-codes" ? text : shownSafely(text)),
    cwd: "",
    env: {},
    terminal,
    output: terminal,
    signal: interruption.signal,
  };
  return {
    progress: new DrillProgress(shell),
    shown: () => onScreen(err),
    stop: () => {
      interruption.abort();
    },
  };
}

/** What a terminal shows in the end: a line that was erased is gone, unless it was left by then. */
function onScreen(text: string): string {
  return text
    .split("\n")
    .map((line) => line.split("\r\u001b[2K").at(-1) ?? "")
    .join("\n");
}

describe("the progress of a drill", () => {
  it("ticks off what is done, and crosses out what was broken off", () => {
    const { progress, shown } = stage("a person");
    progress.step("three regions start");
    progress.step("writing the report");
    progress.pause("broken-off");
    expect(shown()).toBe("✓ three regions start\n✗ writing the report\n");
    progress.end("done");
    expect(shown()).toBe("✓ three regions start\n✗ writing the report\n");
  });

  it("crosses out what was going on when somebody interrupts it", () => {
    const { progress, shown, stop } = stage("a person");
    progress.step("users write and chat");
    stop();
    progress.step("ending the platform");
    progress.end("done");
    expect(shown()).toBe("✗ users write and chat\n✓ ending the platform\n");
  });

  it("leaves no line open to which the next text would be glued", () => {
    const { progress, shown } = stage("a person");
    progress.step("three regions start");
    progress.note("the outcome that was there before is in out/earlier");
    expect(shown()).toMatch(
      /^ {2}the outcome that was there before is in out\/earlier\n. three regions start$/,
    );
    progress.pause("done");
    expect(shown().endsWith("✓ three regions start\n")).toBe(true);
    progress.end("broken-off");
  });

  it.each([
    ["lost", "lost"],
    ["frozen", "frozen"],
    ["partitioned", "cut off"],
  ] as const)("says what has become of a region: %s", (how, word) => {
    const { progress, shown } = stage("a file");
    progress.hear({ kind: "fault", region: "east", how });
    progress.end("done");
    expect(shown()).toMatch(new RegExp(`^ +0\\.\\d s {2}region east is ${word}\\n$`));
  });

  it.each<Reader>(["a person", "a file"])("fits the terminal for %s", (reader) => {
    const { progress, shown } = stage(reader, 40);
    progress.step("the surviving regions do not agree; counting every write all the same");
    progress.end("done");
    expect(shown().split("\n").length).toBeGreaterThan(2);
    for (const line of shown().split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  });

  it.each<Reader>(["a person", "a file"])(
    "shows codes of the terminal that are in a name to %s",
    (reader) => {
      const { progress, shown } = stage(reader);
      progress.step("region \u001b[31meast is lost");
      progress.note("\r\u001b[2Kkept");
      progress.end("done");
      expect(shown()).not.toMatch(/[\r\u001b]/);
      expect(shown()).toContain("region \\u001b[31meast is lost\n");
    },
  );
});
