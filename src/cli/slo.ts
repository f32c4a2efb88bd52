import type { Command } from "commander";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";
import type { ValidateOptions } from "./slo-validate.ts";

/** `holdfast slo`: objectives as code, in the OpenSLO language. */
export function registerSlo(program: Command, { run, shell, parts }: Context): void {
  const slo = program
    .command("slo")
    .description("service level objectives: OpenSLO in, Prometheus rules out");
  leadWithExamples(slo, [["holdfast slo validate slos", "say what is wrong with OpenSLO documents"]]);
  slo
    .command("validate")
    .argument("<file...>", "files of OpenSLO documents, or folders of them")
    .description("say of each OpenSLO document whether it is valid, and where it is not")
    .option("--strict", "as the SDK of OpenSLO judges; so it is where nothing is said")
    .option("--lenient", "as the prose of OpenSLO allows, with a warning for what the SDK refuses")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: ValidateOptions) =>
        (await import("./slo-validate.ts")).validateSlos(files, options, { shell, parts }),
      ),
    );
}
