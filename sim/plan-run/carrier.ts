import { missingApprovals } from "../../src/core/plan/approval.ts";
import {
  afterDeed,
  decideRun,
  type DeedResult,
  deedsToRepeat,
  endOf,
  type PlanRun,
  type RunDecision,
  type RunDeed,
} from "../../src/core/plan/run.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { beatenRun, type Count, countOf, waitedBy } from "../../src/core/plan/waited.ts";
import { between, elapsed, type InstantMs, type MonotonicMs } from "../../src/core/units/units.ts";
import { runText, type SeenRun } from "../../src/runtime/run-record.ts";
import { hub } from "../network.ts";
import type { World } from "../world.ts";
import { carryOutEngine } from "./engine-step.ts";
import type { SimulatedPlan, SimulatedStep } from "./simulated-plan.ts";
import { notInTime } from "./waiting-audit.ts";

const retryMs = 100;
const watchMs = 500;
const lookEveryMs = 250;
/** As in the product: after a longer wait for the store it is asked anew whose the run is. */
const freshMsMax = 1_000;

type Decide = (run: PlanRun) => RunDecision;

/** A deed that somebody waits for. */
interface Awaited {
  readonly isOver: () => boolean;
  readonly end: (result: DeedResult) => void;
}

/**
 * Carries a run out as `runtime/carry-run.ts` does, in simulated time: what is begun is written down before, and whoever was replaced
 * ends. That one waits on promises and the machine's own timers, which no seed can order; the decisions are the product's.
 */
export class SimulatedCarrier {
  readonly #world: World;
  readonly #region: RegionId;
  readonly #life: number;
  readonly #waiting: Decide[] = [];
  readonly #stages: SimulatedPlan["stages"];
  /** How long what lets time pass has been waited for. */
  readonly #counts = new Map<string, Count>();
  #seen: SeenRun;
  #isWriting = false;
  #isOver = false;

  constructor(world: World, region: RegionId, seen: SeenRun) {
    this.#world = world;
    this.#region = region;
    this.#life = world.lifeOf(region);
    this.#stages = world.planRuns.plan.stages;
    this.#seen = seen;
  }

  start(): void {
    this.#begin(deedsToRepeat(this.#seen.run));
    this.#change(this.#next);
    this.#watch();
  }

