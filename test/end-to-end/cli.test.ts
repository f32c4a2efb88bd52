import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdfast, packagesRunBy, programPath, projectRoot } from "../built-program.ts";

describe("the command line", () => {
  it("leads its help with lines to copy, the common commands first", () => {
    const { status, out, err } = holdfast(["--help"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out.startsWith("Examples:\n  holdfast init")).toBe(true);
    expect(out.indexOf("\n  init")).toBeLessThan(out.indexOf("\n  evidence"));
  });

  it.each([
    "",
    "init",
    "check",
    "lint",
    "explain",
    "schema",
    "demo",
    "lab",
    "lab up",
    "drill",
    "drill run",
    "evidence",
  ])("fits 80 columns in the help of %j", (command) => {
    const { out } = holdfast([...command.split(" ").filter((word) => word !== ""), "--help"]);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows its help when nothing was asked", () => {
    expect(holdfast([])).toEqual(holdfast(["--help"]));
  });

  it("runs the parser of command lines and nothing heavier for its help", () => {
    expect(packagesRunBy(["--help"])).toEqual(["commander"]);
  });

  it("prints its version", () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      version: string;
    };
    expect(holdfast(["--version"])).toEqual({ status: 0, out: `${version}\n`, err: "" });
  });

  it.each([
    [["chekc"], "unknown command 'chekc'", "Did you mean check?"],
    [["check", "--jsno"], "unknown option '--jsno'", "Did you mean --json?"],
    [["check", "a", "b"], "too many arguments", "--help"],
  ])("answers 1 to %j, on standard error, with a way on", (args, what, way) => {
    const { status, out, err } = holdfast(args);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(what);
    expect(err).toContain(way);
  });

  it("is not troubled by a reader that has seen enough", () => {
    const shell = `"${process.execPath}" "${programPath}" schema | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", shell], { encoding: "utf8" });
    expect(stdout.trim().endsWith(" 0")).toBe(true);
    expect(stderr).toBe("");
  });

  it("says so when its output cannot be written", () => {
    const shell = `"${process.execPath}" "${programPath}" schema > /dev/full`;
    const { status, stderr } = spawnSync("bash", ["-c", shell], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain("the output could not be written: ENOSPC");
  });

  it.skipIf(process.platform !== "linux").each([
    [["init", "/proc/x"], "workspace/not-writable", "choose another folder"],
    [["demo", "--out", "/proc/x"], "drill/out-not-writable", "name a folder with --out"],
    [["lab", "up", "--dir", "/proc/x/lab"], "lab/no-folder-there", "name a folder of your own with --dir"],
  ])("refuses a folder that cannot be made: %j (skipped where there is no /proc)", (args, code, way) => {
    const { status, out, err } = holdfast(args);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err.startsWith(`${code}\n`)).toBe(true);
    expect(err).toContain("/proc/x");
    expect(err).toContain(way);
  });

  it.each([
    ["manifest/unknown-key", "why: a key that nobody reads"],
    ["survivor/cannot-fence", "why: until the old primary is fenced"],
    ["Journey.spec.objectives.region.rto", "Recovery time objective"],
    ["steps", "keys of fence: phase, component, method"],
  ])("explains %s without a network", (topic, told) => {
    const { status, out } = holdfast(["explain", topic]);
    expect(status).toBe(0);
    expect(out).toContain(told);
  });

  it.each(["lab/none-runs", "drill/out-in-use", "postgres/no-answer", "cli/bad-port"])(
    "says of %s what it is about, and where the rest stands",
    (code) => {
      const { status, out, err } = holdfast(["explain", code]);
      expect({ status, err }).toEqual({ status: 0, err: "" });
      expect(out).toContain("stand in the message itself");
      expect(JSON.parse(holdfast(["explain", code, "--json"]).out)).toMatchObject({ formatVersion: 1, code });
    },
  );

  it("lists every topic once, and names the areas whose codes are told in their message", () => {
    const lines = holdfast(["explain"]).out.split("\n");
    const topics = lines.slice(0, lines.indexOf(""));
    expect(topics).toContain("RecoveryPlan.spec.steps[].phase");
    expect(topics).toEqual([...new Set(topics)]);
    const rest = lines.slice(topics.length).join(" ");
    for (const area of ["cli/", "drill/", "evidence/", "lab/"]) expect(rest).toContain(area);
    expect(rest).toContain("stand in the message itself");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("guesses what was to be explained", () => {
    const { status, err } = holdfast(["explain", "manifest/unknwon-key"]);
    expect(status).toBe(1);
    expect(err).toContain('did you mean "manifest/unknown-key"?');
  });
});

/** A script of the checkout, run as npm runs it. */
function script(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, file), ...args], {
    cwd: projectRoot,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
  return { status, out: stdout, err: stderr };
}

describe("the scripts of a checkout", () => {
  it("suggest commands that work as they are typed there", () => {
    const { status, err } = script("scripts/holdfast.mjs", ["lab", "status", "--dir", "no/such/lab"]);
    expect(status).toBe(1);
    expect(err).toContain("`npm run holdfast -- lab up --detach --dir");
    const help = script("scripts/holdfast.mjs", ["lab", "--help"]);
    expect(help.out).toMatch(/^Examples:\n {2}npm run holdfast -- lab up --detach/);
  });

  it("do not start a demo that is another than was asked for", () => {
    const { status, out, err } = script("scripts/demo.mjs", [], { npm_config_scenario: "freeze" });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("npm run demo -- --scenario freeze");
  });

  it("help with the simulator in lines that fit a terminal", () => {
    const { status, out } = script("dist/sim/main.js", ["--help"]);
    expect(status).toBe(0);
    expect(out).toContain("late-yield");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("run no bench that was not asked for, and say why", () => {
    const { status, out, err } = script("dist/bench/main.js", ["failovr"]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/^there is no bench "failovr": did you mean "failover"\?\n\nnpm run bench/);
  });

  it.each([
    [["--nope"], "Unknown option '--nope'"],
    [["--seeds"], "--seeds"],
    [["--seeds", "many"], '--seeds is "many"'],
    [["--bug", "a-sparrow"], 'no planted bug "a-sparrow"'],
    [["20"], "'20'"],
  ])("run no simulation that was not asked for: %j", (args, because) => {
    const { status, out, err } = script("dist/sim/main.js", args);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(because);
    expect(err).toContain("`npm run sim -- --help` tells what can be asked");
  });
});
