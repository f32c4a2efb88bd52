import { Option } from "commander";
import { budgetedActions } from "../core/model/error-budget-policy.ts";
import { jsonOption, leadWithExamples, type Register } from "./context.ts";
import type { GateOptions } from "./gate-slo.ts";
import { withPrometheus } from "./prometheus-options.ts";

/** `holdfast gate`: whether something may be done now, told by the exit status, for pipelines. */
export const registerGate: Register = (program, { run, shell, parts }) => {
  const gate = program
    .command("gate")
    .description("say whether something may be done now; exit status 2: it may not");
  leadWithExamples(gate, [
    ["holdfast gate slo platform", "may be deployed, by the error budget?"],
    ["holdfast gate slo platform --for drill", "may a drill be run?"],
  ]);
  const slo = gate
    .command("slo")
    .argument("<workspace>", "the folder with your manifests, an ErrorBudgetPolicy among them")
    .description("ask the error budget policy of a workspace");
  withPrometheus(slo)
    .addOption(new Option("--for <action>", "what is to be done").choices(budgetedActions).default("deploy"))
    .option("--policy <name>", "which policy; left out: all of them, and each must allow it")
    .option(...jsonOption)
    .action(
      run(async (workspace: string, options: GateOptions) =>
        (await import("./gate-slo.ts")).askBudgetGate(workspace, options, { shell, parts }),
      ),
    );
};
