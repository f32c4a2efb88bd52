import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type DrillObservations, type DrillResult, drillResultOf } from "../core/drill/drill.ts";
import type { Agreement, Audit } from "../core/drill/loss.ts";
import { milestonesOf } from "../core/drill/milestones.ts";
import type { Milestones } from "../core/drill/phases.ts";
import type { Head, JsonObject, Subject } from "../core/evidence/evidence.ts";
import type { EvidenceLog } from "../core/evidence/ports.ts";
import { headOfVerified, type VerifiedLog, verifyEvidence } from "../core/evidence/verify.ts";
import type { RegionId } from "../core/failover/member.ts";
import { type Model, objectiveFor, the } from "../core/model/model.ts";
import type { Drill } from "../core/model/recovery-plan.ts";
import { invariant, type Parsed, type Problem } from "../core/problem/problem.ts";
import { countText } from "../core/units/shown.ts";
import { inMilliseconds, type MonotonicMs, type Seconds, seconds } from "../core/units/units.ts";
import { readSystemClock } from "./clocks.ts";
import { BrokenOff, seenOf, valueOf } from "./broken-off.ts";
import type { DrillParts } from "./drill-ports.ts";
import { finishedFacts, startedFacts } from "./drill-facts.ts";
import { faultOf, hasConverged, undoOf, type Strike, type StrikeManner } from "./drill-fault.ts";
import { noObjective, notActive, notArmed, notReady, otherPlan, strikeOf } from "./drill-refusals.ts";
import type { LabDetails, LabStatus } from "./lab.ts";
import { LateWriter } from "./late-writer.ts";
import { RunningLoad } from "./load.ts";

export interface DrillToRun {
  readonly model: Model;
  readonly drill: Drill;
  /** The lab's folder. */
  readonly root: string;
  /** The manifests that the drill was declared in, for the record. */
  readonly subjects: readonly Subject[];
  readonly onEvent: (event: DrillEvent) => void;
}

/** What somebody who watches a drill is told. */
export type DrillEvent =
  | { readonly kind: "step"; readonly text: string }
  | { readonly kind: "load"; readonly load: RunningLoad }
  | { readonly kind: "fault"; readonly region: RegionId; readonly how: StrikeManner }
  | { readonly kind: "recovered"; readonly region: RegionId };

export interface DrillOutcome {
  readonly result: DrillResult;
  readonly successor: RegionId | null;
  /** The folder of all logs, the drill's own among them. */
  readonly evidence: string;
  /** Head of the drill's own log, whose last entry seals the controllers' logs. */
  readonly head: Head;
  readonly fault: Strike;
  readonly moments: readonly { readonly name: string; readonly after: Seconds }[];
}

const watchEveryMs = 50;
const recoveryMsMax = 60_000;
const convergeMsMax = 60_000;
/** Whoever evaluates it looks twice a second. */
const armedMsMax = 10_000;
const countTriesMax = 5;
const countAgainMs = 200;

/**
 * Carries out a drill on a running lab: load, fault, recovery, audit after convergence, evidence. A platform that nobody
 * recovers, or whose store nobody can read, is what a drill is there to find: it is judged, and then brought back.
 */
export async function runDrill(
  run: DrillToRun,
  parts: DrillParts,
  signal: AbortSignal,
): Promise<Parsed<DrillOutcome>> {
  const journey = the(run.model.journeys, run.drill.journey);
  if (objectiveFor(journey, "region") === null) return refused(noObjective(journey.name));
  const scenario = the(run.model.scenarios, run.drill.scenario);
  const strike = strikeOf(scenario);
  if ("code" in strike) return refused(strike);
  const status = await parts.lab.status(run.root);
  if (!status.ok) return status;
  if (status.value.state !== "ready") return refused(notReady(status.value, run.root));
  const details = await parts.lab.details(run.root);
  if (!details.ok) return details;
  const plan = the(run.model.plans, run.drill.plan);
  const other = otherPlan(plan, run.model, details.value);
  if (other !== null) return refused(other);
  const { evidence, keys } = details.value;
  const log = await parts.openLog(
    { directory: evidence, log: "drill", keyPath: join(keys, "drill.pem") },
    () => ({ at: readSystemClock().wall, monotonic: parts.now() }),
  );
  if (!log.ok) return log;
  try {
    return await new DrillRun(run, parts, {
      strike,
      before: status.value,
      details: details.value,
      log: log.value,
    }).carryOut(signal);
  } finally {
    await log.value.close();
  }
}

