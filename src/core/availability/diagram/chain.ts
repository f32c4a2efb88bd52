import type { Edge, GateKind } from "../preprocess/and-graph.ts";
import { terminalLevel } from "./diagram.ts";
import type { FrozenDiagram } from "./frozen.ts";

/** The diagram of one `and` or `xor` of variables, each read once: input i stands at level i. `sign` 1 negates the whole. */
export function chain(
  kind: Exclude<GateKind, "at-least">,
  inputs: readonly Edge[],
  sign: number,
): FrozenDiagram {
  const size = inputs.length + 1;
  const levels = new Int32Array(size);
  const lows = new Int32Array(size);
  const highs = new Int32Array(size);
  levels[0] = terminalLevel;
  let below = kind === "and" ? 0 : 1;
  for (let node = 1; node < size; node += 1) {
    const level = inputs.length - node;
    const negated = (inputs[level] as Edge) & 1;
    const other = kind === "and" ? 1 : below ^ 1;
    const [low, high] = (kind === "and") === (negated === 1) ? [below, other] : [other, below];
    levels[node] = level;
    lows[node] = low ^ (high & 1);
    highs[node] = high & ~1;
    below = 2 * node + (high & 1);
  }
  return { levels, lows, highs, top: below ^ sign };
}
