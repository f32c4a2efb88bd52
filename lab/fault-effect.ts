import type { RegionId } from "../src/core/failover/member.ts";
import { type Parsed, type Problem, unreachable } from "../src/core/problem/problem.ts";
import { labCommand } from "../src/runtime/lab-command.ts";
import type { LabEffect, RegionFault } from "../src/runtime/lab.ts";
import type { NetworkHarm } from "../src/runtime/network-harm.ts";
import type { RegionRun } from "./fleet.ts";
import { cutsIn, isWhole } from "./network/harms.ts";

/** A region as it stood just before a fault was asked for. */
export interface Struck {
  /** The lab's folder. */
  readonly root: string;
  readonly region: RegionId;
  readonly run: RegionRun;
}

/** What signals do to the processes of a region. */
export type SignalFault = "kill" | "freeze" | "thaw";
export const signals = { kill: "SIGKILL", freeze: "SIGSTOP", thaw: "SIGCONT" } as const;

/** What is in force in a region, by how its processes are and by what is done to its network. */
export function faultsOf(run: RegionRun, harms: readonly NetworkHarm[]): readonly RegionFault[] {
  const isCut = harms.some(isWhole);
  return [
    ...(run === "nothing-runs" ? (["killed"] as const) : []),
    ...(run === "frozen" || run === "partly-frozen" ? (["frozen"] as const) : []),
    ...(isCut ? (["partitioned"] as const) : []),
    ...(cutsIn(harms).length > 0 && !isCut ? (["partly-partitioned"] as const) : []),
    ...(harms.some(({ kind }) => kind === "flap") ? (["flapping"] as const) : []),
    ...(harms.some(({ kind }) => kind === "loss") ? (["lossy"] as const) : []),
    ...(harms.some(({ kind }) => kind === "delay") ? (["slow"] as const) : []),
  ];
}

/**
 * What asking for a fault comes to. Where the region stands as wanted already, asking again is harmless and `unchanged`; what
 * cannot come to be, a frozen region where nothing runs, is refused, for whoever waits for it would wait in vain.
 */
export function effectOf(fault: SignalFault, struck: Struck): Parsed<LabEffect> {
  const { run } = struck;
  switch (fault) {
    case "kill":
      return effect(run !== "nothing-runs");
    case "freeze":
      return run === "nothing-runs" ? nothingRuns("frozen", struck) : effect(run !== "frozen");
    case "thaw":
      return run === "nothing-runs" ? nothingRuns("thawed", struck) : effect(run !== "running");
    default:
      return unreachable(fault);
  }
}

function effect(isChange: boolean): Parsed<LabEffect> {
  return { ok: true, value: isChange ? "done" : "unchanged" };
}

function nothingRuns(wanted: "frozen" | "thawed", { root, region }: Struck): Parsed<never> {
  const problem: Problem = {
    code: "lab/nothing-runs",
    what: `nothing runs in ${region}, so nothing can be ${wanted}`,
    where: null,
    why: "A region whose processes were killed has none that could stop or go on.",
    mend: `bring it back first: \`${labCommand(`restore ${region}`, root)}\``,
  };
  return { ok: false, problems: [problem] };
}
