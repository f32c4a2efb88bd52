import type { Parsed } from "../../problem/problem.ts";
import { digestOf } from "./mixing.ts";
import type { Effort, Shard, SimulationPart } from "./part.ts";
import { replicate } from "./replications.ts";
import { systemOf } from "./simulated-system.ts";
import type { Subject } from "./subject.ts";

/**
 * Runs a shard of a simulation. What is told of it is made by `estimatesOf` from the part, or from all parts when they are merged.
 *
 * @returns every event of the subject that cannot be simulated
 */
export function simulate(subject: Subject, effort: Effort, shard: Shard): Parsed<SimulationPart> {
  const system = systemOf(subject);
  if (!system.ok) return system;
  const { events, outputs } = replicate(system.value, effort, shard);
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
