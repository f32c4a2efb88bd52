import { createHash } from "node:crypto";
import type { Entry, JsonObject } from "../src/core/evidence/evidence.ts";
import { emptyTree, grown, leafHash, rootOf } from "../src/core/evidence/merkle.ts";
import type { Digest } from "../src/core/evidence/ports.ts";
import { hex, utf8 } from "../src/core/evidence/bytes.ts";
import type { VerifiedLog } from "../src/core/evidence/verify.ts";
import { instantMs, monotonicMs } from "../src/core/units/units.ts";

export const sha256: Digest = (bytes) => Uint8Array.from(createHash("sha256").update(bytes).digest());

/** The moment at which the monotonic clock of every example shows 0. */
export const wallAtZero = 1_790_000_000_000;

export interface ToldEntry {
  readonly kind: string;
  /** A reading of the monotonic clock. */
  readonly ms: number;
  readonly body: JsonObject;
  /** By how much the wall clock was wrong then. */
  readonly wallOffMs?: number;
}

/** A log that holds, with these entries. */
export function logOf(log: string, told: readonly ToldEntry[], software = "holdfast 0.1.0"): VerifiedLog {
  let tree = emptyTree;
  const roots = [hex(rootOf(sha256, tree))];
  const entries = told.map(({ kind, ms, body, wallOffMs = 0 }, index) => {
    const entry: Entry = {
      ...{ log, sequence: index + 1, previousRoot: roots[index] ?? "", software, kind, body },
      at: instantMs(Math.round(wallAtZero + ms + wallOffMs)),
      monotonic: monotonicMs(ms),
      subjects: [],
      anchors: [],
    };
    const leaf = leafHash(sha256, utf8(JSON.stringify(entry)));
    tree = grown(sha256, tree, leaf);
    roots.push(hex(rootOf(sha256, tree)));
    return { entry, leaf };
  });
  return { log, key: null, entries, tree, roots, unsealed: 0, strays: [], fault: null };
}

/** When each phase of an example was over, counted from the fault. */
export const phaseEndsMs = { detect: 204, decide: 219, fence: 347, promote: 702, route: 731, verify: 893 };
type PhaseEnds = Readonly<Partial<Record<keyof typeof phaseEndsMs, number>>>;

export interface ExampleFailover {
  readonly platformId?: string | null;
  /** When the last one ended; `null`: it is the first. */
  readonly settledAt?: number | null;
  /** When the fault struck. */
  readonly faultMs?: number;
  readonly endsMs?: PhaseEnds;
  readonly epochs?: readonly [before: number, after: number];
  readonly deeds?: readonly JsonObject[];
}

/** A deed as a leader writes it down; its times are counted from the fault. */
export function deedOf(
  region: string,
  deed: string,
  [fromMs, toMs, more = {}]: readonly [number, number, JsonObject?],
): JsonObject {
  const times = { fromMonotonicMs: faultMsDefault + fromMs, toMonotonicMs: faultMsDefault + toMs };
  return { region, deed, ticket: 1, incarnation: 7, underRevision: 3, isDone: true, ...times, ...more };
}

export const faultMsDefault = 4_000;
export const platformIdDefault = "7e57";

/** What the leader of a failover of east writes down, as far as it came. */
export function controllerEntries(example: ExampleFailover = {}): readonly ToldEntry[] {
  const { platformId = platformIdDefault, settledAt = null, faultMs = faultMsDefault } = example;
  const { endsMs = phaseEndsMs, epochs: [before, after] = [1, 3], deeds = [] } = example;
  const justAfter = (phase: keyof PhaseEnds): number => faultMs + (endsMs[phase] ?? 0) + 1;
  const where = (phase: keyof PhaseEnds, entry: ToldEntry): readonly ToldEntry[] =>
    endsMs[phase] === undefined ? [] : [entry];
  const reached = (...phases: readonly (keyof PhaseEnds)[]): JsonObject => ({
    milestones: phases.flatMap((phase) => {
      const end = endsMs[phase];
      return end === undefined ? [] : [{ phase, atMonotonicMs: faultMs + end }];
    }),
    ...(platformId === null ? {} : { platformId }),
    deeds,
    by: "west",
  });
  const votes = ["west", "central"].map((from, index) => ({ from, verdict: "refusing", ageMs: index * 20 }));
  const intent: ToldEntry = {
    kind: "failover-intent",
    ms: justAfter("detect"),
    body: {
      ...reached("detect"),
      under: { epoch: before, revision: before },
      next: { phase: "fencing", active: "east", settledAt },
      evidence: { lost: "east", votes },
      because: "a quorum of vantage points has lost the active region",
    },
  };
  const fenced: ToldEntry = {
    kind: "failover-fenced",
    ms: justAfter("fence"),
    body: {
      ...reached("detect", "decide", "fence"),
      under: { epoch: after, revision: after },
      next: { phase: "promoting", active: "west", settledAt },
      because: "west holds the most",
    },
  };
  const settled = Math.round(wallAtZero + justAfter("verify") - 1);
  const complete: ToldEntry = {
    kind: "failover-complete",
    ms: justAfter("verify"),
    body: {
      ...reached("detect", "decide", "fence", "promote", "route", "verify"),
      under: { epoch: after, revision: after + 1 },
      next: { phase: "steady", active: "west", settledAt: settled },
      because: "a write and an inference have passed through the edge to west",
    },
  };
  return [...where("detect", intent), ...where("fence", fenced), ...where("verify", complete)];
}

