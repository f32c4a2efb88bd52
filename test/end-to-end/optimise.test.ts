import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, projectRoot } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-optimise-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly exact: boolean;
  readonly front: readonly {
    readonly costMicrosPerMonth: number;
    readonly carbonGramsPerMonth: number;
    readonly downtimeMinutesPerYear: number;
  }[];
  readonly today: { readonly verdict: { readonly kind: string; readonly by?: number } };
}

describe("holdfast optimise", () => {
  it("tells the assistant's designs in lines of 80 columns, and judges today's", () => {
    const { status, out } = holdfast(["optimise", "examples/assistant", "--limit", "2"]);
    expect(status).toBe(0);
    expect(out).toContain("Exact: all 3,456 designs are weighed or ruled out");
    expect(out).toMatch(/\ntoday: .*\n {2}is beaten by design \d+/);
    expect(out).toMatch(/\n\d+ more designs: --limit \d+ shows all\n/);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("carries every design for programs, none of them beaten by another", () => {
    const { status, out, err } = holdfast(["optimise", "examples/assistant", "--json"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const answer = JSON.parse(out) as Answer;
    expect(answer).toMatchObject({ formatVersion: 1, ok: true, exact: true, currency: "USD" });
    for (const point of answer.front) {
      const beating = answer.front.filter(
        (other) =>
          other.costMicrosPerMonth <= point.costMicrosPerMonth &&
          other.carbonGramsPerMonth <= point.carbonGramsPerMonth &&
          other.downtimeMinutesPerYear <= point.downtimeMinutesPerYear,
      );
      expect(beating).toEqual([point]);
    }
    expect(answer.front[answer.today.verdict.by ?? -1]).toBeDefined();
  });

  it("says that it is not exact, and how far it looked, when its work is cut short", () => {
    const args = ["optimise", "examples/assistant", "--evaluations-max", "40"];
    expect(holdfast(args).out).toMatch(/Not exact: [\d.e-]+ % of/);
  });

  it("says what to write where no Options are declared, and answers 1", () => {
    const { status, out, err } = holdfast(["optimise", "examples/lab"]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("optimise/no-options");
    expect(err).toContain("kind: Options");
  });

  it("tells options that contradict at their place, and refuses counts of nothing", () => {
    const options =
      "apiVersion: holdfast/v1alpha1\nkind: Options\nmetadata: { name: x }\nspec:\n  choices: [{ component: y }]\n";
    writeFileSync(join(folder, "a.yaml"), options);
    expect(holdfast(["optimise", "."], folder)).toMatchObject({ status: 1, out: "" });
    expect(holdfast(["optimise", ".", "--limit", "0"], folder).err).toContain('--limit is "0"');
  });

  it("draws them into a file, numbered as they are told", () => {
    const file = join(folder, "front.svg");
    const { status, err } = holdfast(["optimise", "examples/assistant", "--svg", file]);
    expect(status).toBe(0);
    expect(err).toContain(`wrote ${file}`);
    const svg = readFileSync(file, "utf8");
    expect(svg).toMatch(/^<svg xmlns=.*<\/svg>\n$/s);
    expect(svg).toContain("15 designs that no other one beats");
    expect(svg).toContain(">today<");
    const again = holdfast(["optimise", "examples/assistant", "--svg", file, "--json"]);
    expect(again).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, svg: file });
  });

  it("draws only into what is named as a picture, can be written and has something to show", () => {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at("options.yaml"), "mine");
    const manifest = holdfast(["optimise", "examples/assistant", "--svg", at("options.yaml")]);
    expect(manifest).toMatchObject({ status: 1, out: "" });
    expect(manifest.err).toContain("cli/no-svg-named");
    expect(readFileSync(at("options.yaml"), "utf8")).toBe("mine");
    const within = holdfast(["optimise", "examples/assistant", "--svg", at("options.yaml/front.svg")]);
    expect(within).toMatchObject({ status: 1, out: "" });
    expect(within.err).toContain("workspace/not-a-folder");
    mkdirSync(at("folder.svg"));
    expect(holdfast(["optimise", "examples/assistant", "--svg", at("folder.svg")])).toMatchObject({
      status: 1,
    });
    expect(holdfast(["optimise", "examples/lab", "--svg", at("none.svg")]).err).toContain(
      "optimise/no-options",
    );
    expect(readdirSync(folder).sort()).toEqual(["folder.svg", "options.yaml"]);
  });

  it("does what its page of the manual says", async () => {
    const text = await readFile(join(projectRoot, "docs/manual/optimise.md"), "utf8");
    const commands = [...text.matchAll(/^holdfast (.*?) +#/gm)].map(([, line = ""]) =>
      line.trim().split(/\s+/),
    );
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) {
      const args = command.map((word) => (word === "front.svg" ? join(folder, word) : word));
      expect(holdfast(args).status).toBe(0);
    }
  });
});
