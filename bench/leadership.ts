import { setTimeout as pause } from "node:timers/promises";
import { defaultTiming } from "../src/core/failover/settings.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchLab } from "./bench-lab.ts";

/** After this long a leader that was killed leads no more, and whoever still runs has taken over. */
const takenOverMs = 2 * defaultTiming.leaderLeaseMs;

/**
 * Has a region's own controller lead, by killing every other controller until it does and starting them again: so that losing
 * the region is losing the leader too.
 */
export async function leadFrom(lab: BenchLab, region: RegionId, signal: AbortSignal): Promise<Parsed<null>> {
  const status = await lab.status();
  if (!status.ok) return status;
  const others = status.value.regions.filter(({ name }) => name !== region);
  for (const { processes } of others) {
    for (const { name, pid } of processes) {
      if (name === "controller") process.kill(-pid, "SIGKILL");
    }
  }
  await pause(takenOverMs, undefined, { signal });
  for (const { name } of others) {
    const restored = await lab.heal(name);
    if (!restored.ok) return restored;
  }
  const whole = await lab.untilWhole(signal);
  return whole.ok ? { ok: true, value: null } : whole;
}
