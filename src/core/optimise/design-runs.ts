import { ConditionedRuns, type Memory } from "../availability/conditioning/conditioned-runs.ts";
import { Conditioning } from "../availability/conditioning/conditioning.ts";
import { Elimination } from "../availability/conditioning/elimination.ts";
import type { Signed } from "../availability/conditioning/room.ts";
import type { EventRun } from "../availability/event-run.ts";
import type { Literal } from "../availability/fault-graph.ts";
import type { PlatformFaults } from "../availability/graph-builder.ts";
import { alwaysFailing, neverFailing } from "../availability/law.ts";
import type { Partial } from "./search.ts";

/** Whose design events stand below a node: those of one component, by its number, or of none, or of several. */
const ofNone = -1;
const ofSeveral = -2;

/** By component and design: the event that it is ruled out; `undefined` where no journey needs the component. */
export type RuledOut = readonly (readonly (number | undefined)[])[];

/** Unavailabilities of tops by design; `null`: what is shared may be in too many states. */
export type Answers = (picks: Partial) => ReadonlyMap<Literal, number | null>;

/**
 * What tops come to by design, given the states of what is shared: a module on which no design bears is worked out once, and one on
 * which the designs of one component bear once for each of them.
 */
export class DesignRuns {
  readonly #conditioning: Conditioning;
  readonly #tops: readonly Literal[];
  readonly #owners: Int32Array;
  readonly #ruledOut: RuledOut;
  readonly #statesMax: number;

  /** @param statesMax as of `ConditionedRuns` */
  constructor(
    faults: PlatformFaults,
    asked: {
      readonly tops: readonly Literal[];
      readonly ruledOut: RuledOut;
      readonly statesMax: number;
    },
  ) {
    this.#conditioning = new Conditioning(faults, [asked.tops], asked.statesMax);
    this.#tops = asked.tops;
    this.#ruledOut = asked.ruledOut;
    this.#statesMax = asked.statesMax;
    this.#owners = ownersIn(this.#conditioning.graph, asked.ruledOut);
  }

  /** @param runs of all events; those of the events that rule designs out are set by what is picked */
  answering(runs: readonly EventRun[]): Answers {
    const of = this.#conditioning;
    const known = new Map<number, Map<number | null, Signed>>();
    const elimination = new Elimination(of, runs, this.#statesMax);
    return (picks) => {
      const conditioned = new ConditionedRuns(of, {
        runs: this.#with(runs, picks),
        statesMax: this.#statesMax,
        memory: { ...this.#memory(picks, known), elimination },
      });
      return new Map(this.#tops.map((top) => [top, conditioned.longRun(top)?.unavailability ?? null]));
    };
  }

  #memory(picks: Partial, known: Map<number, Map<number | null, Signed>>): Memory {
    const pickAt = (node: number): number | null | undefined => {
      const owner = this.#owners[node] as number;
      if (owner === ofSeveral) return undefined;
      return owner === ofNone ? null : (picks[owner] ?? null);
    };
    return {
      recall: (node) => {
        const pick = pickAt(node);
        return pick === undefined ? undefined : known.get(node)?.get(pick);
      },
      keep: (node, value) => {
        const pick = pickAt(node);
        if (pick === undefined) return;
        const byPick = known.get(node) ?? new Map<number | null, Signed>();
        known.set(node, byPick.set(pick, value));
      },
    };
  }

  #with(runs: readonly EventRun[], picks: Partial): readonly EventRun[] {
    const designed = [...runs];
    for (const [component, designs] of this.#ruledOut.entries()) {
      const pick = picks[component] ?? null;
      for (const [design, event] of designs.entries())
        if (event !== undefined)
          designed[event] = pick !== null && pick !== design ? alwaysFailing : neverFailing;
    }
    return designed;
  }
}

function ownersIn(graph: Conditioning["graph"], ruledOut: RuledOut): Int32Array {
  const ownerOf = new Map(
    ruledOut.flatMap((designs, component) =>
      designs.flatMap((event) => (event === undefined ? [] : [[event, component] as const])),
    ),
  );
  const owners = new Int32Array(graph.size).fill(ofNone);
  for (let node = 1; node < graph.size; node += 1) {
    const inputs = graph.inputsOf(node);
    owners[node] =
      graph.kindOf(node) === "variable"
        ? (ownerOf.get(graph.variableOf(node)) ?? ofNone)
        : inputs.reduce((owner, edge) => both(owner, owners[edge >> 1] as number), ofNone);
  }
  return owners;
}

function both(one: number, other: number): number {
  if (one === ofNone || one === other) return other;
  return other === ofNone ? one : ofSeveral;
}
