import { absent, type WriteOutcome } from "../../src/core/failover/coordinator.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { approvedRun, askingSteps } from "../../src/core/plan/approval.ts";
import { type PlanRun, runOf, type StepStanding } from "../../src/core/plan/run.ts";
import { orderedRun, type RunOrder } from "../../src/core/plan/run-order.ts";
import { hindrances, interlocksOf, type SeenToday, stillHolding } from "../../src/core/plan/today.ts";
import { instantMs, type InstantMs } from "../../src/core/units/units.ts";
import { firstRunText, readRun, runKey, runText, type SeenRun } from "../../src/runtime/run-record.ts";
import { wallStartMs } from "../audit.ts";
import { hub, storePlace } from "../network.ts";
import type { World } from "../world.ts";
import { SimulatedCarrier } from "./carrier.ts";
import { gateNames, Interlocks, type Look, lookedAt } from "./interlocks.ts";
import { OutsideThings } from "./outside.ts";
import { RunAudit, type WrittenBy } from "./run-audit.ts";
import { runner, type SimulatedPlan } from "./simulated-plan.ts";

const triesMax = 6;
const tryAgainMs = 200;
/** A gate that has not answered by then is taken for closed. */
const lookMsMax = 500;

interface RunWriting {
  readonly expected: number;
  readonly by: WrittenBy;
}

/** The runs of a plan in the simulated world: who carries them out, what they change, and what people say. */
export class PlanRuns {
  readonly audit: RunAudit;
  readonly outside: OutsideThings;
  readonly plan: SimulatedPlan;
  readonly interlocks: Interlocks;
  readonly #world: World;
  #carriers = 0;

  constructor(world: World, plan: SimulatedPlan) {
    this.#world = world;
    this.plan = plan;
    this.audit = new RunAudit(world, plan);
    this.outside = new OutsideThings(world);
    this.interlocks = new Interlocks(world);
  }

  present(): SeenRun | null {
    const entry = this.#world.store.get(runKey);
    return entry === null ? null : readRun(entry.value, entry.revision);
  }

  /** At the store: compares and sets, and has the audit see what was written. */
  write(next: PlanRun, { expected, by }: RunWriting): WriteOutcome {
    const before = this.present();
    const { store, bugs } = this.#world;
    const isFirst = before?.run.id !== next.id;
    const write = { key: runKey, value: isFirst ? firstRunText(next) : runText(next), lease: null };
    const isForced = bugs.has("carries-on-when-replaced") && by.kind === "carrier";
    const outcome = isForced
      ? store.overwrite({ ...write, expected: absent })
      : store.compareAndSet({ ...write, expected: expected as typeof absent });
    const after = this.present();
    if (outcome.kind === "written" && after !== null) this.audit.written(before?.run ?? null, after.run, by);
    return outcome;
  }

  /** All that was broken or closed works again. */
  mend(): void {
    this.outside.broken.clear();
    this.interlocks.openAll();
  }

  /**
   * Somebody in a region looks whether anything keeps a run from being begun, and begins it and carries it out, unless one is under way.
   * @param despite the interlocks that they begin it despite, by name
   */
  begin(region: RegionId, despite: readonly string[]): void {
    const world = this.#world;
    const unknown = despite.find((name) => !interlocksOf(lookedAt).includes(name));
    if (unknown !== undefined) throw new Error(`the plan has no interlock "${unknown}"`);
    if (world.isDead(region) || this.#wouldStop()) return;
    const look = this.interlocks.looks(region);
    let isOver = false;
    const looked = (gates: SeenToday["gates"]): void => {
      if (isOver) return;
      isOver = true;
      if (!this.#isHeld(look, gates, despite)) this.#begin(look, despite);
    };
    world.network.sendReliably(region, hub, () => {
      const gates = this.interlocks.tried();
      world.network.sendReliably(hub, region, () => {
        world.atRegion(region, () => {
          looked(gates);
        });
      });
    });
    world.afterAt(region, lookMsMax, () => {
      looked(new Map());
    });
  }

  /** What would be stopped halfway, or takes more than it may, is not begun, despite whatever. */
  #wouldStop(): boolean {
    const { stops } = this.plan;
    if (stops === null) return false;
    this.#world.saw("cells", "too many, and not begun");
    if (this.#world.bugs.has("begins-what-would-stop")) return false;
    this.#world.note(`nobody begins a run: ${stops}`);
    return true;
  }

  #isHeld({ region, wall }: Look, gates: SeenToday["gates"], despite: readonly string[]): boolean {
    const world = this.#world;
    const found = hindrances(lookedAt, { now: wall, gates, unset: [] });
    const isAnyNamed = world.bugs.has("despite-one-is-despite-all") && despite.length > 0;
    const left = isAnyNamed ? [] : stillHolding(found, despite);
    for (const { interlock } of left)
      world.saw("interlock", gateNames.includes(interlock ?? "") ? "a gate held it" : "a window held it");
    if (left.length === 0) return false;
    world.note(`${region} does not begin a run: ${left.map(({ what }) => what).join("; ")}`);
    return true;
  }

  #begin(look: Look, despite: readonly string[]): void {
    const world = this.#world;
    const { region } = look;
    const present = this.present();
    if (present?.run.end === null) return;
    const carrier = this.#nextCarrier(region);
    const run = runOf(this.plan.stages, {
      id: `run of ${carrier}`,
      plan: "the plan's hash",
      by: runner,
      runner: null,
      carrier,
      epoch: 0,
      begunAt: world.readClock(region).wall,
      from: world.presentReign().reign.active,
      form: "graceful",
      despite: despite.map((interlock) => ({ interlock, because: "somebody answers for it" })),
    });
    const expected = present?.revision ?? absent;
    world.writeToStore(
      region,
      () => {
        const outcome = this.write(run, { expected, by: { kind: "take-over" } });
        if (outcome.kind === "written") this.interlocks.begun(run, look);
        return outcome;
      },
      (outcome) => {
        if (outcome?.kind !== "written") return;
        world.note(`${carrier} begins a run under epoch ${outcome.revision}`);
        const seen = { run: { ...run, epoch: outcome.revision }, revision: outcome.revision };
        new SimulatedCarrier(world, region, seen).start();
      },
    );
  }

