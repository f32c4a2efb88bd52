import { type Command, Option } from "commander";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";
import type { DemoOptions } from "./demo-run.ts";

/** `holdfast demo`: the whole story in a minute. */
export function registerDemo(program: Command, context: Context): void {
  const demo = program
    .command("demo")
    .description("start a real platform here, lose its active region, and see it recover")
    .option("--out <dir>", "where summary, reports and evidence go", "holdfast-demo")
    .addOption(
      new Option("--scenario <how>", "what happens to the region")
        .choices(["kill", "freeze"])
        .default("kill"),
    )
    .option("--keep", "leave the platform running afterwards")
    .option(...jsonOption)
    .action(
      context.run(async (options: DemoOptions) => (await import("./demo-run.ts")).runDemo(options, context)),
    );
  leadWithExamples(demo, [
    ["holdfast demo", "everything in the active region is killed"],
    ["holdfast demo --scenario freeze", "it is frozen, and thaws when another one serves"],
  ]);
}