interface Started {
  readonly strike: Strike;
  readonly before: LabStatus;
  readonly details: LabDetails;
  readonly log: EvidenceLog;
}

/** How the recovery stands when the load has ended. */
interface Recovery {
  readonly injectedAt: MonotonicMs;
  /** `null`: nobody took over. */
  readonly after: LabStatus | null;
  /** With which the id of every write begins. */
  readonly prefix: string;
}

class DrillRun {
  readonly #run: DrillToRun;
  readonly #parts: DrillParts;
  readonly #started: Started;
  readonly #failure: Strike;
  readonly #moments: { name: string; after: Seconds }[] = [];

  constructor(run: DrillToRun, parts: DrillParts, started: Started) {
    this.#run = run;
    this.#parts = parts;
    this.#started = started;
    this.#failure = started.strike;
  }

  async carryOut(signal: AbortSignal): Promise<Parsed<DrillOutcome>> {
    const { region } = this.#failure;
    if (region !== this.#started.before.active)
      return refused(notActive(region, this.#started.before.active, this.#run.root));
    try {
      return { ok: true, value: await this.#underLoad(signal) };
    } catch (error) {
      await this.#record("drill-broken-off", {
        because: error instanceof Error ? error.message : String(error),
      }).catch(() => undefined);
      // Whatever happens, nothing stays frozen or cut off behind a drill.
      await this.#parts.lab.restore(this.#run.root, region);
      if (error instanceof BrokenOff) return refused(error.problem);
      throw error;
    }
  }

  async #underLoad(signal: AbortSignal): Promise<DrillOutcome> {
    const { users, now } = this.#parts;
    const { drill, onEvent, subjects } = this.#run;
    const { details, before } = this.#started;
    await this.#record("drill-started", startedFacts(drill, before, details), { subjects });
    await this.#untilArmed(signal);
    const prefix = `${drill.name}-${before.epoch}-${readSystemClock().wall}-`;
    valueOf(await users.prepare(details.postgresUrl));
    const load = new RunningLoad({ load: drill.load, prefix, ...details }, users, now);
    const late = new LateWriter(users, details.postgresUrls[before.active] ?? details.postgresUrl, prefix);
    try {
      onEvent({ kind: "load", load });
      await pause(inMilliseconds(drill.load.before), undefined, { signal });
      const injectedAt = await this.#inject();
      const after = await this.#untilRecovered(signal);
      await this.#afterRecovery({ injectedAt, after, late }, signal);
      await pause(inMilliseconds(drill.load.after), undefined, { signal });
      await Promise.all([load.stop(), late.stop()]);
      const endedAt = now();
      const audit = await this.#audit({ injectedAt, after, prefix }, signal);
      if (after === null) await this.#bringBack(injectedAt);
      return await this.#conclude(
        {
          clock: { wall: readSystemClock().wall, monotonic: now() },
          injectedAt,
          endedAt,
          milestones: await this.#milestones({ injectedAt, endedAt, after }, signal),
          writes: load.writes,
          completions: load.completions,
          audit,
          lateAcknowledgedIds: late.acknowledged,
        },
        after,
        signal,
      );
    } finally {
      await Promise.all([load.stop(), late.stop()]);
    }
  }

