import { type Parsed, unreachable } from "../../problem/problem.ts";
import { runBiased } from "./failure-biasing.ts";
import { choose } from "./method.ts";
import { digestOf } from "./mixing.ts";
import type { Effort, Shard, SimulationPart } from "./part.ts";
import { replicate } from "./replications.ts";
import { runSplit } from "./splitting.ts";
import { systemOf } from "./simulated-system.ts";
import type { Subject } from "./subject.ts";

/**
 * Runs a shard of a simulation, each output by the method that suits it. What is told of it is made by `estimatesOf` from the part, or from all parts when they are merged.
 *
 * @returns every event of the subject that cannot be simulated
 */
export function simulate(subject: Subject, effort: Effort, shard: Shard): Parsed<SimulationPart> {
  const system = systemOf(subject);
  if (!system.ok) return system;
  const choices = choose(subject, system.value, effort);
  const isPlain = choices.some(({ method }) => method === "replications");
  const plain = isPlain ? replicate(system.value, effort, shard) : { events: 0, outputs: [] };
  let { events } = plain;
  const outputs = choices.flatMap((choice, at) => {
    switch (choice.method) {
      case "replications":
        return plain.outputs[at] ?? [];
      case "failure-biasing":
        return [runBiased(choice.ready, effort, shard)];
      case "splitting": {
        const split = runSplit(choice.ready, effort, shard);
        events += split.events;
        return [split.part];
      }
      default:
        return unreachable(choice);
    }
  });
  return {
    ok: true,
    value: {
      kind: "simulation-part",
      subjectDigest: digestOf(JSON.stringify(subject)),
      effort,
      shards: { count: shard.count, done: [shard.index] },
      events,
      outputs,
    },
  };
}
