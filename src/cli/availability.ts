import type { Command } from "commander";
import type { TreeOptions } from "./availability-tree.ts";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";

/** `holdfast availability`: how often is it up, by arithmetic. */
export function registerAvailability(program: Command, { reckon, shell, parts }: Context): void {
  const availability = program
    .command("availability")
    .description("say how often something is up, by exact arithmetic");
  leadWithExamples(availability, [
    ["holdfast availability tree tree.xml", "how likely the top of a fault tree is failed"],
    ["holdfast availability tree tree.xml --cut-sets", "and what fails it"],
  ]);
  availability
    .command("tree")
    .argument("<file>", "a fault tree in the Open-PSA format")
    .description("solve a fault tree: the chance that its top is failed, and why")
    .option("--gate <name>", "which gate is asked for; left out: the one that no other reads")
    .option("--cut-sets", "count the minimal cut sets, and show the likeliest")
    .option("--top <n>", "how many cut sets and events are shown", "10")
    .option("--importance", "say how much each event matters")
    .option("--threads <n>", "threads that race orders of events; left out: as many as run at once")
    .option("--steps-max <n>", "work that one order of events may take; past it, bounds are told")
    .option(...jsonOption)
    .action(
      reckon(async (file: string, options: TreeOptions) =>
        (await import("./availability-tree.ts")).solveTree(file, options, { shell, parts }),
      ),
    );
}
