import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Parsed } from "../src/core/problem/problem.ts";

/** One run of SCRAM to its end. */
export interface ScramRun {
  /** What its report says of the time in its core: reading, checking and writing left out. */
  readonly coreSeconds: number;
  readonly chance: number;
  readonly products: number;
  /** Processor time of the whole process. */
  readonly cpuSeconds: number;
}

/** One run that SCRAM did not end: it used up its time, or could not. */
export interface ScramGaveUp {
  readonly chance: null;
  readonly cpuSeconds: number;
}

/** SCRAM's version, after root has tried to install its Debian package. */
export function scramVersion(): Parsed<string> {
  const found = versionText();
  if (found !== null) return { ok: true, value: found };
  if (process.getuid?.() === 0) {
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "scram"], { stdio: "ignore" });
  }
  const installed = versionText();
  if (installed !== null) return { ok: true, value: installed };
  const problem = {
    code: "bench/no-scram" as const,
    what: "SCRAM is not installed",
    where: null,
    why: "It is what this bench compares with, in the same run.",
    mend: "install Debian's package: apt-get install scram",
  };
  return { ok: false, problems: [problem] };
}

function versionText(): string | null {
  const { status, stdout } = spawnSync("scram", ["--version"], { encoding: "utf8" });
  return status === 0 ? (stdout.split("\n")[0]?.replace(/\(\)/, "").trim() ?? null) : null;
}

/**
 * Solves a file exactly.
 *
 * @param orderMax cut sets of more events are left out of its list
 * @param cpuSecondsMax processor time after which it is ended
 */
export function scram(file: string, orderMax: number, cpuSecondsMax: number): ScramRun | ScramGaveUp {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-scram-"));
  const report = join(folder, "report.xml");
  const args = ["scram", "--bdd", "--probability", "1", "-l", String(orderMax), file, "-o", report];
  try {
    // `times` tells what the shell itself has used, and on its second line what its children have.
    const script = `ulimit -t ${cpuSecondsMax}; "$@" > /dev/null 2>&1; status=$?; times; exit $status`;
    const { status, stdout } = spawnSync("bash", ["-c", script, "bash", ...args], { encoding: "utf8" });
    return status === 0
      ? reported(beginningOf(report), stdout)
      : { chance: null, cpuSeconds: childrenSeconds(stdout) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is read of a report stands before the list of its sets, which may be longer than any text can be. */
const beginningBytes = 2 ** 20;

function beginningOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(beginningBytes);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, beginningBytes, 0));
  } finally {
    closeSync(file);
  }
}

function reported(report: string, times: string): ScramRun {
  const timed = /<calculation-time[^>]*>\s*<products>([^<]*)<\/products>\s*<probability>([^<]*)</.exec(
    report,
  );
  const sum = /<sum-of-products([^>]*)>/.exec(report)?.[1] ?? "";
  const attribute = (name: string): number => Number(new RegExp(` ${name}="([^"]*)"`).exec(sum)?.[1]);
  return {
    coreSeconds: Number(timed?.[1]) + Number(timed?.[2]),
    chance: attribute("probability"),
    products: attribute("products"),
    cpuSeconds: childrenSeconds(times),
  };
}

/** The second of two lines such as `0m0.004s 0m0.001s`: user and system time. */
function childrenSeconds(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)]
    .slice(2)
    .reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
