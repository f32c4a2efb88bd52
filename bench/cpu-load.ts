import { execFile, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { acknowledgementsOf } from "../src/core/drill/writes.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { Seconds } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import type { BenchLab } from "./bench-lab.ts";
import { toldSince } from "./controllers-evidence.ts";
import { longestPauseOf } from "./pauses.ts";
import { startWriter } from "./sequential-writer.ts";
import { type Verdict, verdictOf } from "./targets.ts";

/** What a busy machine without a fault did to the lab. */
export type CpuLoad =
  | { readonly kind: "skipped"; readonly because: string }
  | {
      readonly kind: "measured";
      readonly minutes: number;
      readonly failovers: number;
      readonly acknowledged: number;
      readonly failed: number;
      readonly longestPause: Seconds;
      readonly verdict: Verdict;
    };

const run = promisify(execFile);
const calmMs = 2_000;

/** Keeps every core busy while a client writes; nothing is wrong, so nothing may fail over. */
export async function underCpuLoad(
  lab: BenchLab,
  minutes: number,
  signal: AbortSignal,
): Promise<Parsed<CpuLoad>> {
  const missing = stressMissing();
  if (missing !== null) return { ok: true, value: { kind: "skipped", because: missing } };
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const before = await lab.status();
  if (!before.ok) return before;
  const begunAt = readSystemClock().now;
  const writer = startWriter(lab.details.postgresUrl, `load-${begunAt}-`);
  try {
    await pause(calmMs, undefined, { signal });
    await run("stress-ng", ["--cpu", "0", "--timeout", `${Math.round(minutes * 60)}s`], { signal });
    await pause(calmMs, undefined, { signal });
  } finally {
    await writer.stop();
  }
  const after = await lab.status();
  if (!after.ok) return after;
  const { failovers } = await toldSince(lab.details.evidence, begunAt, signal);
  const isSteady = failovers === 0 && after.value.epoch === before.value.epoch;
  const acknowledged = acknowledgementsOf(writer.attempts);
  return {
    ok: true,
    value: {
      kind: "measured",
      minutes,
      failovers,
      acknowledged: acknowledged.length,
      failed: writer.attempts.length - acknowledged.length,
      longestPause: longestPauseOf(acknowledged),
      verdict: verdictOf(isSteady),
    },
  };
}

/** Why there is no `stress-ng`, after root has tried to install it; `null` when there is one. */
function stressMissing(): string | null {
  if (hasStress()) return null;
  if (process.getuid?.() !== 0) return "stress-ng is not installed, and only root can install it";
  const installed = spawnSync("apt-get", ["install", "--yes", "stress-ng"], { stdio: "ignore" });
  if (installed.status === 0 && hasStress()) return null;
  return "stress-ng is not installed, and `apt-get install stress-ng` does not install it";
}

function hasStress(): boolean {
  return spawnSync("stress-ng", ["--version"], { stdio: "ignore" }).status === 0;
}
