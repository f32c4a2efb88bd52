import type { FailureScope } from "../../model/model.ts";
import type { Literal } from "../fault-graph.ts";
import type { EventRun } from "../event-run.ts";
import type { RunsByZones } from "../graph-builder.ts";
import { alwaysFailing, type LongRun } from "../law.ts";
import type { RegionVariable } from "../preprocess/regions.ts";
import type { Conditioning } from "./conditioning.ts";
import { Elimination, type IsLast } from "./elimination.ts";
import { homesIn } from "./homes.ts";
import { lumped } from "./lumped.ts";
import {
  alwaysFailed,
  type Conditional,
  negated,
  neverFails,
  plain,
  type Signed,
  type Values,
} from "./room.ts";
import { hasFailed, type SharedPart } from "./shared-parts.ts";
import type { Cut, Step, Steps } from "./steps.ts";

/** What the tops of a platform come to while its events have these chances and frequencies. */
export class ConditionedRuns {
  readonly #of: Conditioning;
  readonly #runs: readonly EventRun[];
  readonly #elimination: Elimination;
  readonly #memory: Memory | null;
  /** By node of the graph: modules, as they are before anything is averaged. */
  readonly #known = new Map<number, Signed>();

  /**
   * @param runs by event
   * @param statesMax states that may be gone over for one gate, each counted once for each of its inputs
   */
  constructor(of: Conditioning, { runs, statesMax, memory }: RunsAsked) {
    this.#of = of;
    this.#memory = memory ?? null;
    this.#runs = runs;
    this.#elimination = memory?.elimination ?? new Elimination(of, runs, statesMax);
  }

  /** What a module came to, where it has been asked for. */
  known(node: number): Signed | undefined {
    return this.#known.get(node);
  }

  /** @returns `null` where what is shared may be in too many states */
  longRun(top: Literal): LongRun | null {
    const { edge, cut } = this.#of.questionOf(top);
    const mean = this.#meanOf(edge >> 1, cut);
    if (mean === null) return null;
    const { data, at } = mean.of;
    const [failed, works, perHour] = data.subarray(at, at + 3) as unknown as [number, number, number];
    const isNegated = mean.isNegated !== ((edge & 1) === 1);
    return {
      unavailability: isNegated ? works : failed,
      availability: isNegated ? failed : works,
      failuresPerHour: Number.isNaN(perHour) ? null : isNegated ? -perHour : perHour,
    };
  }

  #meanOf(node: number, cut: Cut): Signed | null {
    if (this.#isLeaf(node)) return this.#elimination.mean(plain(this.#leaf(node)));
    const steps = cut.stepsTo(node);
    if (!this.#readied(steps, cut)) return null;
    return this.#worked(
      steps,
      homesIn(steps, (leaf) => this.#leafValue(leaf).of),
    );
  }

  /** Works out what the steps read, deepest first, without recursion: chains of modules may be long. */
  #readied(steps: Steps, cut: Cut): boolean {
    const waiting = [...steps.leaves];
    for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
      if (this.#known.has(node)) {
        waiting.pop();
        continue;
      }
      const value =
        this.#memory?.recall(node) ??
        (this.#isLeaf(node) ? plain(this.#leaf(node)) : this.#module(cut.stepsTo(node), waiting));
      if (value === null) return false;
      if (value !== "waits") this.#keep(node, value);
    }
    return true;
  }