  /** A plan that is to be proven first is armed by the drill that proves it, once whoever evaluates that has read of it. */
  async #untilArmed(signal: AbortSignal): Promise<void> {
    if (this.#started.details.automation !== "when-armed") return;
    const until = this.#parts.now() + armedMsMax;
    for (;;) {
      const status = seenOf(await this.#parts.lab.status(this.#run.root));
      if (status?.trust === "armed") return;
      if (this.#parts.now() >= until) throw new BrokenOff(notArmed(status?.heldBecause ?? null));
      await pause(watchEveryMs, undefined, { signal });
    }
  }

  async #inject(): Promise<MonotonicMs> {
    const { region, how } = this.#failure;
    await this.#record("fault-announced", { region, how });
    const at = this.#parts.now();
    this.#run.onEvent({ kind: "fault", region, how });
    valueOf(await this.#parts.lab.inject(this.#run.root, faultOf(how), region));
    await this.#record("fault-injected", { region, how, atMonotonicMs: at });
    return at;
  }

  /** Who serves under a newer epoch; `null` when nobody did in time. */
  async #untilRecovered(signal: AbortSignal): Promise<LabStatus | null> {
    const { before } = this.#started;
    const until = this.#parts.now() + recoveryMsMax;
    while (this.#parts.now() < until) {
      const status = seenOf(await this.#parts.lab.status(this.#run.root));
      if (status !== null && status.epoch > before.epoch && status.state !== "failing-over") {
        this.#run.onEvent({ kind: "recovered", region: status.active });
        return status;
      }
      await pause(watchEveryMs, undefined, { signal });
    }
    await this.#record("not-recovered", { withinSeconds: recoveryMsMax / 1_000 });
    this.#run.onEvent({
      kind: "step",
      text: `nobody took over within ${countText(recoveryMsMax / 1_000)} s`,
    });
    return null;
  }

