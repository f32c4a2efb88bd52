import type { RegionId } from "../src/core/failover/member.ts";
import { leaderKey } from "../src/core/failover/reign.ts";
import { isAfterDecision, type LeaderMoment, leaderMoments, leaderMomentOf } from "./leader-moment.ts";
import {
  type CarrierMoment,
  carrierMoments,
  carrierMomentOf,
  carrierRegionOf,
} from "./plan-run/carrier-moment.ts";
import type { World } from "./world.ts";

const looksEveryMs = 2;
/** A moment that has not come by then is not waited for any longer. */
const waitsMsMax = 8_000;

/** Waits for a moment of a failover or of a run, and kills whoever leads or carries it out then. Counts at which moment each of them died. */
export class Ambushes {
  readonly #world: World;
  /** By the moment that was waited for, whoever died in it. */
  readonly #struck = new Map<string, RegionId>();
  readonly #calledOff = new Set<string>();
  /** Whether the failover that is under way was asked for by a person. */
  #isOrdered = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** A failover or a switchover has been decided on. */
  decided(isOrdered: boolean): void {
    this.#isOrdered = isOrdered;
  }

  /** @param words `leading fencing`, `carrying undoing` @throws Error there is no such moment */
  lay(words: readonly string[]): void {
    const name = words.join(" ");
    const [who, ...moment] = words;
    const isKnown =
      who === "leading"
        ? leaderMoments.some((each) => each === moment.join(" "))
        : who === "carrying" && carrierMoments.some((each) => each === moment.join(" "));
    if (!isKnown) throw new Error(`nobody lies in wait for "${name}"`);
    this.#calledOff.delete(name);
    this.#wait(name, this.#world.agenda.now + waitsMsMax);
  }

  /** Whoever died is started again, and whoever has not is not waited for. */
  lift(words: readonly string[]): void {
    const name = words.join(" ");
    this.#calledOff.add(name);
    const struck = this.#struck.get(name);
    if (struck !== undefined) this.#world.restore(struck);
  }

  liftAll(): void {
    this.#calledOff.add("all");
  }

  /** A region is about to die: it is noted what it was in the midst of. */
  dies(region: RegionId): void {
    const leads = this.#leaderMoment();
    if (leads?.region === region) {
      const how = this.#isOrdered ? "asked for" : "by itself";
      this.#world.saw(
        "leader lost",
        isAfterDecision(leads.moment) ? `${leads.moment}, ${how}` : leads.moment,
      );
    }
    const carries = this.#carrierMoment();
    if (carries?.region === region) this.#world.saw("carrier lost", carries.moment);
  }

  #wait(name: string, until: number): void {
    const { agenda } = this.#world;
    agenda.after(looksEveryMs, () => {
      if (agenda.now > until || this.#calledOff.has(name) || this.#calledOff.has("all")) return;
      const found = [
        { who: "leading", at: this.#leaderMoment() },
        { who: "carrying", at: this.#carrierMoment() },
      ].find(({ who, at }) => at !== null && `${who} ${at.moment}` === name);
      const region = found?.at?.region ?? null;
      if (region === null) this.#wait(name, until);
      else this.#strike(name, region);
    });
  }

  #strike(name: string, region: RegionId): void {
    this.#struck.set(name, region);
    this.#world.afflictions.isHarmed = true;
    this.#world.kill(region, "processes-gone");
  }

  #leaderMoment(): { readonly region: RegionId; readonly moment: LeaderMoment } | null {
    const region = this.#world.store.get(leaderKey)?.value;
    if (region === undefined || this.#world.isDead(region)) return null;
    const state = this.#world.controllerOf(region)?.state();
    const moment = state === undefined ? null : leaderMomentOf(state);
    return moment === null ? null : { region, moment };
  }

  #carrierMoment(): { readonly region: RegionId; readonly moment: CarrierMoment } | null {
    const run = this.#world.planRuns.present()?.run;
    if (run?.end !== null) return null;
    const region = carrierRegionOf(run);
    if (this.#world.isDead(region)) return null;
    return { region, moment: carrierMomentOf(run, this.#world.planRuns.plan.stages) };
  }
}