/** How an example of a switchover goes on once east is being shut down; `null`: nobody has written that down. */
type ExampleClosing = "ended" | "hurried" | "called-off" | null;

/** What the leader of a switchover from east to west writes down. Its fault is the order. */
export function switchoverEntries(closing: ExampleClosing = "ended"): readonly ToldEntry[] {
  const [intent, ...others] = controllerEntries();
  const order = (kind: string): JsonObject => ({ id: "an order", kind, to: "west", by: "ada", under: 1 });
  const decided = { phase: "decide", atMonotonicMs: faultMsDefault + 20 };
  const common = { by: "west", platformId: platformIdDefault, evidence: null };
  const begun: ToldEntry = {
    kind: "switchover-intent",
    ms: faultMsDefault,
    body: {
      ...{ ...intent?.body, ...common, milestones: [], order: order("switchover") },
      next: { phase: "closing", active: "east", wanted: "west", settledAt: null },
      because: "ada asks for west to serve",
    },
  };
  if (closing === null) return [begun];
  const under = { epoch: 3, revision: 3 };
  const told = { ...common, under, milestones: [decided], deeds: [deedOf("east", "shut-down", [40, 190])] };
  const closed: ToldEntry = {
    kind: "switchover-closed",
    ms: faultMsDefault + 200,
    body: {
      ...{ ...told, order: closing === "hurried" ? order("failover") : null },
      next: { phase: "fencing", active: "east", settledAt: null },
      because: closing === "hurried" ? "ada waits no longer" : "east has ended in order",
    },
  };
  const reinstated: ToldEntry = {
    ...{ ...closed, kind: "failover-reinstated" },
    body: {
      ...{ ...told, order: order("abort") },
      next: { phase: "promoting", active: "east", settledAt: null },
      because: "ada has called the switchover off",
    },
  };
  const reached = (phases: readonly string[]): JsonObject => ({
    milestones: [
      decided,
      ...Object.entries(phaseEndsMs).flatMap(([phase, end]) =>
        phases.includes(phase) ? [{ phase, atMonotonicMs: faultMsDefault + end }] : [],
      ),
    ],
  });
  const after = closing === "called-off" ? others.slice(1) : others;
  const phases = closing === "called-off" ? [] : ["fence"];
  const rest = after.map(({ kind, ms, body }) => ({
    ...{ kind, ms },
    body: {
      ...{ ...body, evidence: null, order: null },
      ...reached(kind === "failover-complete" ? [...phases, "promote", "route", "verify"] : phases),
    },
  }));
  return [begun, closing === "called-off" ? reinstated : closed, ...rest];
}

/** What a drill that loses east writes down of itself. @param finished changes what came of it */
export function drillEntries(finished: JsonObject = {}, startMs = 0): readonly ToldEntry[] {
  const faultMs = startMs + faultMsDefault;
  const fault = { region: "east", how: "lost" };
  return [
    {
      kind: "drill-started",
      ms: startMs,
      body: {
        drill: "region-loss",
        plan: "region-failover",
        scenario: "region-lost",
        journey: "chat",
        active: "east",
        epoch: 1,
        platformId: platformIdDefault,
      },
    },
    { kind: "fault-announced", ms: faultMs - 10, body: fault },
    { kind: "fault-injected", ms: faultMs + 80, body: { ...fault, atMonotonicMs: faultMs } },
    {
      kind: "drill-finished",
      ms: startMs + 9_500,
      body: {
        formatVersion: 1,
        outageSeconds: 0.842,
        writesAcknowledged: 1_843,
        writesLost: 0,
        completionsStarted: 14,
        completionsFailed: 2,
        rtoObjectiveSeconds: 4,
        rpoObjectiveSeconds: 0,
        objectivesMet: true,
        verdict: "met",
        judgements: [
          { name: "recovery-time", isMet: true, because: "the outage is within the 4 s accepted" },
        ],
        audit: { kind: "audited", regions: "agreed" },
        outage: { kind: "interrupted", fromMonotonicMs: faultMs + 2, toMonotonicMs: faultMs + 844 },
        successor: "west",
        epochAfter: 3,
        watchedUntilMonotonicMs: startMs + 9_000,
        ...finished,
      },
    },
  ];
}

/** The evidence of a whole drill. */
export function drillEvidence(
  finished: JsonObject = {},
  failover: ExampleFailover = {},
): readonly VerifiedLog[] {
  return [logOf("controller-west", controllerEntries(failover)), logOf("drill", drillEntries(finished))];
}
