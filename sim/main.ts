import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";
import { simulate } from "./simulate.ts";

const usage = `npm run sim -- [--seeds N] [--from N] [--bug NAME] [--trace]

  --seeds N    how many schedules of 10 s to run (default 2000)
  --from N     the first seed (default 1)
  --bug NAME   plant a mistake, to see it found: ${Object.keys(plantedBugs).join(", ")}
  --trace      print what happened in each schedule that broke a promise

SIM_SEED=N replays one schedule and prints what happened in it.
`;

interface Request {
  readonly from: number;
  readonly count: number;
  readonly bugs: ReadonlySet<PlantedBug>;
  readonly isTraced: boolean;
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function countOf(text: string | undefined, fallback: number): number | null {
  if (text === undefined) return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : null;
}

function requestOf(args: readonly string[]): Request | null {
  const only = process.env["SIM_SEED"];
  const from = countOf(only ?? valueOf(args, "--from"), 1);
  const count = only === undefined ? countOf(valueOf(args, "--seeds"), 2_000) : 1;
  const bug = valueOf(args, "--bug");
  if (from === null || count === null || (bug !== undefined && !(bug in plantedBugs))) return null;
  return {
    from,
    count,
    bugs: new Set(bug === undefined ? [] : [bug as PlantedBug]),
    isTraced: only !== undefined || args.includes("--trace"),
  };
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

const request = process.argv.includes("--help") ? null : requestOf(process.argv.slice(2));
if (request === null) process.stdout.write(usage);
process.exitCode = request === null ? 1 : run(request);
