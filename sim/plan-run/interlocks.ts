import type { RegionId } from "../../src/core/failover/member.ts";
import type { PlanRun } from "../../src/core/plan/run.ts";
import type { LookedAt, SeenToday } from "../../src/core/plan/today.ts";
import type { Tried } from "../../src/core/plan/verifier.ts";
import { type InstantMs, instantMs } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import type { World } from "../world.ts";

/** A machine whose wall clock is set forward by an hour is in the midst of it, and no other ever. */
const window = {
  kind: "dates",
  name: "freeze",
  from: instantMs(wallStartMs + 1_800_000),
  until: instantMs(wallStartMs + 36_000_000),
} as const;

const gates = ["canary", "backups"].map(
  (name) => ({ name, wish: { kind: "slo", action: "automatic-failover", policy: null } }) as const,
);

/** What is looked at before a run is begun in the simulated world. */
export const lookedAt: LookedAt = { blocked: [window], gates };
export const gateNames: readonly string[] = gates.map(({ name }) => name);

/** A look that somebody took before they begin a run. */
export interface Look {
  readonly region: RegionId;
  readonly at: number;
  /** What its wall clock showed. */
  readonly wall: InstantMs;
}

/** The gates of the plan, and the watch that nobody begins a run against one, or in the blocked window, without having named it: 13. */
export class Interlocks {
  readonly #world: World;
  /** Since when each gate is closed that is. */
  readonly #closed = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  close(gate: string): void {
    if (!gateNames.includes(gate)) throw new Error(`the plan has no gate "${gate}"`);
    if (!this.#closed.has(gate)) this.#closed.set(gate, this.#world.agenda.now);
  }

  open(gate: string): void {
    this.#closed.delete(gate);
  }

  openAll(): void {
    this.#closed.clear();
  }

  /** How each gate stands, as a try of it shows. */
  tried(): SeenToday["gates"] {
    return new Map(gateNames.map((name): readonly [string, Tried] => [name, this.#triedOne(name)]));
  }

  #triedOne(gate: string): Tried {
    return this.#closed.has(gate) ? { kind: "not-so", because: "too little is left" } : { kind: "so" };
  }

  /** Somebody begins to look. */
  looks(region: RegionId): Look {
    return { region, at: this.#world.agenda.now, wall: this.#world.readClock(region).wall };
  }

  /** A run has been written down as begun. A gate that closed while they looked may have been open when it was tried. */
  begun({ despite }: PlanRun, { region, at, wall }: Look): void {
    const isBlocked = wall >= window.from && wall < window.until;
    const closed = [...this.#closed].flatMap(([gate, since]) => (since < at ? [gate] : []));
    const holding = [...closed, ...(isBlocked ? [window.name] : [])];
    const named = despite.map(({ interlock }) => interlock);
    this.#world.saw("interlock", holding.length === 0 ? "nothing held it" : "begun despite it");
    for (const each of holding.filter((name) => !named.includes(name)))
      this.#world.audit.violated(
        13,
        `a run began in ${region} against ${each}, despite ${named.join(", ") || "nothing"}`,
      );
  }
}
