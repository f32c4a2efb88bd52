import { Random } from "../sim/random.ts";

export interface TreeShape {
  readonly events: number;
  /** Share of the events that two gates read. */
  readonly shared: number;
  readonly seed: number;
}

/**
 * A random fault tree as an Open-PSA file: gates of three inputs or so, of which every tenth counts; some events and every tenth gate
 * are read by two gates. The same shape and seed give the same tree.
 */
export function syntheticTree(shape: TreeShape): string {
  const random = new Random(shape.seed);
  const places = leavesOf(shape, random);
  const count = Math.max(2, Math.round(places.length / 2));
  const inputs = Array.from({ length: count }, (): string[] => []);
  for (let gate = 1; gate < count; gate += 1) {
    // Every gate but the top is read by one that comes before it, so that there is no circle.
    const readers = random.chance(0.1) ? 2 : 1;
    for (let time = 0; time < readers; time += 1) {
      const reader = inputs[random.between(Math.max(0, gate / 4 - 2), gate) | 0] as string[];
      const text = `<gate name="g${gate}"/>`;
      if (!reader.includes(text)) reader.push(text);
    }
  }
  for (const event of places) placed(inputs, `<basic-event name="e${event}"/>`, random);
  return fileOf(shape, inputs, random);
}

/** Every event once, those that are shared twice, in any order. */
function leavesOf({ events, shared }: TreeShape, random: Random): number[] {
  const leaves = Array.from({ length: events }, (_, event) => event);
  const again = leaves.filter(() => random.chance(shared));
  const all = [...leaves, ...again];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [all[at], all[other]] = [all[other] as number, all[at] as number];
  }
  return all;
}

/** Into a gate that has fewer than two inputs while there is one, and else into any. */
function placed(inputs: readonly string[][], text: string, random: Random): void {
  const poor = inputs.filter((each) => each.length < 2 && !each.includes(text));
  const gate = random.pick(poor.length > 0 ? poor : inputs.filter((each) => !each.includes(text)));
  gate.push(text);
}

function fileOf({ events, shared, seed }: TreeShape, inputs: readonly string[][], random: Random): string {
  const gates = inputs.map((each, gate) => {
    const [open, close] = kindOf(each.length, random);
    return `<define-gate name="g${gate}">${open}${each.join("")}${close}</define-gate>`;
  });
  const data = Array.from({ length: events }, (_, event) => {
    const value = random.between(0.001, 0.05).toFixed(4);
    return `<define-basic-event name="e${event}"><float value="${value}"/></define-basic-event>`;
  });
  return [
    '<?xml version="1.0"?>',
    "<opsa-mef>",
    `<define-fault-tree name="synthetic-${events}-${Math.round(shared * 100)}-${seed}">`,
    ...gates,
    "</define-fault-tree>",
    "<model-data>",
    ...data,
    "</model-data>",
    "</opsa-mef>",
    "",
  ].join("\n");
}

function kindOf(count: number, random: Random): readonly [open: string, close: string] {
  if (count === 1) return ["", ""];
  if (count > 2 && random.chance(0.1))
    return [`<atleast min="${2 + random.below(count - 2)}">`, "</atleast>"];
  return random.chance(0.45) ? ["<and>", "</and>"] : ["<or>", "</or>"];
}
