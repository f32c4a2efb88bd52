import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../test/built-program.ts";
import type { Problem } from "../core/problem/problem.ts";
import { asTyped, fail, type Shell, suggestNext } from "./shell.ts";

const fromCheckout = { HOLDFAST_CALLED_AS: "npm run holdfast --" };

function stage(env: Shell["env"] = {}): {
  readonly shell: Shell;
  readonly said: { out: string; err: string };
} {
  const said = { out: "", err: "" };
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd: "/srv/ada",
    env,
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  return { shell, said };
}

const problem: Problem = {
  code: "lab/none-runs",
  what: "no lab runs in /srv/ada/a/folder/with/a/rather/long/name, and none was ever started in it either",
  where: null,
  why: "Commands about a lab are answered by the lab itself, which must run for that.",
  mend: "start one with `holdfast lab up --detach --dir '/srv/ada/a/folder/with/a rather/long/name'`, or name another",
};

describe("a problem for people", () => {
  it("fits the terminal in every line but for a command, which is copied whole", () => {
    const { shell, said } = stage();
    expect(fail(shell, [problem], "text")).toBe(1);
    const command = "`holdfast lab up --detach --dir '/srv/ada/a/folder/with/a rather/long/name'`,";
    expect(said.err.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(said.err).toContain(`\n  ${command} or\n`.replace(" or\n", "\n"));
  });

  it("is told with so many others at most; programs get them all", () => {
    const { shell, said } = stage();
    const [first, ...others] = Array.from({ length: 70 }, () => problem);
    const all = [first ?? problem, ...others] as const;
    fail(shell, all, "text");
    expect(said.err.match(/lab\/none-runs/g)).toHaveLength(50);
    expect(said.err).toContain("\nand 20 more: --json tells all of them\n");
    fail(shell, all, "json");
    expect(said.out.match(/lab\/none-runs/g)).toHaveLength(70);
  });

  it("names commands that work as they are typed here, for programs too", () => {
    for (const format of ["text", "json"] as const) {
      const { shell, said } = stage(fromCheckout);
      fail(shell, [problem], format);
      expect(said.err + said.out).toContain("`npm run holdfast -- lab up --detach --dir");
    }
  });

  it("puts every command that it tells between backticks, so that none is broken", () => {
    const bare =
      /(?:: |\()(?:holdfast|npm|rm|ps|ss|kill|chmod|mkdir|useradd|openssl) [^)]|[^`\\]\$\{(?:labCommand|commandOf)\(/;
    const isMend = /\bmend(?::| =)|`(?:use|end) it/;
    const lines = ["src", "lab"].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
        .flatMap((path) => readFileSync(join(projectRoot, folder, path), "utf8").split("\n")),
    );
    const mends = lines.filter((line) => isMend.test(line));
    expect(mends.length).toBeGreaterThan(60);
    expect(mends.filter((line) => bare.test(line))).toEqual([]);
  });
});

describe("a command in a text", () => {
  it.each([
    [
      "see `holdfast check a`, then holdfast lab up",
      "see `npm run holdfast -- check a`, then npm run holdfast -- lab up",
    ],
    ["TMPDIR=/var/tmp holdfast demo", "TMPDIR=/var/tmp npm run holdfast -- demo"],
    ["holdfast 0.1.0 wrote holdfast-demo/ and /opt/holdfast it", null],
    ["npm run holdfast -- lab up", null],
    ["Holdfast is what it is", null],
  ])("is one that works here: %s", (text, typed) => {
    expect(asTyped(text, "npm run holdfast --")).toBe(typed ?? text);
    expect(asTyped(text, "holdfast")).toBe(text);
  });
});

describe("what to type next", () => {
  it("stands behind one word, each command in a line of its own", () => {
    const { shell, said } = stage(fromCheckout);
    suggestNext(shell, ["holdfast lab status", "who serves"], ["holdfast lab down", "end it"]);
    expect(said.err).toBe(
      "\nNext: npm run holdfast -- lab status   who serves\n      npm run holdfast -- lab down     end it\n",
    );
  });

  it("is silent when there is nothing", () => {
    const { shell, said } = stage();
    suggestNext(shell);
    expect(said.err).toBe("");
  });
});