  #keep(node: number, value: Signed): void {
    this.#known.set(node, value);
    this.#memory?.keep?.(node, value);
  }

  #module(steps: Steps, waiting: number[]): Signed | "waits" | null {
    const missing = steps.leaves.filter((each) => !this.#known.has(each));
    if (missing.length === 0) return this.#worked(steps, null);
    waiting.push(...missing);
    return "waits";
  }

  #isLeaf(node: number): boolean {
    return this.#of.graph.inputsOf(node).length === 0;
  }

  #leafValue(node: number): Signed {
    return this.#known.get(node) as Signed;
  }

  #leaf(node: number): Conditional {
    const { graph, room, parts, shared } = this.#of;
    if (graph.kindOf(node) === "true") return room.constant(room.spaces.nothing, alwaysFailed);
    const event = graph.variableOf(node);
    const zones = shared.zones.get(event);
    if (zones !== undefined) return this.#given(parts.of([], zones), event);
    if (shared.wholes.has(event)) return this.#given(parts.of([event], []), event);
    const run = this.#runs[event] as EventRun;
    if ("zones" in run && run.zones.length > 0) return this.#byZones(run);
    return room.constant(room.spaces.nothing, valuesOf("zones" in run ? (run.runs[0] as LongRun) : run));
  }

  /** Of a region, only the zones that hold replicas tell states apart. */
  #byZones({ zones, runs }: RunsByZones): Conditional {
    const { parts, room, shared } = this.#of;
    const part = parts.of([], shared.zones.get(zones[0] as number) ?? []);
    const bits = zones.map((zone) => part.zones.indexOf(zone));
    const made = room.over(room.spaces.over([part]));
    for (const set of part.cases) {
      const own = bits.reduce((sum, bit, at) => sum + (((set >> bit) & 1) << at), 0);
      room.setAt(made, set, valuesOf(runs[own] as LongRun));
    }
    return lumped(this.#of, made);
  }

  #constant(isFailed: 0 | 1): Signed {
    const { room } = this.#of;
    return plain(room.constant(room.spaces.nothing, isFailed === 1 ? alwaysFailed : neverFails));
  }

  #given(part: SharedPart, event: number): Conditional {
    const { room } = this.#of;
    const made = room.over(room.spaces.over([part]));
    for (const ofCase of part.cases)
      room.setAt(made, ofCase, hasFailed(part, event, ofCase) ? alwaysFailed : neverFails);
    return lumped(this.#of, made);
  }

  /** @param homes which step reads each shared event last, where nothing else will be asked; `null`: others may read them */
  #worked({ modules, top }: Steps, homes: ReadonlyMap<number, number> | null): Signed | null {
    if (top.kind === "constant") return this.#constant(top.isFailed);
    const values: Signed[] = [];
    const read = ({ kind, index }: RegionVariable): Signed =>
      kind === "event" ? this.#leafValue(index) : (values[index] as Signed);
    for (const [index, step] of modules.entries()) {
      const isLast = homes === null ? null : (event: number) => (homes.get(event) ?? 0) <= index;
      const value = this.#step(step, read, isLast);
      if (value === null) return null;
      values.push("sign" in step && step.sign === 1 ? negated(value) : value);
    }
    const value = read(top.variable);
    return top.sign === 0 ? value : negated(value);
  }

  #step(step: Step, read: (variable: RegionVariable) => Signed, isLast: IsLast): Signed | null {
    if (step.kind === "all") return this.#elimination.all(this.#inputsOf(step, read), isLast);
    if (step.kind === "best") return this.#elimination.least(this.#designsLeft(step, read), isLast);
    const signs = step.kind === "count" ? step.signs : null;
    const inputs = step.variables.map((variable, at) =>
      signs?.[at] === 1 ? negated(read(variable)) : read(variable),
    );
    return this.#elimination.step(step, inputs, isLast);
  }

  #designsLeft(
    { variables, signs, ruledOut }: Extract<Step, { kind: "best" }>,
    read: (variable: RegionVariable) => Signed,
  ): readonly Signed[] {
    return variables.flatMap((variable, at) => {
      if (this.#runs[ruledOut[at] as number] === alwaysFailing) return [];
      return signs[at] === 1 ? negated(read(variable)) : read(variable);
    });
  }

  /** Of shared events of which a conjunction says that none has struck, it makes no difference which of them has. */
  #inputsOf(
    step: Extract<Step, { kind: "all" }>,
    read: (variable: RegionVariable) => Signed,
  ): readonly Signed[] {
    const inputs: Signed[] = [];
    const struck: number[] = [];
    for (const [at, variable] of step.variables.entries()) {
      const isNegated = step.signs[at] === 1;
      const event = isNegated ? this.#wholeAt(variable) : null;
      if (event !== null) struck.push(event);
      else inputs.push(isNegated ? negated(read(variable)) : read(variable));
    }
    return struck.length === 0 ? inputs : [...inputs, this.#anyOf(struck, inputs)];
  }

  /** The fate or region that a variable is; `null`: it is none. */
  #wholeAt({ kind, index }: RegionVariable): number | null {
    if (kind === "module" || !this.#isLeaf(index)) return null;
    const event = this.#of.graph.variableOf(index);
    return this.#of.shared.wholes.has(event) ? event : null;
  }

  /** That none of them has struck, in a part with the zones that stand beside them. */
  #anyOf(struck: readonly number[], beside: readonly Signed[]): Signed {
    const { shared, parts } = this.#of;
    const zonesBeside = new Set(beside.flatMap(({ of }) => of.space.parts.flatMap(({ zones }) => zones)));
    const [under = [], ...others] = struck
      .map((event) => shared.wholes.get(event) ?? [])
      .filter((zones) => zones.some((zone) => zonesBeside.has(zone)));
    const sorted = [...struck].sort((a, b) => a - b);
    const part = parts.of(sorted, others.length === 0 ? under : []);
    return { of: this.#given(part, sorted[0] as number), isNegated: true };
  }
}

function valuesOf({ unavailability, availability, failuresPerHour }: LongRun): Values {
  return { failed: unavailability, works: availability, perHour: failuresPerHour ?? Number.NaN };
}

export interface RunsAsked {
  readonly runs: readonly EventRun[];
  readonly statesMax: number;
  readonly memory?: Memory | null;
}

/** What is known of modules from other runs, whose events below them had the same chances. */
export interface Memory {
  readonly recall: (node: number) => Signed | undefined;
  readonly keep?: (node: number, value: Signed) => void;
  /** That of runs whose shared events have the same chances; left out: one of its own. */
  readonly elimination?: Elimination;
}

/** That of runs that differ in nothing but events of wider scopes than this. */
export function memoryWithin(scope: FailureScope, of: Conditioning, runs: ConditionedRuns): Memory {
  return { recall: (node) => (of.isWithin(node, scope) ? runs.known(node) : undefined) };
}
