import { parseArgs } from "node:util";
import { nearest } from "../src/core/problem/nearest.ts";

export const failoverParts = ["kill", "freeze", "load", "requests", "rest"] as const;
export type FailoverPart = (typeof failoverParts)[number];

const benches = ["failover", "simulation", "simulate", "cli", "check", "fault-trees", "slo"] as const;

export interface Options {
  readonly bench: (typeof benches)[number];
  /** How often each thing is measured. */
  readonly runs: number;
  /** Of the failover bench. */
  readonly parts: readonly FailoverPart[];
  readonly loadMinutes: number;
  /** Patroni is measured beside it, and every fault, so many times; `null`: it is not. */
  readonly peerRuns: number | null;
  /** Of those, the ones alone in whose name this stands. */
  readonly system: string;
  readonly seeds: number;
  /** Of the fault-tree bench: a folder of models, and the processor time that another program may use for one of them. */
  readonly models: string | null;
  readonly cpuSecondsMax: number;
  readonly isJson: boolean;
}

/** What a command line asks for. */
export type Request =
  | { readonly kind: "bench"; readonly options: Options }
  | { readonly kind: "help" }
  | Wrong;

interface Wrong {
  readonly kind: "wrong";
  /** What makes no sense, in words for whoever typed it. */
  readonly what: string;
}

export const usage = `npm run bench -- failover [--runs N] [--load-minutes N] [--json]
                          [--only kill|freeze|load|requests|rest]
npm run bench -- failover --peers [--runs N] [--peer-runs N]
                          [--system NAME] [--json]
npm run bench -- simulation [--seeds N] [--json]
npm run bench -- simulate [--runs N] [--json]
npm run bench -- cli|check|slo [--runs N] [--json]
npm run bench -- fault-trees [--models DIR] [--runs N] [--cpu-seconds N]
                             [--json]

  --runs N          how often each thing is measured (default 20)
  --only PART       that part of the failover bench alone
  --peers           every fault, of Holdfast and of Patroni, in place of these
                    parts; as root, who installs Patroni, etcd and HAProxy
  --peer-runs N     how often each fault of Patroni (default 3); with --peers a
                    trial that is not measured is made anew, until so many
                    are, or twice as many were made
  --system NAME     of these systems those alone in whose name this stands,
                    such as "asynchronous" or "Patroni, 20"
  --load-minutes N  how long all cores are kept busy without a fault
                    (default 10)
  --seeds N         how many schedules of 10 s are simulated (default 2000)
  --models DIR      fault trees in the Open-PSA format, measured besides
                    synthetic ones
  --cpu-seconds N   what SCRAM may use for one tree (default 60)
  --json            print data for programs

Exit status: 0 every target met, 2 one missed, 1 not measured, 130 interrupted.
`;

export function requestOf(args: readonly string[]): Request {
  const read = readArgs(args);
  if ("kind" in read) return read;
  if (read.values.help) return { kind: "help" };
  const [name, another] = read.positionals;
  const bench = benches.find((each) => each === name);
  if (bench === undefined) return wrong(name === undefined ? "no bench is named" : unknownBench(name));
  if (another !== undefined) return wrong(`one bench at a time: "${another}" is one more`);
  const { only, json, ...numbers } = read.values;
  const trouble = foreignIn(bench, read.values) ?? troubleWith(read.values);
  if (trouble !== null) return wrong(trouble);
  const options = {
    bench,
    runs: Number(numbers.runs),
    parts: failoverParts.filter((part) => only === undefined || only === part),
    loadMinutes: Number(numbers["load-minutes"]),
    peerRuns: numbers.peers ? Number(numbers["peer-runs"]) : null,
    system: read.values.system,
    seeds: Number(numbers.seeds),
    models: read.values.models ?? null,
    cpuSecondsMax: Number(numbers["cpu-seconds"]),
    isJson: json,
  };
  return { kind: "bench", options };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "20" },
        only: { type: "string" },
        peers: { type: "boolean", default: false },
        "peer-runs": { type: "string", default: "3" },
        system: { type: "string", default: "" },
        "load-minutes": { type: "string", default: "10" },
        seeds: { type: "string", default: "2000" },
        models: { type: "string" },
        "cpu-seconds": { type: "string", default: "60" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // An option that nobody knows, or one without its value.
    if (error instanceof TypeError) return wrong(error.message);
    throw error;
  }
}

function wrong(what: string): Wrong {
  return { kind: "wrong", what };
}

function unknownBench(name: string): string {
  const meant = nearest(name, benches);
  return `there is no bench "${name}"${meant === null ? "" : `: did you mean "${meant}"?`}`;
}

interface Values {
  readonly only?: string | undefined;
  readonly peers: boolean;
  readonly runs: string;
  readonly "peer-runs": string;
  readonly "load-minutes": string;
  readonly seeds: string;
  readonly "cpu-seconds": string;
}

/** What is asked of the failover bench alone, and of another one here; `null`: nothing. */
function foreignIn(bench: Options["bench"], { only, peers }: Values): string | null {
  if (bench === "failover")
    return only !== undefined && peers ? "--peers takes the place of parts: leave --only out" : null;
  if (only === undefined && !peers) return null;
  return `${only === undefined ? "--peers" : "--only"} is of the failover bench, and not of ${bench}`;
}

/** What is wrong with the values of options; `null`: nothing. */
function troubleWith(values: Values): string | null {
  const { only } = values;
  if (only !== undefined && !failoverParts.some((part) => part === only)) {
    return `--only is "${only}", which is no part: ${failoverParts.join(", ")}`;
  }
  for (const name of ["runs", "peer-runs", "seeds", "cpu-seconds"] as const) {
    if (!isCount(Number(values[name]))) {
      return `--${name} is "${values[name]}", which is no whole number above 0`;
    }
  }
  const minutes = values["load-minutes"];
  const isLength = Number.isFinite(Number(minutes)) && Number(minutes) > 0;
  return isLength ? null : `--load-minutes is "${minutes}", which is no number above 0`;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
