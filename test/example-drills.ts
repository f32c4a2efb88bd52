import type { DrillObjectives } from "../src/core/drill/judgement.ts";
import type { DrillObservations } from "../src/core/drill/drill.ts";
import type { Audit } from "../src/core/drill/loss.ts";
import type { Milestones } from "../src/core/drill/phases.ts";
import type { WriteAttempt } from "../src/core/drill/writes.ts";
import type { DrillContext } from "../src/core/report/drill-context.ts";
import { instantMs, type MonotonicMs, monotonicMs, seconds } from "../src/core/units/units.ts";

/** Drills as they are seen, made by rule: the same in every run, and as uneven as real ones. */
export interface ExampleDrill {
  readonly observations: DrillObservations;
  readonly objectives: DrillObjectives;
  readonly context: DrillContext;
}

const injected = 60_000;
const writesPerSecond = 180;
const completionMs = 1_020;

interface Story {
  readonly context: Partial<DrillContext>;
  /** When writes stop and begin again, counted from the fault; `null`: they do not begin again. */
  readonly silence: readonly [number, number | null];
  /** Ends of the phases, counted from the fault. */
  readonly milestones: readonly (number | null)[];
  readonly endMs: number;
  readonly lost: number;
  /** What came of reading the store; when not given, it was read and holds all but the lost. */
  readonly audit?: Audit;
}

function drillOf(story: Story): ExampleDrill {
  const writes = writesOf(story);
  const acknowledged = writes.filter(({ outcome }) => outcome.kind === "acknowledged");
  const beforeFault = acknowledged.filter(({ outcome }) => outcome.at <= injected);
  const lostIds = new Set(beforeFault.slice(beforeFault.length - story.lost).map(({ id }) => id));
  const [unknown] = writes.filter(({ outcome }) => outcome.kind === "unknown");
  const kept = [...acknowledged, ...(unknown === undefined ? [] : [unknown])].map(({ id }) => id);
  return {
    observations: {
      clock: { wall: instantMs(1_790_000_000_000), monotonic: monotonicMs(0) },
      injectedAt: monotonicMs(injected),
      endedAt: monotonicMs(injected + story.endMs),
      milestones: milestonesOf(story.milestones),
      writes,
      completions: completionsOf(story),
      audit: story.audit ?? {
        kind: "audited",
        survivingIds: new Set(kept.filter((id) => !lostIds.has(id))),
        regions: "agreed",
      },
      lateAcknowledgedIds: [],
    },
    objectives: { rto: seconds(5), rpo: seconds(0), completionsFailedMax: null },
    context: { ...baseContext, ...story.context },
  };
}

function writesOf({ silence: [from, to], endMs }: Story): readonly WriteAttempt[] {
  const writes: WriteAttempt[] = [];
  const add = (sent: number, took: number, kind: WriteAttempt["outcome"]["kind"]): void => {
    const id = `w${writes.length + 1}`;
    writes.push({
      id,
      sentAt: monotonicMs(injected + sent),
      outcome: { kind, at: monotonicMs(injected + sent + took) },
    });
  };
  for (let sent = -6_000; sent < endMs; sent += 1_000 / writesPerSecond) {
    // A wave in place of chance: some tenths of a second take more writes than others.
    const jitter = 2 + 1.5 * Math.sin(sent / 37) + 1.2 * Math.sin(sent / 410);
    if (sent + jitter <= from || (to !== null && sent >= to)) add(sent, jitter, "acknowledged");
    else if (sent <= from + 20) add(sent, 6, "unknown");
    else if (Math.floor(sent / 50) !== Math.floor((sent - 1_000 / writesPerSecond) / 50))
      add(sent, 1, "failed");
  }
  return writes;
}

function milestonesOf(ends: readonly (number | null)[]): Milestones {
  const at = (index: number): MonotonicMs | null => {
    const end = ends[index] ?? null;
    return end === null ? null : monotonicMs(injected + end);
  };
  return { detect: at(0), decide: at(1), fence: at(2), promote: at(3), route: at(4), verify: at(5) };
}

