import { parseArgs } from "node:util";

export const failoverParts = ["kill", "freeze", "load"] as const;
export type FailoverPart = (typeof failoverParts)[number];

const benches = ["failover", "simulation", "cli"] as const;

export interface Options {
  readonly bench: (typeof benches)[number];
  /** How often each thing is measured. */
  readonly runs: number;
  /** Of the failover bench. */
  readonly parts: readonly FailoverPart[];
  readonly loadMinutes: number;
  readonly seeds: number;
  readonly isJson: boolean;
}

export const usage = `npm run bench -- failover [--runs N] [--only kill|freeze|load] [--load-minutes N] [--json]
npm run bench -- simulation [--seeds N] [--json]
npm run bench -- cli [--runs N] [--json]

  --runs N          how often each thing is measured (default 20)
  --only PART       that part of the failover bench alone
  --load-minutes N  how long all cores are kept busy without a fault (default 10)
  --seeds N         how many schedules of 10 s are simulated (default 2000)
  --json            print data for programs

Exit status: 0 every target met, 2 one missed, 1 not measured, 130 interrupted.
`;

/** @returns `null` when the arguments make no sense */
export function optionsOf(args: readonly string[]): Options | null {
  const read = readArgs(args);
  const bench = benches.find((name) => name === read?.positionals[0]);
  if (read === null || bench === undefined || read.positionals.length > 1) return null;
  const { only, json, ...numbers } = read.values;
  const options = {
    bench,
    runs: Number(numbers.runs),
    parts: failoverParts.filter((part) => only === undefined || only === part),
    loadMinutes: Number(numbers["load-minutes"]),
    seeds: Number(numbers.seeds),
    isJson: json,
  };
  const isSound = isCount(options.runs) && isCount(options.seeds) && options.loadMinutes > 0;
  return isSound && options.parts.length > 0 ? options : null;
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "20" },
        only: { type: "string" },
        "load-minutes": { type: "string", default: "10" },
        seeds: { type: "string", default: "2000" },
        json: { type: "boolean", default: false },
      },
    });
  } catch {
    // An option that nobody knows, or one without its value.
    return null;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
