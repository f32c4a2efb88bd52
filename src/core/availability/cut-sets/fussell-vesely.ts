import { modulesChances, nodeChances, readChances, type SolvedChances } from "../chance.ts";
import type { Chances } from "../chances.ts";
import { Diagram, type DiagramEdge } from "../diagram/diagram.ts";
import type { SolvedGraph } from "../solve.ts";
import type { CutSetModule, CutSets } from "./cut-sets.ts";

/**
 * Of each event, how likely some cut set that contains it has failed, as a share of the top's unavailability. (Tools disagree on
 * the name: others call the criticality "Fussell-Vesely".)
 *
 * @param graph coherent: what its cut sets come to is then the top itself
 * @returns `null` when the unions would take more work than `stepsMax`, or the top never fails
 */
export function fussellVeselyOf(
  { graph, cutSets }: { readonly graph: SolvedGraph; readonly cutSets: CutSets },
  events: Chances,
  stepsMax: number,
): readonly number[] | null {
  const { top } = cutSets;
  const shares = new Float64Array(graph.eventCount);
  if (top.kind !== "variable") return top.kind === "none" ? null : [...shares];
  const chances = modulesChances(graph, events);
  const factors = new Float64Array(graph.modules.length);
  if (top.variable.kind === "event") shares[top.variable.index] = 1;
  else factors[top.variable.index] = 1;
  for (let index = cutSets.modules.length - 1; index >= 0; index -= 1) {
    const module = cutSets.modules[index] as CutSetModule;
    if (factors[index] === 0) continue;
    const unions = unionsWith(module, chances, stepsMax);
    if (unions === null) return null;
    for (const [at, variable] of module.variables.entries()) {
      const into = variable.kind === "event" ? shares : factors;
      into[variable.index] = (factors[index] as number) * (unions[at] as number);
    }
  }
  return sharesOf(shares, { events, chances, top: top.variable });
}

function sharesOf(
  shares: Float64Array,
  {
    events,
    chances,
    top,
  }: { events: Chances; chances: SolvedChances; top: { kind: "event" | "module"; index: number } },
): readonly number[] | null {
  const whole = readChances(chances, [top]).failed[0] as number;
  if (whole === 0) return null;
  return Array.from(shares, (share, event) => ((events.failed[event] as number) * share) / whole);
}

/** By level: how likely some cut set with this variable has failed, the variable itself being failed. */
function unionsWith(module: CutSetModule, chances: SolvedChances, stepsMax: number): Float64Array | null {
  const { families, variables } = module;
  const diagram = new Diagram(stepsMax, families.size);
  const whole = unionOf(module, diagram, null);
  const tops = variables.map((_, level) => unionOf(module, diagram, { level, whole })[module.top] ?? 1);
  if (diagram.isExhausted) return null;
  const { levels, lows, highs, size } = diagram;
  const part = { levels: levels.subarray(0, size), lows, highs, top: 0 };
  const { failed, works } = nodeChances(part, readChances(chances, variables));
  return Float64Array.from(tops, (edge) => ((edge & 1) === 0 ? failed : works)[edge >> 1] as number);
}

/** Of each family, that one of its sets has failed; with `only`, one that has the variable of that level, that variable aside. */
function unionOf(
  { families }: CutSetModule,
  diagram: Diagram,
  only: { readonly level: number; readonly whole: Int32Array } | null,
): Int32Array {
  const { levels, lows, highs, size } = families;
  const made = new Int32Array(size);
  made[0] = isFalse;
  made[1] = only === null ? isTrue : isFalse;
  for (let node = 2; node < size && !diagram.isExhausted; node += 1) {
    const level = levels[node] as number;
    if (only !== null && level >= only.level) {
      made[node] = level === only.level ? (only.whole[highs[node] as number] as number) : isFalse;
      continue;
    }
    const low = made[lows[node] as number] as DiagramEdge;
    const high = diagram.or(low, made[highs[node] as number] as DiagramEdge);
    made[node] = diagram.choice(diagram.variable(level), high, low);
  }
  return made;
}

const isTrue: DiagramEdge = 0;
const isFalse: DiagramEdge = 1;
