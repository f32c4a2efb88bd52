import type { ControllerState } from "../../src/core/failover/controller-state.ts";
import type { SeenReign } from "../../src/core/failover/reign.ts";
import type { Warrant } from "../../src/core/model/warrant.ts";
import { between, type InstantMs } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import type { World } from "../world.ts";
import type { Drill, Drills } from "./drills.ts";
import { provenScenarios } from "./proven-plan.ts";

/** A drill arms the plan that it proves for so long. */
const drillMsMax = 600_000;
/** What is armed without anybody who keeps it true is so for so much longer than its proof is fresh. */
const armedLongerMs = 3_600_000;

/** What truly stands: the plan, and what was drilled of it. */
export interface Proven {
  readonly hash: string;
  readonly drills: Drills;
  readonly proofsLastMs: number;
}

interface Begun {
  readonly by: string;
  /** Whether a person has asked for it. */
  readonly isOrdered: boolean;
  /** What the wall clock of whoever decided showed then. */
  readonly wall: InstantMs;
}

/**
 * Watches what lets controllers act, 15: none begins a failover by itself under a reign that is held, or whose proof is too old; the reign
 * is armed by what was truly proven and by nothing else; and nothing of that is changed while nobody serves.
 */
export class TrustAudit {
  readonly #world: World;
  #wasHeld = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** The standing evaluation has come to a warrant by what evidence holds. */
  evaluated(warrant: Warrant, proven: Proven): void {
    const until = armedUntil(proven, this.#world.agenda.now);
    const told = warrant.kind === "armed" ? warrant.until : null;
    if (told === until) return;
    const truly = until === null ? "it is held" : `it is armed until ${until - wallStartMs} ms`;
    this.#broken(
      `it was evaluated as ${warrant.kind}${told === null ? "" : ` until ${told - wallStartMs} ms`}, and ${truly}`,
    );
  }

  /** The standing evaluation has changed the reign. @param wasServed whether anybody served when it decided to */
  kept({ reign: before }: SeenReign, { reign }: SeenReign, wasServed: boolean): void {
    const kinds = `${before.automation} → ${reign.automation}`;
    this.#world.saw("trust", before.automation === reign.automation ? "armed for longer, or shorter" : kinds);
    if (reign.automation === "held") this.#wasHeld = true;
    if (!wasServed || before.phase !== "steady")
      this.#broken(`what was ${before.automation} became ${reign.automation} while nobody served`);
  }

  /** What keeps whoever leads from beginning a failover, as it stands. */
  looked({ leadership, seen, blockedBy, clock }: ControllerState): void {
    if (leadership.kind !== "mine" || seen?.reign.phase !== "steady" || blockedBy.length === 0) return;
    const { automation, armedUntil: until } = seen.reign;
    if (automation === "held") this.#world.saw("trust", "held, and not begun");
    else if (until !== null && between(until, clock.wall) > armedLongerMs)
      this.#world.saw("trust", "proof too old, and not begun");
  }

  /** A controller has changed the reign. */
  written({ reign: before }: SeenReign, { reign }: SeenReign, begun: Begun): void {
    if (reign.automation !== before.automation || reign.armedUntil !== before.armedUntil)
      this.#broken(`${begun.by} changed what lets it act from ${before.automation} to ${reign.automation}`);
    if (before.phase === "steady" && (reign.phase === "fencing" || reign.phase === "closing"))
      this.#began(before, begun);
    if (before.phase !== "steady" && reign.phase === "steady") this.#completed(before.automation);
  }

  #began({ automation, armedUntil: until }: SeenReign["reign"], { by, isOrdered, wall }: Begun): void {
    if (isOrdered) {
      if (automation === "held") this.#world.saw("trust", "held, and begun on a person's word");
      return;
    }
    if (automation === "held") this.#broken(`${by} began a failover by itself while it was held`);
    if (until !== null && between(until, wall) > armedLongerMs)
      this.#broken(`${by} began a failover by itself by a proof that was too old`);
    if (!this.#world.trust.isAsked) return;
    this.#world.saw("trust", this.#wasHeld ? "held, then armed, and begun by itself" : "begun by itself");
  }

  #completed(automation: SeenReign["reign"]["automation"]): void {
    const { proven } = this.#world.trust;
    if (proven === null || automation === "held") return;
    const isStill = armedUntil(proven, this.#world.agenda.now) !== null;
    this.#world.saw("trust", isStill ? "over while it is proven" : "over after its proof had ended");
  }

  #broken(what: string): void {
    this.#world.audit.violated(15, what);
  }
}

/** Until when a platform is armed by what was truly drilled of its plan, by the wall clock; `null`: it is held. Written apart from the product's rule. */
export function armedUntil({ hash, drills, proofsLastMs }: Proven, now: number): number | null {
  const wall = (at: number): number => wallStartMs + Math.round(at);
  const newest = provenScenarios.map((scenario) =>
    drills.all.findLast(
      (drill) => drill.scenario === scenario && drill.hash === hash && drill.ended !== null,
    ),
  );
  const ends = newest.map((drill) => proofEnd(drill, proofsLastMs));
  const first = Math.min(...ends);
  if (wall(now) < first) return first;
  const { underWay } = drills;
  if (underWay?.hash !== hash) return null;
  const until = wall(underWay.begunAt) + drillMsMax;
  return wall(now) < until ? until : null;
}

function proofEnd(drill: Drill | undefined, proofsLastMs: number): number {
  if (drill?.ended?.end !== "met") return Number.NEGATIVE_INFINITY;
  return wallStartMs + Math.round(drill.ended.at) + proofsLastMs;
}
