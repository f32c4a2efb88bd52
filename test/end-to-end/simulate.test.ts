import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setTimeout as pause } from "node:timers/promises";
import { holdfast, inOneLine, programPath, projectRoot } from "../built-program.ts";
import { StartedProgram } from "../started-program.ts";

let folder = "";
const effort = ["--replications", "12", "--years", "20", "--seed", "7"];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-simulate-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("holdfast simulate", () => {
  it("tells people of each journey, in lines of 80 columns", () => {
    const { status, out, err } = holdfast(["simulate", "run", "examples/lab", ...effort]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain("\nchat-completion\n");
    expect(out).toMatch(/down +[\d.]+ h \([\d.]+ h to [\d.]+ h\) a year/);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("tells what it reckoned though it cannot be kept, and answers 1", () => {
    const { status, out, err } = holdfast([
      "simulate",
      "run",
      "examples/lab",
      ...effort,
      "--out",
      "/dev/null/x",
    ]);
    expect(status).toBe(1);
    expect(out).toContain("\nchat-completion\n");
    expect(err).toContain("simulation/part-unwritable\n  /dev/null/x cannot be written: ENOTDIR");
  });

  it("takes the same workspace without the word run", () => {
    const told = holdfast(["simulate", "examples/lab", ...effort]).out;
    expect(told).toBe(holdfast(["simulate", "run", "examples/lab", ...effort]).out);
  });

  it("comes to the same bits in shards as in one, and answers programs the same", () => {
    const whole = join(folder, "whole.json");
    const one = holdfast(["simulate", "run", "examples/lab", ...effort, "--out", whole, "--json"]);
    const files = [0, 1, 2].map((index) => {
      const file = join(folder, `part-${index}.json`);
      const args = ["simulate", "run", "examples/lab", ...effort, "--shard", `${index}/3`, "--out", file];
      expect(holdfast(args).status).toBe(0);
      return file;
    });
    const sum = join(folder, "sum.json");
    const merged = holdfast(["simulate", "merge", ...files.toReversed(), "--out", sum, "--json"]);
    expect(readFileSync(sum, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(merged.out).toBe(one.out);
    expect(JSON.parse(one.out)).toMatchObject({
      formatVersion: 1,
      effort: { seed: 7, replications: 12, years: 20 },
      shards: { count: 1, done: [0] },
      confidence: 0.95,
      outputs: [
        { name: "chat-completion", method: "replications", unavailability: { kind: "interval" } },
        { name: "chat-completion, east alone" },
        { name: "chat-completion, west alone" },
        { name: "chat-completion, central alone" },
      ],
    });
  });

  it("refuses to add up what is missing, broken or no part at all", () => {
    const file = join(folder, "part.json");
    holdfast(["simulate", "run", "examples/lab", ...effort, "--shard", "0/2", "--out", file]);
    const alone = holdfast(["simulate", "merge", file]);
    expect(alone.status).toBe(1);
    expect(inOneLine(alone.err)).toContain("simulation/shard-missing missing: shard 1/2");
    const broken = join(folder, "broken.json");
    writeFileSync(broken, readFileSync(file, "utf8").replace(/"sums":\["/, '"sums":["x'));
    for (const [name, what] of [
      [broken, "is no part of a simulation"],
      [join(folder, "nowhere.json"), "cannot be read"],
    ] as const) {
      const { status, err } = holdfast(["simulate", "merge", file, name]);
      expect(status).toBe(1);
      expect(inOneLine(err)).toContain(what);
    }
  });

  it("tells of every option that makes no sense at once", () => {
    const args = [
      "--seed",
      "x",
      "--replications",
      "1",
      "--years",
      "0",
      "--shard",
      "2/2",
      "--confidence",
      "1",
    ];
    const { status, out } = holdfast(["simulate", "run", "examples/lab", ...args, "--json"]);
    expect(status).toBe(1);
    const { problems } = JSON.parse(out) as { problems: readonly { what: string }[] };
    expect(problems.map(({ what }) => what.split(" ")[0])).toEqual([
      "--seed",
      "--replications",
      "--years",
      "--shard",
      "--confidence",
    ]);
  });

  it("prints a job of which each pod runs its own shard", () => {
    const { status, out } = holdfast(["simulate", "job", "--shards", "8", ...effort]);
    expect(status).toBe(0);
    expect(out).toContain("completionMode: Indexed\n  completions: 8\n");
    expect(out).toContain('"--shard","$(JOB_COMPLETION_INDEX)/8"');
    expect(holdfast(["simulate", "job", "--shards", "0"]).status).toBe(1);
  });
});

describe("what reckons for long and leaves nothing behind", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends at %s in the midst of a sum, and tells nothing",
    async (signal) => {
      const endless = ["--replications", "100000", "--years", "1000"];
      const args = ["simulate", "run", join(projectRoot, "examples/lab"), ...endless];
      const running = new StartedProgram({ program: programPath, args, folder });
      await pause(1_500);
      running.signal(signal);
      expect(await running.ended()).toMatchObject({ status: null, out: "", err: "" });
    },
  );
});
