import { type Diagram, type DiagramEdge } from "./diagram.ts";

/** A finished diagram: what its top reads and nothing else. Edges are as in `Diagram`, nodes stand after their children. */
export interface FrozenDiagram {
  /** Of each node the level of its variable; node 0 is the constant true. */
  readonly levels: Int32Array;
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  readonly top: DiagramEdge;
}

export function frozen(diagram: Diagram, top: DiagramEdge): FrozenDiagram {
  const { levels, lows, highs } = diagram;
  const numbers = new Int32Array((top >> 1) + 1);
  numbers[top >> 1] = 1;
  for (let node = top >> 1; node > 0; node -= 1) {
    if (numbers[node] === 0) continue;
    numbers[(lows[node] as number) >> 1] = 1;
    numbers[(highs[node] as number) >> 1] = 1;
  }
  numbers[0] = 0;
  let size = 1;
  for (let node = 1; node < numbers.length; node += 1) if (numbers[node] === 1) numbers[node] = size++;
  const made = { levels: new Int32Array(size), lows: new Int32Array(size), highs: new Int32Array(size) };
  made.levels[0] = levels[0] as number;
  const edgeOf = (edge: DiagramEdge): DiagramEdge => 2 * (numbers[edge >> 1] as number) + (edge & 1);
  for (let node = 1; node < numbers.length; node += 1) {
    const number = numbers[node] as number;
    if (number === 0) continue;
    made.levels[number] = levels[node] as number;
    made.lows[number] = edgeOf(lows[node] as number);
    made.highs[number] = edgeOf(highs[node] as number);
  }
  return { ...made, top: edgeOf(top) };
}
