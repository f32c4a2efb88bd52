import type { Command } from "commander";
import { labDirDefault } from "../runtime/lab-command.ts";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";
import type { DrillOptions } from "./drill-run.ts";
import { withPrometheus } from "./prometheus-options.ts";

/** `holdfast drill`: a recovery plan carried out for real, under load. */
export function registerDrill(program: Command, context: Context): void {
  const drill = program.command("drill").description("carry out a recovery plan for real, under load");
  leadWithExamples(drill, [
    ["holdfast lab up --detach", "the platform that the drill breaks"],
    ["holdfast drill run region-loss", "lose its active region, and see whether the objectives hold"],
  ]);
  const run = drill
    .command("run")
    .description("run a drill against the lab that runs")
    .argument("<drill>", "the drill's name, as declared")
    .option("--workspace <folder>", "where it is declared; when not given, that of the lab")
    .option("--dir <dir>", "the lab's folder", labDirDefault)
    .option("--out <dir>", "where summary, reports and evidence go", "holdfast-drill");
  withPrometheus(run)
    .option(...jsonOption)
    .action(
      context.run(async (name: string, options: DrillOptions) =>
        (await import("./drill-run.ts")).runDeclaredDrill(name, options, context),
      ),
    );
}
