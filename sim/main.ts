import { countedText } from "../src/core/units/shown.ts";
import { type Coverage, emptyCoverage } from "./coverage.ts";
import { coverageText } from "./coverage-text.ts";
import { optionsOf, type Request, usage } from "./options.ts";
import { performed } from "./scenario.ts";
import { seedsOf } from "./shards.ts";
import { shrunk } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";
import { storyOf } from "./story.ts";

const promisesBroken = 2;

function run(request: Request): number {
  const started = performance.now();
  const coverage = emptyCoverage();
  const sums = { schedules: 0, broken: 0, failovers: 0, acknowledged: 0 };
  for (const seed of seedsOf(request.seeds, request.shard)) {
    const outcome = simulate(seed, { bugs: request.bugs, coverage });
    const isBroken = outcome.violations.length > 0;
    sums.schedules += 1;
    sums.failovers += outcome.work.failovers;
    sums.acknowledged += outcome.work.acknowledged;
    if (isBroken) sums.broken += 1;
    if (isBroken || request.isOne) tell(outcome, request);
    if (isBroken && request.isShrunk) {
      tellSmallest(outcome, request);
      break;
    }
  }
  if (sums.schedules === 0) {
    process.stderr.write("no seed falls into this part: ask for more seeds, or for fewer parts\n");
    return 1;
  }
  const elapsedSeconds = (performance.now() - started) / 1_000;
  tellWanted(coverage, sums.broken, request);
  process.stdout.write(
    `${countedText(sums.schedules, "schedule")}, ${countedText(sums.failovers, "failover")}, ` +
      `${countedText(sums.acknowledged, "acknowledged write")}, ${(sums.schedules / elapsedSeconds).toFixed(0)} schedules/s on one core; ${sums.broken} broke a promise\n`,
  );
  return sums.broken === 0 ? 0 : promisesBroken;
}

function tell({ seed, violations, trace }: Outcome, { isTraced }: Request): void {
  const told = new Set<string>();
  for (const { invariant, what, atMs } of violations) {
    if (!told.has(what))
      process.stdout.write(`SIM_SEED=${seed} at ${atMs} ms, invariant ${invariant}: ${what}\n`);
    told.add(what);
  }
  if (isTraced) process.stdout.write(`${trace.join("\n")}\n`);
}

function tellSmallest({ violations, played }: Outcome, { bugs }: Request): void {
  const [first] = violations;
  if (first === undefined) return;
  const { schedule, breaks, tries } = shrunk(played, first.invariant, bugs);
  process.stdout.write(
    `\n# ${played.faults.length} faults, of which ${schedule.faults.length} still break invariant ${breaks} ` +
      `(${tries} schedules tried). Kept in sim/scenarios, it is tried with every change.\n` +
      `${performed(storyOf(schedule, bugs))}\n\n`,
  );
}

/** What was asked for besides the sums. */
function tellWanted(coverage: Coverage, broken: number, { isCovered, isShrunk }: Request): void {
  if (isCovered) process.stdout.write(`${coverageText(coverage)}\n`);
  if (isShrunk && broken === 0)
    process.stdout.write("no schedule broke a promise, so there is none to shrink\n");
}

function main(args: readonly string[]): number {
  let request: Request | "help";
  try {
    request = optionsOf(args, process.env["SIM_SEED"]);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\`npm run sim -- --help\` tells what can be asked\n`);
    return 1;
  }
  if (request !== "help") return run(request);
  process.stdout.write(usage);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
