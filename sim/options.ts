import { parseArgs } from "node:util";
import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";
import { readShard, type Shard, whole } from "./shards.ts";
import { isPlanted } from "./story.ts";

export const usage = `npm run sim -- [--seeds N] [--from N] [--shard i/n] [--bug NAME]
               [--shrink] [--coverage] [--trace]

  --seeds N    how many schedules of 10 s to run (default 2000)
  --from N     the first seed (default 1)
  --shard i/n  only the i-th of n parts of these seeds; all n parts have each
               seed once
  --shrink     end with the first schedule that breaks a promise, and tell the
               smallest one that still does as a story
  --coverage   tell how often each phase, transition, decision, goal and deed
               was seen
  --bug NAME   plant a mistake, to see it found; one of
${Object.keys(plantedBugs)
  .map((name) => `                 ${name}`)
  .join("\n")}
  --trace      print what happened in each schedule that broke a promise

SIM_SEED=N replays one schedule and prints what happened in it.
`;

export interface Request {
  readonly seeds: { readonly from: number; readonly count: number };
  readonly shard: Shard;
  readonly bugs: ReadonlySet<PlantedBug>;
  readonly isOne: boolean;
  readonly isTraced: boolean;
  readonly isShrunk: boolean;
  readonly isCovered: boolean;
}

const options = {
  seeds: { type: "string", default: "2000" },
  from: { type: "string", default: "1" },
  shard: { type: "string" },
  bug: { type: "string" },
  trace: { type: "boolean", default: false },
  shrink: { type: "boolean", default: false },
  coverage: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * @param only the one seed that is asked for, as the environment says it
 * @throws TypeError what is wrong with the arguments, as `parseArgs` says it
 */
export function optionsOf(args: readonly string[], only: string | undefined): Request | "help" {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return "help";
  const { bug, shard } = values;
  if (bug !== undefined && !isPlanted(bug)) throw new TypeError(`there is no planted bug "${bug}"`);
  if (only !== undefined && shard !== undefined)
    throw new TypeError("SIM_SEED asks for one schedule, and --shard for a part of many: leave one out");
  const seeds =
    only === undefined
      ? { from: countOf("--from", values.from), count: countOf("--seeds", values.seeds) }
      : { from: countOf("SIM_SEED", only), count: 1 };
  return {
    seeds,
    shard: shard === undefined ? whole : readShard(shard),
    bugs: new Set(bug === undefined ? [] : [bug]),
    isOne: only !== undefined,
    isTraced: only !== undefined || values.trace,
    isShrunk: values.shrink,
    isCovered: values.coverage,
  };
}

function countOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`${name} is "${text}", which is no whole number above 0`);
}
