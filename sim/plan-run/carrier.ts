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
  standingOf,
} from "../../src/core/plan/run.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { elapsed, type InstantMs, type MonotonicMs } from "../../src/core/units/units.ts";
import { runText, type SeenRun } from "../../src/runtime/run-record.ts";
import { hub } from "../network.ts";
import type { World } from "../world.ts";
import { carryOutEngine } from "./engine-step.ts";
import { approval, engine, stages } from "./stages.ts";

const retryMs = 100;
const watchMs = 500;
const lookEveryMs = 250;
/** As in the product: after a longer wait for the store it is asked anew whose the run is. */
const freshMsMax = 1_000;

type Decide = (run: PlanRun) => RunDecision;

/**
 * Carries a run out as `runtime/carry-run.ts` does, in simulated time: what is begun is written down before, and whoever was replaced
 * ends. That one waits on promises and the machine's own timers, which no seed can order; the decisions are the product's.
 */
export class SimulatedCarrier {
  readonly #world: World;
  readonly #region: RegionId;
  readonly #life: number;
  readonly #waiting: Decide[] = [];
  #seen: SeenRun;
  #isWriting = false;
  #isOver = false;

  constructor(world: World, region: RegionId, seen: SeenRun) {
    this.#world = world;
    this.#region = region;
    this.#life = world.lifeOf(region);
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
    const decision = decideRun(isBack ? stages.toReversed() : stages, run, this.#wall);
    const end = decision.next === null ? endOf(stages, run) : null;
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

  /** Ends once it sees that somebody else goes on with the run. */
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
      this.#watch();
    });
  }

  #begin(deeds: readonly RunDeed[]): void {
    for (const deed of deeds) this.#carryOut(deed);
  }

  #carryOut(deed: RunDeed): void {
    let isEnded = false;
    const isOver = (): boolean => isEnded || this.#isGone;
    const end = (result: DeedResult): void => {
      if (isOver()) return;
      isEnded = true;
      this.#change((run) => afterDeed(stages, run, { deed, result, now: this.#wall }));
      this.#change(this.#next);
    };
    const { run } = this.#seen;
    if (deed.step === approval) this.#await(deed, { isOver, end });
    else if (deed.step === engine)
      carryOutEngine(this.#world, this.#region, { deed, from: run.from, isOver, end });
    else this.#changeOutside(deed, { isOver, end });
  }

  #changeOutside(
    deed: RunDeed,
    { isOver, end }: { readonly isOver: () => boolean; readonly end: (result: DeedResult) => void },
  ): void {
    const world = this.#world;
    const { epoch, carrier } = this.#seen.run;
    const ms = stages.flat().find(({ name }) => name === deed.step)?.within ?? watchMs;
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

  /** People say yes, or their time is over. Nothing is to be undone. */
  #await(
    deed: RunDeed,
    parts: { readonly isOver: () => boolean; readonly end: (result: DeedResult) => void },
  ): void {
    const { isOver, end } = parts;
    if (deed.kind === "undo") {
      end({ kind: "done" });
      return;
    }
    const look = (run: PlanRun | null): void => {
      if (isOver()) return;
      if (run !== null && this.#isApproved(run)) end({ kind: "done" });
      else if (run !== null && this.#isTooLate(run))
        end({ kind: "failed", because: "not enough people in time" });
      else
        this.#world.afterAt(this.#region, lookEveryMs, () => {
          this.#world.askStore<PlanRun | null>(
            this.#region,
            () => this.#world.planRuns.present()?.run ?? null,
            look,
          );
        });
    };
    look(this.#seen.run);
  }

  #isApproved(run: PlanRun): boolean {
    if (this.#world.bugs.has("every-yes-counts"))
      return run.approvals.length >= (run.asks[approval]?.people ?? 0);
    return missingApprovals(run, approval) === 0;
  }

  #isTooLate(run: PlanRun): boolean {
    const standing = standingOf(run, approval);
    const within = run.asks[approval]?.within ?? 0;
    return (
      run.stoppedBecause !== null || (standing.kind === "under-way" && this.#wall > standing.since + within)
    );
  }
}