function completionsOf({ silence: [from, to], endMs }: Story): DrillObservations["completions"] {
  const isCut = (start: number): boolean => start < from && start + completionMs > from;
  const isRefused = (start: number): boolean => start >= from && (to === null || start < to - 200);
  return Array.from({ length: Math.floor((endMs + 6_000) / 450) }, (_, index) => {
    const start = -6_000 + index * 450;
    const attempt = {
      id: `c${index + 1}`,
      startedAt: monotonicMs(injected + start),
      firstTokenAt: isRefused(start) ? null : monotonicMs(injected + start + 8),
    };
    if (isCut(start))
      return { ...attempt, outcome: { kind: "failed", at: monotonicMs(injected + from + 1) } };
    if (isRefused(start))
      return { ...attempt, outcome: { kind: "failed", at: monotonicMs(injected + start + 3) } };
    if (start + completionMs > endMs) return { ...attempt, outcome: { kind: "running" } };
    return { ...attempt, outcome: { kind: "finished", at: monotonicMs(injected + start + completionMs) } };
  });
}

const baseContext: DrillContext = {
  question: "Would we survive losing region east?",
  fault: "every process of region east was killed at once",
  successor: "west",
  objectiveSource: 'journey "chat", scope region',
  moments: [],
  evidence: {
    head: "drill-region-loss 14 9b2f64c1d0a57e3358b1f0c62ad97e41c8805f3a6de2b4f7190c3a5e7d28f6b4",
    verifyCommand: "holdfast evidence verify evidence/",
  },
  environment: [
    { name: "Machine", value: "Linux 6.1, x64, 2 cores, 4 GB of memory" },
    { name: "Holdfast", value: "0.1.0" },
    { name: "Node", value: "20.20.2" },
    { name: "PostgreSQL", value: "18.4, synchronous ANY 1 of 2" },
    { name: "Model", value: "holdfast-demo, 181,696 parameters (demo model, synthetic text)" },
    { name: "Regions", value: "east, west, central on one machine" },
  ],
  modelLabel: "demo model, synthetic text",
};

/** A region is killed; all is back in 0.8 s and nothing is lost. */
export const killDrill = drillOf({
  context: {},
  silence: [2, 806],
  milestones: [204, 219, 347, 702, 731, 893],
  endMs: 6_000,
  lost: 0,
});

/** A region is frozen and thawed after the promotion. */
export const freezeDrill = drillOf({
  context: {
    question: "Would we survive region east freezing?",
    fault: "every process of region east was frozen, and thawed after the promotion",
    moments: [{ name: "east thawed", after: seconds(2.9) }],
  },
  silence: [1, 1_642],
  milestones: [1_003, 1_021, 1_174, 1_533, 1_570, 1_731],
  endMs: 7_000,
  lost: 0,
});

/** A recovery that comes too late and loses writes. */
export const lateDrill = drillOf({
  context: {},
  silence: [2, 7_420],
  milestones: [4_200, 4_236, 4_380, 7_010, 7_080, 7_633],
  endMs: 12_000,
  lost: 3,
});

/** A region that nobody takes over from. */
export const lostDrill = drillOf({
  context: { successor: null },
  silence: [2, null],
  milestones: [204, 219, null, null, null, null],
  endMs: 20_000,
  lost: 0,
});

/** A region that nobody takes over from, so that nobody can read the store either. */
export const unauditedDrill = drillOf({
  context: {
    fault: "every process of region east was killed at once; nobody took over",
    successor: null,
    moments: [{ name: "region east brought back", after: seconds(76.412) }],
  },
  silence: [2, null],
  milestones: [1_204, null, null, null, null, null],
  endMs: 63_000,
  lost: 0,
  audit: {
    kind: "unaudited",
    because: "the store gives no answer through the edge: timeout expired",
  },
});
