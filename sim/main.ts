import { parseArgs } from "node:util";
import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";
import { simulate } from "./simulate.ts";

const usage = `npm run sim -- [--seeds N] [--from N] [--bug NAME] [--trace]

  --seeds N    how many schedules of 10 s to run (default 2000)
  --from N     the first seed (default 1)
  --bug NAME   plant a mistake, to see it found; one of
${Object.keys(plantedBugs)
  .map((name) => `                 ${name}`)
  .join("\n")}
  --trace      print what happened in each schedule that broke a promise

SIM_SEED=N replays one schedule and prints what happened in it.
`;

interface Request {
  readonly from: number;
  readonly count: number;
  readonly bugs: ReadonlySet<PlantedBug>;
  readonly isTraced: boolean;
}

const options = {
  seeds: { type: "string", default: "2000" },
  from: { type: "string", default: "1" },
  bug: { type: "string" },
  trace: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @throws TypeError what is wrong with the arguments, as `parseArgs` says it */
function requestOf(args: readonly string[]): Request | "help" {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return "help";
  const only = process.env["SIM_SEED"];
  const { bug } = values;
  if (bug !== undefined && !isPlanted(bug)) throw new TypeError(`there is no planted bug "${bug}"`);
  return {
    from: countOf(only === undefined ? "--from" : "SIM_SEED", only ?? values.from),
    count: only === undefined ? countOf("--seeds", values.seeds) : 1,
    bugs: new Set(bug === undefined ? [] : [bug]),
    isTraced: only !== undefined || values.trace,
  };
}

function isPlanted(name: string): name is PlantedBug {
  return Object.hasOwn(plantedBugs, name);
}

function countOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`${name} is "${text}", which is no whole number above 0`);
}

function run(request: Request): number {
  const started = performance.now();
  let broken = 0;
  let failovers = 0;
  let acknowledged = 0;
  for (let seed = request.from; seed < request.from + request.count; seed += 1) {
    const outcome = simulate(seed, { bugs: request.bugs });
    failovers += outcome.work.failovers;
    acknowledged += outcome.work.acknowledged;
    if (outcome.violations.length > 0) broken += 1;
    if (outcome.violations.length > 0 || process.env["SIM_SEED"] !== undefined) {
      for (const { invariant, what, atMs } of outcome.violations) {
        process.stdout.write(`SIM_SEED=${seed} at ${atMs} ms, invariant ${invariant}: ${what}\n`);
      }
      if (request.isTraced) process.stdout.write(`${outcome.trace.join("\n")}\n`);
    }
  }
  const elapsedSeconds = (performance.now() - started) / 1_000;
  process.stdout.write(
    `${request.count} schedules, ${failovers} failovers, ${acknowledged} acknowledged writes, ` +
      `${(request.count / elapsedSeconds).toFixed(0)} schedules/s on one core; ${broken} broke a promise\n`,
  );
  return broken === 0 ? 0 : 2;
}

function main(args: readonly string[]): number {
  let request: Request | "help";
  try {
    request = requestOf(args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return 1;
  }
  if (request !== "help") return run(request);
  process.stdout.write(usage);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
