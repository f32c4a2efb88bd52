import { absent, type WriteOutcome } from "../../src/core/failover/coordinator.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { approvedRun } from "../../src/core/plan/approval.ts";
import { orderedRun, type PlanRun, runOf, type RunOrder } from "../../src/core/plan/run.ts";
import { instantMs, type InstantMs } from "../../src/core/units/units.ts";
import { firstRunText, readRun, runKey, runText, type SeenRun } from "../../src/runtime/run-record.ts";
import { wallStartMs } from "../audit.ts";
import { storePlace } from "../network.ts";
import type { World } from "../world.ts";
import { SimulatedCarrier } from "./carrier.ts";
import { OutsideThings } from "./outside.ts";
import { RunAudit, type WrittenBy } from "./run-audit.ts";
import { approval, runner, stages } from "./stages.ts";

const triesMax = 6;
const tryAgainMs = 200;

interface RunWriting {
  readonly expected: number;
  readonly by: WrittenBy;
}

/** The runs of a plan in the simulated world: who carries them out, what they change, and what people say. */
export class PlanRuns {
  readonly audit: RunAudit;
  readonly outside: OutsideThings;
  readonly #world: World;
  #carriers = 0;

  constructor(world: World) {
    this.#world = world;
    this.audit = new RunAudit(world);
    this.outside = new OutsideThings(world);
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

  /** Somebody in a region begins a run and carries it out, unless one is under way. */
  begin(region: RegionId): void {
    const world = this.#world;
    const present = this.present();
    if (world.isDead(region) || present?.run.end === null) return;
    const carrier = this.#nextCarrier(region);
    const run = runOf(stages, {
      id: `run of ${carrier}`,
      plan: "the plan's hash",
      by: runner,
      runner: null,
      carrier,
      epoch: 0,
      begunAt: world.readClock(region).wall,
      from: world.presentReign().reign.active,
      form: "graceful",
      despite: [],
    });
    const expected = present?.revision ?? absent;
    world.writeToStore(
      region,
      () => this.write(run, { expected, by: { kind: "take-over" } }),
      (outcome) => {
        if (outcome?.kind !== "written") return;
        world.note(`${carrier} begins a run under epoch ${outcome.revision}`);
        const seen = { run: { ...run, epoch: outcome.revision }, revision: outcome.revision };
        new SimulatedCarrier(world, region, seen).start();
      },
    );
  }

  /** Somebody in a region takes the run over that is not over. */
  resume(region: RegionId): void {
    const world = this.#world;
    const carrier = this.#nextCarrier(region);
    world.writeToStore(
      region,
      () => {
        const present = this.present();
        if (present?.run.end !== null) return null;
        const run = { ...present.run, carrier };
        const outcome = this.write(run, { expected: present.revision, by: { kind: "take-over" } });
        return outcome.kind === "written" ? { run, revision: outcome.revision } : null;
      },
      (seen) => {
        if (seen === null) return;
        world.note(`${carrier} goes on with the run`);
        new SimulatedCarrier(world, region, seen).start();
      },
    );
  }

  /** A person says yes as soon as it is asked for, or gives up after a while. */
  approve(by: string, tries = 0): void {
    const changed = this.#byPerson((run) => {
      const given = { step: approval, by, at: this.#wall };
      if (this.#world.bugs.has("every-yes-counts"))
        return { ...run, approvals: [...run.approvals, { ...given, proof: null }] };
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
      return next === null ? null : { ...next, end: null };
    });
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