  async #afterRecovery(
    {
      injectedAt,
      after,
      late,
    }: { readonly injectedAt: MonotonicMs; readonly after: LabStatus | null; readonly late: LateWriter },
    signal: AbortSignal,
  ): Promise<void> {
    const { drill, root, onEvent } = this.#run;
    const { region, how } = this.#failure;
    if (after === null || how === "lost") return;
    late.start();
    await pause(inMilliseconds(drill.thawAfter ?? seconds(0)), undefined, { signal });
    const undo = undoOf(how);
    valueOf(await this.#parts.lab.inject(root, undo, region));
    const name = `region ${region} ${how === "frozen" ? "thawed" : "reached again"}`;
    this.#tellMoment(name, injectedAt);
    await this.#record("fault-undone", { region, how, undo });
    onEvent({ kind: "step", text: name });
  }

  #tellMoment(name: string, injectedAt: MonotonicMs): void {
    this.#moments.push({ name, after: seconds((this.#parts.now() - injectedAt) / 1_000) });
  }

  /** Reads the surviving store when its regions agree, or have had their time to. */
  async #audit({ injectedAt, after, prefix }: Recovery, signal: AbortSignal): Promise<Audit> {
    const { onEvent } = this.#run;
    onEvent({
      kind: "step",
      text:
        after === null
          ? "counting every write, if anybody can read the store"
          : "waiting until the surviving regions agree, then counting every write",
    });
    // Where nobody took over there is nothing to agree about, and a look is enough.
    const regions = await this.#untilConverged(after === null ? 0 : convergeMsMax, signal);
    if (after !== null && regions === "not-agreed") {
      await this.#record("regions-not-agreed", { withinSeconds: convergeMsMax / 1_000 });
      this.#tellMoment("the surviving regions had still not agreed", injectedAt);
      onEvent({
        kind: "step",
        text: "the surviving regions do not agree; counting every write all the same",
      });
    }
    const held = await this.#heldIds(prefix, after === null ? 1 : countTriesMax, signal);
    if (held.ok) return { kind: "audited", survivingIds: held.value, regions };
    // What broke because the user asked to stop says nothing about the platform.
    signal.throwIfAborted();
    return { kind: "unaudited", because: held.problems[0].what };
  }

  /** A connection that broke at a bad moment says nothing of the store behind it: where somebody serves, it is asked again. */
  async #heldIds(
    prefix: string,
    triesMax: number,
    signal: AbortSignal,
  ): Promise<Parsed<ReadonlySet<string>>> {
    const { users } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      const held = await users.heldIds(this.#started.details.postgresUrl, prefix);
      if (held.ok || tries >= triesMax) return held;
      await pause(countAgainMs, undefined, { signal });
    }
  }

  /** Every region that can be part of it follows; a region that was killed stays out. Looks at least once. */
  async #untilConverged(msMax: number, signal: AbortSignal): Promise<Agreement> {
    const until = this.#parts.now() + msMax;
    for (;;) {
      const status = seenOf(await this.#parts.lab.status(this.#run.root));
      if (status !== null && hasConverged(status, this.#failure)) return "agreed";
      if (this.#parts.now() >= until) return "not-agreed";
      await pause(watchEveryMs, undefined, { signal });
    }
  }

  /** Nobody took over, so nobody else will undo it: nothing stays dead, frozen or cut off behind a drill. */
  async #bringBack(injectedAt: MonotonicMs): Promise<void> {
    const { region } = this.#failure;
    this.#run.onEvent({ kind: "step", text: `bringing region ${region} back` });
    const restored = await this.#parts.lab.restore(this.#run.root, region);
    const name = `region ${region} ${restored.ok ? "brought back" : "could not be brought back"}`;
    this.#tellMoment(name, injectedAt);
    await this.#record(
      restored.ok ? "region-restored" : "region-not-restored",
      restored.ok ? { region } : { region, because: restored.problems[0].what },
    );
    this.#run.onEvent({ kind: "step", text: name });
  }

  async #milestones(
    {
      injectedAt,
      endedAt,
      after,
    }: Pick<Recovery, "injectedAt" | "after"> & { readonly endedAt: MonotonicMs },
    signal: AbortSignal,
  ): Promise<Milestones> {
    const logs = await this.#verifiedLogs(signal);
    const entries = logs.flatMap((log) => log.entries.map(({ entry }) => entry));
    const epochBefore = this.#started.before.epoch;
    return milestonesOf(entries, { epochBefore, epochAfter: after?.epoch ?? null, injectedAt, endedAt });
  }

  /** All logs of the platform as they hold; none when they cannot be read. */
  async #verifiedLogs(signal: AbortSignal): Promise<readonly VerifiedLog[]> {
    const { evidence } = this.#parts;
    const files = await evidence.logs(this.#started.details.evidence, signal);
    return files.ok ? verifyEvidence(files.value, { kind: "beside" }, evidence).logs : [];
  }

  async #conclude(
    observations: DrillObservations,
    after: LabStatus | null,
    signal: AbortSignal,
  ): Promise<DrillOutcome> {
    const { model, drill } = this.#run;
    const objective = objectiveFor(the(model.journeys, drill.journey), "region");
    invariant(objective !== null, "a drill is run only for a journey with an objective for losing a region");
    const { rto, rpo } = objective;
    const result = drillResultOf(observations, {
      rto,
      rpo,
      completionsFailedMax: drill.completionsFailedMax,
    });
    const logs = await this.#verifiedLogs(signal);
    const others = logs.filter((log) => log.log !== "drill" && log.tree.size > 0);
    const facts = finishedFacts({ result, ...observations, after });
    await this.#record("drill-finished", facts, { anchors: others.map(headOfVerified) });
    return {
      result,
      successor: after?.active ?? null,
      evidence: this.#started.details.evidence,
      head: this.#started.log.head(),
      fault: this.#failure,
      moments: this.#moments,
    };
  }

  async #record(
    kind: string,
    body: JsonObject,
    bound: { readonly subjects?: readonly Subject[]; readonly anchors?: readonly Head[] } = {},
  ): Promise<void> {
    const appended = await this.#started.log.append({ kind, body, ...bound });
    if (appended.kind === "failed") throw new BrokenOff(appended.problem);
  }
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}
