import { reignKey, reignText, type SeenReign, wantedSyncSet } from "../../src/core/failover/reign.ts";
import { warrantedReign } from "../../src/core/failover/warranted.ts";
import type { Warrant } from "../../src/core/model/warrant.ts";
import { warrantOf } from "../../src/core/plan/warrant-of.ts";
import { instantMs, seconds } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import { hub, storePlace } from "../network.ts";
import type { World } from "../world.ts";
import { type DrillEnd, drillEnds, Drills } from "./drills.ts";
import { goneBy, provenScenarios } from "./proven-plan.ts";
import { armedUntil, type Proven, TrustAudit } from "./trust-audit.ts";

const evaluatedEveryMs = 500;

/**
 * What lets controllers act without a person in the simulated world: drills, the plan that they prove, and the standing evaluation that lets
 * the reign say so. It stands beside the edge, as a lab's does, and evaluates by the product's rules.
 */
export class Trust {
  readonly audit: TrustAudit;
  readonly #world: World;
  readonly #proofsLastMs: number | null;
  readonly #drills = new Drills();
  /** Of the plan as it stands. */
  #hash = "sha256:first";
  #isEvaluating = true;

  /** @param proofsLastMs how long a proof is fresh; `null`: controllers act in any case, and nothing is evaluated */
  constructor(world: World, proofsLastMs: number | null) {
    this.#world = world;
    this.#proofsLastMs = proofsLastMs;
    this.audit = new TrustAudit(world);
    if (proofsLastMs !== null) world.agenda.after(0, this.#evaluate);
  }

  /** Whether proof is asked for. */
  get isAsked(): boolean {
    return this.#proofsLastMs !== null;
  }

  /** `null`: no proof is asked for. */
  get proven(): Proven | null {
    if (this.#proofsLastMs === null) return null;
    return { hash: this.#hash, drills: this.#drills, proofsLastMs: this.#proofsLastMs };
  }

  /** Whether the reign says what is so. */
  get isTold(): boolean {
    const { proven } = this;
    if (proven === null) return true;
    const until = armedUntil(proven, this.#world.agenda.now);
    return (this.#world.presentReign().reign.automation === "armed") === (until !== null);
  }

  /** Drills of the plan that stands were met in each scenario that it covers, just now. */
  prove(): void {
    for (const scenario of provenScenarios) {
      this.beginDrill(scenario);
      this.endDrill("met");
    }
  }

  beginDrill(scenario: string): void {
    this.#drills.begin(this.#hash, scenario, this.#world.agenda.now);
  }

  endDrill(word: string): void {
    const end = drillEnds.find((each): each is DrillEnd => each === word);
    if (end === undefined) throw new Error(`no drill ends "${word}"`);
    this.#drills.end(end, this.#world.agenda.now);
  }

  /** Somebody edits the plan. @param name by which the same one may come back */
  changePlan(name: string): void {
    this.#hash = `sha256:${name}`;
  }

  stopEvaluating(): void {
    this.#isEvaluating = false;
  }

  evaluateAgain(): void {
    this.#isEvaluating = true;
  }

  readonly #evaluate = (): void => {
    const { proven } = this;
    if (this.#isEvaluating && proven !== null) this.#keep(this.#warrant(proven));
    this.#world.agenda.after(evaluatedEveryMs, this.#evaluate);
  };

  #warrant(proven: Proven): Warrant {
    const world = this.#world;
    const { drills, proofsLastMs } = proven;
    const hash = world.bugs.has("proven-by-another-plan")
      ? (drills.all.at(-1)?.hash ?? proven.hash)
      : proven.hash;
    const automation = { failover: "when-armed", proofValidFor: seconds(proofsLastMs / 1_000) } as const;
    const now = instantMs(wallStartMs + Math.round(world.agenda.now));
    const warrant = warrantOf(automation, goneBy(hash), { entries: drills.entries, now });
    this.audit.evaluated(warrant, proven);
    return warrant;
  }

  #keep(warrant: Warrant): void {
    const { network } = this.#world;
    network.send(hub, storePlace, () => {
      const seen = this.#world.presentReign();
      network.send(storePlace, hub, () => {
        if (!this.#isEvaluating) return;
        const wasServed = this.#isServing(seen);
        const isDespite = this.#world.bugs.has("changed-in-an-outage");
        const next = warrantedReign(seen.reign, warrant, wasServed || isDespite);
        if (next === null) return;
        network.send(hub, storePlace, () => {
          this.#write(seen, reignText(next), { wasServed, warrant });
        });
      });
    });
  }

  #write(
    seen: SeenReign,
    value: string,
    { wasServed, warrant }: { readonly wasServed: boolean; readonly warrant: Warrant },
  ): void {
    const { store, afflictions } = this.#world;
    if (afflictions.full.has(storePlace)) return;
    const write = { key: reignKey, value, expected: seen.revision, lease: null };
    if (store.compareAndSet(write).kind !== "written") return;
    this.audit.kept(seen, this.#world.presentReign(), wasServed);
    this.#world.note(toldOf(warrant));
  }

  /** As a lab sees it: the region that the reign names runs a primary, clients are sent there, and enough standbys are there to confirm. */
  #isServing({ reign }: SeenReign): boolean {
    const world = this.#world;
    const { active, phase, epoch } = reign;
    const { members, confirmations } = wantedSyncSet(reign);
    const confirming = members.filter(
      (region) => world.isRunning(region) && world.memberOf(region).isStreaming,
    );
    const isThere = world.isRunning(active) && world.memberOf(active).isPrimary;
    return phase === "steady" && world.edge.epoch === epoch && isThere && confirming.length >= confirmations;
  }
}

function toldOf(warrant: Warrant): string {
  if (warrant.kind === "held") return "automatic failover is held";
  return `automatic failover is armed until ${(warrant.until ?? Number.NaN) - wallStartMs}`;
}
