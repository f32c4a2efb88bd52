import { framedProblem } from "../src/cli/code-frame.ts";
import { type Parsed, unreachable } from "../src/core/problem/problem.ts";
import type { BenchOutput } from "./bench-output.ts";
import { benchCheck } from "./check.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchFaultTrees } from "./fault-trees.ts";
import { benchFailover } from "./failover.ts";
import { machineText, thisMachine } from "./machine.ts";
import { type Options, requestOf, usage } from "./options.ts";
import { benchPeers } from "./peers/peers.ts";
import { benchSimulate } from "./simulate.ts";
import { benchSimulation } from "./simulation.ts";
import { benchSlo } from "./slo.ts";

const interrupted = 130;
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

async function run(options: Options): Promise<Parsed<BenchOutput>> {
  switch (options.bench) {
    case "failover": {
      const { runs, parts, loadMinutes, peerRuns, system } = options;
      if (peerRuns !== null)
        return benchPeers({ runs, peerRuns, system, onProgress: tell }, interruption.signal);
      return benchFailover({ runs, parts, loadMinutes, onProgress: tell }, interruption.signal);
    }
    case "simulation":
      return { ok: true, value: benchSimulation(options.seeds) };
    case "simulate":
      return { ok: true, value: benchSimulate(options.runs) };
    case "cli":
      return { ok: true, value: benchCommandLine(options.runs) };
    case "check":
      return { ok: true, value: benchCheck(options.runs, tell) };
    case "slo":
      return { ok: true, value: await benchSlo(options.runs, tell, interruption.signal) };
    case "fault-trees": {
      const { runs, models, cpuSecondsMax } = options;
      return benchFaultTrees({ runs, models, cpuSecondsMax, onProgress: tell }, interruption.signal);
    }
    default:
      return unreachable(options.bench);
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

/** Where its messages go may be no terminal. */
const columns = 80;

async function main(): Promise<number> {
  const request = requestOf(process.argv.slice(2));
  if (request.kind === "wrong") {
    process.stderr.write(`${request.what}\n\n${usage}`);
    return 1;
  }
  if (request.kind === "help") {
    process.stdout.write(usage);
    return 0;
  }
  const { options } = request;
  const measured = await run(options);
  if (interruption.signal.aborted) return interrupted;
  if (!measured.ok) {
    for (const problem of measured.problems) tell(framedProblem(problem, () => null, columns));
    return 1;
  }
  print(measured.value, options.isJson);
  return measured.value.verdict === "met" ? 0 : 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  process.exitCode = interrupted;
}