  /**
   * Somebody in a region takes the run over that is not over. @param form `ungraceful`: they take the region that serves for lost, and let
   * a run that has stopped go on before; `null`: as it was
   */
  resume(region: RegionId, form: "ungraceful" | null = null): void {
    const world = this.#world;
    if (form !== null) this.order("go-on");
    const carrier = this.#nextCarrier(region);
    world.writeToStore(
      region,
      () => {
        const present = this.present();
        if (present?.run.end !== null) return null;
        const run = this.#resumed({ ...present.run, carrier, form: form ?? present.run.form });
        const outcome = this.write(run, { expected: present.revision, by: { kind: "take-over" } });
        return outcome.kind === "written" ? { run, revision: outcome.revision } : null;
      },
      (seen) => {
        if (seen === null) return;
        world.note(`${carrier} goes on with the run${form === null ? "" : ", taking who serves for lost"}`);
        new SimulatedCarrier(world, region, seen).start();
      },
    );
  }

  #resumed(run: PlanRun): PlanRun {
    if (run.form === "graceful" || !this.#world.bugs.has("resumed-from-the-beginning")) return run;
    return { ...run, steps: runOf(this.plan.stages, run).steps };
  }

  /** A person says yes as soon as it is asked for, or gives up after a while. */
  approve(by: string, tries = 0): void {
    const changed = this.#byPerson((run) => {
      const isCounted = this.#world.bugs.has("every-yes-counts");
      const asking = askingSteps(run);
      const isNew = (step: string): boolean =>
        !run.approvals.some((each) => each.step === step && each.by === by);
      const step = asking.find(isNew) ?? asking[0] ?? (isCounted ? Object.keys(run.asks)[0] : undefined);
      if (step === undefined) return null;
      const given = { step, by, at: this.#wall };
      if (isCounted)
        return { ...run, approvals: [...run.approvals, { ...given, proof: null, withdrawn: null }] };
      const approved = approvedRun(run, { ...given, login: by, signer: null }, () => null);
      return approved.kind === "approved" ? approved.run : null;
    });
    this.#world.saw("yes", changed ? "counted" : "refused");
    if (changed || tries >= triesMax) return;
    this.#world.agenda.after(tryAgainMs, () => {
      this.approve(by, tries + 1);
    });
  }

  order(order: RunOrder): void {
    this.#byPerson((run) => {
      const next = orderedRun(run, { order, by: "a person" });
      return next === null ? null : this.#forgotten({ ...next, end: null });
    });
  }

  #forgotten(run: PlanRun): PlanRun {
    if (!this.#world.bugs.has("forgets-what-was-begun")) return run;
    const forgot = (standing: StepStanding): StepStanding =>
      standing.kind === "waiting" ? { kind: "waiting" } : standing;
    const steps = Object.entries(run.steps).map(([name, standing]) => [name, forgot(standing)] as const);
    return { ...run, steps: Object.fromEntries(steps) };
  }

  #byPerson(change: (run: PlanRun) => PlanRun | null): boolean {
    const present = this.present();
    if (present === null || this.#world.afflictions.full.has(storePlace)) return false;
    const next = change(present.run);
    if (next === null) return false;
    return this.write(next, { expected: present.revision, by: { kind: "person" } }).kind === "written";
  }

  #nextCarrier(region: RegionId): string {
    this.#carriers += 1;
    return `${region}-${this.#carriers}`;
  }

  get #wall(): InstantMs {
    return instantMs(wallStartMs + Math.round(this.#world.agenda.now));
  }
}
