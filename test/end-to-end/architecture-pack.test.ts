import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, inOneLine, projectRoot } from "../built-program.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-pack-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pack = (): string => join(folder, "pack");

describe("holdfast render", () => {
  it.each(["active-passive", "assistant", "cells", "multi-cloud", "training-cluster", "lab"])(
    "writes the pack of examples/%s in three forms, which ask nobody for anything",
    (example) => {
      const { status, out } = holdfast(["render", `examples/${example}`, "--out", pack()]);
      expect(status).toBe(0);
      const markdown = readFileSync(join(pack(), "architecture.md"), "utf8");
      // Where Options are declared, their picture stands beside the Markdown, which cannot hold it.
      const pictures = [...markdown.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, file]) => file);
      expect(pictures).toHaveLength(example === "assistant" ? 1 : 0);
      expect(out.match(/^wrote /gm)).toHaveLength(3 + pictures.length);
      const html = readFileSync(join(pack(), "architecture.html"), "utf8");
      expect(html).not.toMatch(/(?:https?:)?\/\/|@import|url\(|<script/);
      expect(readFileSync(join(pack(), "architecture.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
      expect(markdown).toContain("```mermaid\nflowchart TD");
      expect(readdirSync(pack())).toEqual(
        expect.arrayContaining(["architecture.html", "architecture.md", "architecture.pdf", ...pictures]),
      );
      expect(readdirSync(pack())).toHaveLength(3 + pictures.length);
    },
  );

  it("writes the forms that are asked for, for programs too", () => {
    const args = ["render", "examples/cells", "--out", pack(), "--format", "markdown", "--json"];
    const { status, out } = holdfast(args);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      ok: true,
      verdict: expect.stringMatching(/met|missed/) as string,
    });
    expect(readdirSync(pack())).toEqual(["architecture.md"]);
  });

  it("keeps what is there, and leaves nothing beside it, until it is told to overwrite", () => {
    mkdirSync(pack());
    writeFileSync(join(pack(), "architecture.md"), "mine");
    const args = ["render", "examples/cells", "--out", pack(), "--format", "html,markdown"];
    const kept = holdfast(args);
    expect(kept.status).toBe(1);
    expect(inOneLine(kept.err)).toMatch(/architecture\.md is there already .*overwrite with --force/);
    expect(readFileSync(join(pack(), "architecture.md"), "utf8")).toBe("mine");
    expect(readdirSync(pack())).toEqual(["architecture.md"]);
    expect(holdfast([...args, "--force"]).status).toBe(0);
    expect(readFileSync(join(pack(), "architecture.md"), "utf8")).toMatch(/^# Would cells meet/);
  });

  it("names the forms when one is not known, and writes nothing", () => {
    const { status, err } = holdfast(["render", "examples/cells", "--out", pack(), "--format", "docx"]);
    expect(status).toBe(1);
    expect(err.replaceAll(/\s+/g, " ")).toContain("Write some of html, pdf, markdown.");
    expect(existsSync(pack())).toBe(false);
  });
});

describe("the commands of the manual's page", () => {
  const page = readFileSync(join(projectRoot, "docs", "manual", "architecture-pack.md"), "utf8");
  const lines = [...page.matchAll(/^holdfast (.*?)(?: +#.*)?$/gm)].map(([, line = ""]) => line);

  it("do what the page says", () => {
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const args = line.replace("--out pack", `--out ${pack()}`).split(" ");
      expect(holdfast(args).status, line).toBe(0);
    }
  });
});
