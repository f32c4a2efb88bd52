import type { Command } from "commander";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";
import type { JobOptions } from "./simulate-job.ts";
import type { MergeOptions, RunOptions } from "./simulate-run.ts";

const confidenceOption = ["--confidence <share>", "how sure the intervals are", "0.95"] as const;

/** `holdfast simulate`: how often is it up, seen over many years that never were. */
export function registerSimulate(program: Command, { run, reckon, shell, parts }: Context): void {
  const simulate = program
    .command("simulate")
    .description("run a platform through thousands of years, event by event");
  leadWithExamples(simulate, [
    ["holdfast simulate run platform", "how often each journey is down, and for how long"],
    [
      "holdfast simulate run platform --shard 0/8 --out part-0.json",
      "an eighth of it, on one of eight machines",
    ],
    ["holdfast simulate merge part-*.json", "what all eight together have found"],
  ]);
  simulate
    .command("run", { isDefault: true })
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("simulate a workspace")
    .option("--seed <n>", "the same seed gives the same answer", "1")
    .option("--replications <n>", "independent runs, at least 2", "100")
    .option("--years <n>", "simulated years of each run", "100")
    .option("--shard <i/n>", "run this share of the runs alone, the first being 0", "0/1")
    .option("--out <FILE>", "write what was found, to be merged")
    .option(...confidenceOption)
    .option(...jsonOption)
    .action(
      reckon(async (folder: string, options: RunOptions) =>
        (await import("./simulate-run.ts")).runCommand(folder, options, { shell, parts }),
      ),
    );
  simulate
    .command("merge")
    .argument("<FILE...>", "what every shard has written")
    .description("add up all shards of a simulation")
    .option("--out <FILE>", "write the sum")
    .option(...confidenceOption)
    .option(...jsonOption)
    .action(
      reckon(async (files: readonly string[], options: MergeOptions) =>
        (await import("./simulate-run.ts")).mergeCommand(files, options, { shell, parts }),
      ),
    );
  simulate
    .command("job")
    .description("print a Kubernetes job that runs a simulation in shards")
    .requiredOption("--shards <n>", "on how many machines")
    .option("--image <NAME>", "the image that holds this program", "holdfast")
    .option("--claim <NAME>", "the volume claim that holds the workspace", "holdfast-workspace")
    .option("--seed <n>", "the same seed gives the same answer", "1")
    .option("--replications <n>", "independent runs, at least 2", "100")
    .option("--years <n>", "simulated years of each run", "100")
    .action(
      run(async (options: JobOptions) => (await import("./simulate-job.ts")).jobCommand(options, shell)),
    );
}
