import { createWriteProbe } from "../src/adapters/postgres/write-probe.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchLab } from "./bench-lab.ts";
import { restTargets, type Verdict, verdictOf } from "./targets.ts";

/** How many of the controllers' probes, a committed write each, one core of whoever probes is enough for. */
export interface ProbeRate {
  readonly probes: number;
  readonly answered: number;
  /** By the processor time of the process that probes. */
  readonly perCoreSecond: number;
  /** By the clock. */
  readonly perSecond: number;
  readonly verdict: Verdict;
}

/** Who probes at once, each over a connection of its own, as many controllers would. */
const probers = 16;
const seconds = 10;

export async function probeRate(lab: BenchLab, signal: AbortSignal): Promise<Parsed<ProbeRate>> {
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const password = await lab.proberPassword();
  if (!password.ok) return password;
  const { hostname, port } = new URL(lab.storeUrlOf(whole.value.active));
  const outcomes: boolean[] = [];
  const begunAt = performance.now();
  const before = process.cpuUsage();
  const endAt = begunAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: probers }, async (_, at) => {
      const target = { host: hostname, port: Number(port), password: password.value, prober: `bench-${at}` };
      const probe = createWriteProbe(target);
      // Of its own: one signal is not listened to by all of them.
      const own = AbortSignal.any([signal]);
      while (performance.now() < endAt && !own.aborted)
        outcomes.push((await probe.probe(own)).kind === "answered");
      probe.close();
    }),
  );
  const { user, system } = process.cpuUsage(before);
  const answered = outcomes.filter((isAnswered) => isAnswered).length;
  const perCoreSecond = answered / ((user + system) / 1_000_000);
  const isMet = perCoreSecond >= restTargets.probesPerSecondMin && answered === outcomes.length;
  return {
    ok: true,
    value: {
      ...{ probes: outcomes.length, answered, perCoreSecond },
      perSecond: answered / ((performance.now() - begunAt) / 1_000),
      verdict: verdictOf(isMet),
    },
  };
}
