import type { ForeseenPlan } from "../core/plan/foreseen.ts";
import type { Trust } from "../core/plan/trust.ts";
import type { TrustState } from "../core/plan/trust-state.ts";
import { type PaperPlan, trustedBy } from "../core/plan/trusted.ts";
import type { InstantMs } from "../core/units/units.ts";
import type { FolderRead, ProofsAtHand } from "../runtime/proofs-at-hand.ts";
import { printable } from "./evidence-text.ts";
import { ledBy, wrapped } from "./layout.ts";
import { doubtsIn, provenBy } from "./plan-evidence.ts";
import { trustFields, trustText } from "./trust-text.ts";

type PlanName = Pick<ForeseenPlan, "plan" | "scenario">;

/** How far plans are trusted, evaluated over and over, beside what was told of it last. */
export class StandingTrust {
  readonly #hand: ProofsAtHand;
  #trusts: ReadonlyMap<string, Trust> = new Map();
  #folders: readonly FolderRead[] = [];
  #told: ReadonlyMap<string, TrustState> = new Map();

  constructor(hand: ProofsAtHand) {
    this.#hand = hand;
  }

  /** Another text whenever the evidence is otherwise. */
  trace(signal: AbortSignal): Promise<string> {
    return this.#hand.trace(signal);
  }

  /** By what evidence holds now. @param now asked once it was read */
  async evaluate(plans: readonly PaperPlan[], now: () => InstantMs, signal: AbortSignal): Promise<void> {
    this.#folders = await this.#hand.read(signal);
    const proven = provenBy(this.#folders);
    const at = now();
    this.#trusts = new Map(plans.map((paper) => [keyOf(paper.plan), trustedBy(paper, proven, at)]));
  }

  /** When what the plans are trusted by is too old. */
  expiries(): readonly InstantMs[] {
    return [...this.#trusts.values()].flatMap(({ until }) => until ?? []);
  }

  /** What of it is worth telling anew. */
  standing(): unknown {
    const trusts = [...this.#trusts].map(([key, { state, because }]) => [key, state, because]);
    return [trusts, this.#folders.map(doubtsIn)];
  }

  /** What was told until now is what the next is held against. */
  told(): void {
    const states = [...this.#trusts].map(([key, { state }]) => [key, state] as const);
    this.#told = new Map([...this.#told, ...states]);
  }

  textOf(plan: PlanName): string {
    const trust = this.#trusts.get(keyOf(plan));
    return trust === undefined ? "" : trustText(trust, this.#told.get(keyOf(plan)) ?? null);
  }

  dataOf(plan: PlanName): Readonly<Record<string, unknown>> | null {
    const trust = this.#trusts.get(keyOf(plan));
    return trust === undefined
      ? null
      : { before: this.#told.get(keyOf(plan)) ?? null, ...trustFields(trust) };
  }

  evidenceLines(columns: number): string {
    return this.#folders
      .flatMap((read) => {
        const folder = printable(read.folder);
        const doubts = doubtsIn(read);
        if (doubts.length === 0) return [wrapped(`evidence in ${folder} holds`, { columns, indent: 0 })];
        return doubts.map((doubt) => ledBy("", `evidence in ${folder}: ${doubt}`, columns));
      })
      .map((line) => `${line}\n`)
      .join("");
  }

  evidenceData(): readonly unknown[] {
    return this.#folders.map((read) => {
      const because = doubtsIn(read);
      return { directory: read.folder, holds: because.length === 0, because };
    });
  }
}

function keyOf({ plan, scenario }: PlanName): string {
  return `${plan} in ${scenario}`;
}
