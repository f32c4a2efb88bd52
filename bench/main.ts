import { parseArgs } from "node:util";
import { problemText } from "../src/cli/shell.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchOutput } from "./bench-output.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchFailover, failoverParts } from "./failover.ts";
import { machineText, thisMachine } from "./machine.ts";
import { benchSimulation } from "./simulation.ts";

const usage = `npm run bench -- failover [--runs N] [--only kill|freeze|load] [--load-minutes N] [--json]
npm run bench -- simulation [--seeds N] [--json]
npm run bench -- cli [--runs N] [--json]

  --runs N          how often each thing is measured (default 20)
  --only PART       that part of the failover bench alone
  --load-minutes N  how long all cores are kept busy without a fault (default 10)
  --seeds N         how many schedules of 10 s are simulated (default 2000)
  --json            print data for programs

Exit status: 0 every target met, 2 one missed, 1 not measured, 130 interrupted.
`;

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

interface Options {
  readonly bench: string;
  readonly runs: number;
  readonly only: string | undefined;
  readonly loadMinutes: number;
  readonly seeds: number;
  readonly isJson: boolean;
}

/** @returns `null` when the arguments make no sense */
function optionsOf(args: string[]): Options | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "20" },
        only: { type: "string" },
        "load-minutes": { type: "string", default: "10" },
        seeds: { type: "string", default: "2000" },
        json: { type: "boolean", default: false },
      },
    });
    const options = {
      bench: positionals[0] ?? "",
      runs: Number(values.runs),
      only: values.only,
      loadMinutes: Number(values["load-minutes"]),
      seeds: Number(values.seeds),
      isJson: values.json,
    };
    const { runs, seeds, loadMinutes } = options;
    const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
    return isCount(runs) && isCount(seeds) && loadMinutes > 0 ? options : null;
  } catch {
    return null;
  }
}

/** @returns `null` when there is no such bench */
async function run(options: Options): Promise<Parsed<BenchOutput> | null> {
  switch (options.bench) {
    case "failover": {
      const { only } = options;
      const parts = failoverParts.filter((part) => only === undefined || part === only);
      const { runs, loadMinutes } = options;
      return parts.length === 0
        ? null
        : benchFailover({ runs, parts, loadMinutes, onProgress: tell }, interruption.signal);
    }
    case "simulation":
      return { ok: true, value: benchSimulation(options.seeds) };
    case "cli":
      return { ok: true, value: benchCommandLine(options.runs) };
    default:
      return null;
  }
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(output: BenchOutput, isJson: boolean): void {
  const machine = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  const command = `npm run bench -- ${process.argv.slice(2).join(" ")}`;
  const text = isJson
    ? JSON.stringify({ formatVersion: 1, command, date, machine, ...output, text: undefined }, null, 2)
    : [`\`${command}\`, ${date}`, machineText(machine, output.tookPart), "", output.text].join("\n");
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const measured = options === null ? null : await run(options);
  if (options === null || measured === null) {
    process.stderr.write(usage);
    return 1;
  }
  if (!measured.ok) {
    for (const problem of measured.problems) tell(problemText(problem));
    return 1;
  }
  print(measured.value, options.isJson);
  return measured.value.verdict === "met" ? 0 : 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  process.exitCode = 130;
}