  get #now(): MonotonicMs {
    return this.#world.readClock(this.#region).now;
  }

  get #wall(): InstantMs {
    return this.#world.readClock(this.#region).wall;
  }

  get #isGone(): boolean {
    return this.#isOver || this.#world.lifeOf(this.#region) !== this.#life;
  }

  readonly #next: Decide = (run) => {
    const isBack = run.course === "back" && this.#world.bugs.has("undone-as-it-was-done");
    const decision = decideRun(isBack ? this.#stages.toReversed() : this.#stages, run, this.#wall);
    const end = decision.next === null ? endOf(this.#stages, run) : null;
    return end === null || run.end !== null ? decision : { next: { ...run, end }, deeds: [] };
  };

  #change(decide: Decide): void {
    this.#waiting.push(decide);
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#isWriting || this.#isGone) return;
    for (let decide = this.#waiting.shift(); decide !== undefined; decide = this.#waiting.shift()) {
      const { next, deeds } = decide(this.#seen.run);
      if (next === null) continue;
      this.#isWriting = true;
      this.#writeDown(next, { deeds, decide });
      return;
    }
    if (this.#seen.run.end !== null) this.#isOver = true;
  }

  #writeDown(next: PlanRun, then: { readonly deeds: readonly RunDeed[]; readonly decide: Decide }): void {
    const world = this.#world;
    const expected = this.#seen.revision;
    const name = this.#seen.run.carrier;
    if (world.bugs.has("begun-before-written")) this.#begin(then.deeds);
    const askedAt = this.#now;
    world.writeToStore(
      this.#region,
      () => world.planRuns.write(next, { expected, by: { kind: "carrier", name } }),
      (outcome) => {
        if (this.#isGone) return;
        if (outcome === null) {
          world.afterAt(this.#region, retryMs, () => {
            if (!this.#isGone) this.#writeDown(next, then);
          });
          return;
        }
        const isFresh = elapsed(askedAt, this.#now) <= freshMsMax;
        // Asked anew, the store refuses whoever was replaced, or shows that what was written stands.
        if (outcome.kind === "written" && isFresh)
          this.#hasWritten({ run: next, revision: outcome.revision }, then.deeds);
        else this.#wasRefused(next, then);
      },
    );
  }

  #hasWritten(seen: SeenRun, deeds: readonly RunDeed[]): void {
    this.#seen = seen;
    this.#isWriting = false;
    this.#begin(deeds);
    this.#change(this.#next);
  }

  /** It was our own write, whose answer was lost; or a person's; or somebody else carries it out now. */
  #wasRefused(
    next: PlanRun,
    { deeds, decide }: { readonly deeds: readonly RunDeed[]; readonly decide: Decide },
  ): void {
    this.#world.askStore(
      this.#region,
      () => this.#world.planRuns.present(),
      (current) => {
        if (this.#isGone) return;
        if (current === null) {
          this.#world.afterAt(this.#region, retryMs, () => {
            this.#wasRefused(next, { deeds, decide });
          });
          return;
        }
        const isOurs = current.run.carrier === next.carrier;
        if (!isOurs && !this.#world.bugs.has("carries-on-when-replaced")) {
          this.#isOver = true;
          return;
        }
        if (runText(current.run) === runText(next)) {
          this.#hasWritten(current, deeds);
          return;
        }
        const { carrier } = this.#seen.run;
        this.#seen = isOurs ? current : { ...current, run: { ...current.run, carrier } };
        this.#isWriting = false;
        this.#waiting.unshift(decide);
        this.#writeNext();
      },
    );
  }

  /** Ends once it sees that somebody else goes on with the run, and shows that it is carried out as long as it waits. */
  #watch(): void {
    this.#world.afterAt(this.#region, watchMs, () => {
      if (this.#isGone) return;
      this.#world.askStore(
        this.#region,
        () => this.#world.planRuns.present(),
        (present) => {
          const isReplaced = present !== null && present.run.carrier !== this.#seen.run.carrier;
          if (isReplaced && !this.#world.bugs.has("carries-on-when-replaced")) this.#isOver = true;
        },
      );
      this.#beat();
      this.#watch();
    });
  }

  #beat(): void {
    if (this.#counts.size === 0 || this.#isWriting) return;
    this.#change((run) => ({ next: beatenRun(run, this.#counts, this.#now), deeds: [] }));
  }

  #begin(deeds: readonly RunDeed[]): void {
    for (const deed of deeds) this.#carryOut(deed);
  }

  #carryOut(deed: RunDeed): void {
    this.#world.planRuns.audit.begins(deed, this.#seen.run.carrier);
    let isEnded = false;
    const isOver = (): boolean => isEnded || this.#isGone;
    const end = (result: DeedResult): void => {
      if (isOver()) return;
      isEnded = true;
      this.#counts.delete(deed.step);
      this.#change((run) => afterDeed(this.#stages, run, { deed, result, now: this.#wall }));
      this.#change(this.#next);
    };
    const { run } = this.#seen;
    const step = this.#stages.flat().find(({ name }) => name === deed.step);
    if (step === undefined) throw new Error(`the plan has no step ${deed.step}`);
    if (step.lasts > 0) this.#letTimePass(deed, step, { isOver, end });
    else if (step.doing === "fails-over")
      carryOutEngine(this.#world, this.#region, { deed, run, isOver, end });
    else this.#changeOutside(deed, step, { isOver, end });
  }

  #changeOutside(deed: RunDeed, step: SimulatedStep, { isOver, end }: Awaited): void {
    const world = this.#world;
    const { epoch, carrier } = this.#seen.run;
    const ms = step.within ?? watchMs;
    world.network.sendReliably(this.#region, hub, () => {
      // Whoever gives up closes the connection.
      if (isOver()) return;
      world.agenda.after(world.random.between(10, 150), () => {
        const result = world.planRuns.outside.apply({ deed, epoch, carrier });
        world.network.sendReliably(hub, this.#region, () => {
          world.atRegion(this.#region, () => {
            end(result);
          });
        });
      });
    });
    world.afterAt(this.#region, ms, () => {
      end({ kind: "failed", because: "it took too long" });
    });
  }

  /** As in the product: counted on from what others have let pass; people may end it sooner. Nothing is to be undone. */
  #letTimePass(deed: RunDeed, step: SimulatedStep, { isOver, end }: Awaited): void {
    if (deed.kind === "undo") {
      end({ kind: "done" });
      return;
    }
    const world = this.#world;
    const before = world.bugs.has("waits-anew-when-taken-over") ? { steps: {} } : this.#seen.run;
    const count = countOf(before, step.name, this.#now);
    const wallFrom = this.#wall;
    this.#counts.set(step.name, count);
    const judged = world.planRuns.audit.waiting.counts(this.#seen.run, step);
    const look = (present: PlanRun | null): void => {
      if (isOver()) return;
      const run = present ?? this.#seen.run;
      const left = step.lasts - this.#waited(count, wallFrom);
      judged(left <= 0);
      const result = this.#resultOf(run, step, left);
      if (result !== null) {
        end(result);
        return;
      }
      world.afterAt(this.#region, Math.min(lookEveryMs, Math.max(1, left)), () => {
        world.askStore<PlanRun | null>(this.#region, () => world.planRuns.present()?.run ?? null, look);
      });
    };
    look(this.#seen.run);
  }

  #waited(count: Count, wallFrom: InstantMs): number {
    if (!this.#world.bugs.has("waits-by-the-wall-clock")) return waitedBy(count, this.#now);
    return count.before + between(wallFrom, this.#wall);
  }

  #resultOf(run: PlanRun, { name, doing }: SimulatedStep, left: number): DeedResult | null {
    if (doing === "asks" && this.#isApproved(run, name)) return { kind: "done" };
    if (run.stoppedBecause !== null) return { kind: "failed", because: run.stoppedBecause };
    if (left > 0) return null;
    return doing === "waits" ? { kind: "done" } : { kind: "failed", because: notInTime };
  }

  #isApproved(run: PlanRun, step: string): boolean {
    if (!this.#world.bugs.has("every-yes-counts")) return missingApprovals(run, step) === 0;
    return run.approvals.filter((each) => each.step === step).length >= (run.asks[step]?.people ?? 0);
  }
}
