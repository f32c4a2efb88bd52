import type { Command } from "commander";
import { type Context, jsonOption, type JsonOption, leadWithExamples, repeated } from "./context.ts";
import { withPrometheus } from "./prometheus-options.ts";
import type { FmtOptions } from "./slo-fmt.ts";
import type { ImportOptions } from "./slo-import.ts";
import type { LlmOptions } from "./slo-llm.ts";
import type { RulesOptions } from "./slo-rules.ts";
import type { StatusOptions } from "./slo-status.ts";
import type { TestsOptions } from "./slo-tests.ts";
import type { ValidateOptions } from "./slo-validate.ts";

/** `holdfast slo`: objectives as code, in the OpenSLO language. */
export function registerSlo(program: Command, context: Context): void {
  const { run, shell, parts } = context;
  const slo = program
    .command("slo")
    .description("service level objectives: OpenSLO in, Prometheus rules out");
  leadWithExamples(slo, [
    ["holdfast slo validate slos", "say what is wrong with OpenSLO documents"],
    ["holdfast slo fmt --write slos", "rewrite them in canonical form, with their comments"],
    ["holdfast slo rules slos --out rules.yaml", "write the rules of Prometheus that guard them"],
    ["holdfast slo status slos", "say how the objectives stand, asking Prometheus"],
    ["holdfast slo tests slos --out tests.yaml --rules rules.yaml", "write tests of those rules"],
  ]);
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
  slo
    .command("rules")
    .argument("<file...>", "files of OpenSLO documents, or folders of them")
    .description("make the rules of Prometheus that guard the objectives: error ratios, budgets and alerts")
    .option("--out <file>", "write them to this file; left out: to standard output")
    .option(
      "--metrics <file>",
      "hold bounds against what a server exports, saved from /metrics; repeatable",
      repeated,
    )
    .option(
      "--inhibit",
      "for Alertmanager instead: alerts of fast burn rates keep those of slower ones quiet",
    )
    .option("--operator", "as a PrometheusRule resource for the Prometheus operator")
    .option("--lenient", "read as the prose of OpenSLO allows")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: RulesOptions) =>
        (await import("./slo-rules.ts")).makeRules(files, options, { shell, parts }),
      ),
    );
  slo
    .command("tests")
    .argument("<file...>", "files of OpenSLO documents, or folders of them")
    .description("make tests of the rules for promtool, with answers from arithmetic of their own")
    .option("--out <file>", "write them to this file; left out: to standard output")
    .option("--rules <file>", "the file of rules that they try", "rules.yaml")
    .option("--lenient", "read as the prose of OpenSLO allows")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: TestsOptions) =>
        (await import("./slo-tests.ts")).makeTests(files, options, { shell, parts }),
      ),
    );
  registerFmt(slo, context);
  registerStatus(slo, context);
  registerJourneys(slo, context);
  registerLlm(slo, { run, shell });
  registerImport(slo, context);
}

function registerFmt(slo: Command, { run, shell, parts }: Context): void {
  slo
    .command("fmt")
    .argument("<file...>", "files of OpenSLO documents, or folders of them")
    .description("print OpenSLO documents with keys in the order of the specification, and comments kept")
    .option("--write", "rewrite the files that change, in place")
    .option("--check", "list the files that would change, write nothing, and answer 2 where there are any")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: FmtOptions) =>
        (await import("./slo-fmt.ts")).formatSlos(files, options, { shell, parts }),
      ),
    );
}

function registerStatus(slo: Command, { run, shell, parts }: Context): void {
  const status = slo
    .command("status")
    .argument("<file...>", "files of OpenSLO documents, or folders of them")
    .description(
      "say how objectives stand: attained, budget left, burn rates, when it runs out, and a forecast",
    );
  withPrometheus(status)
    .option("--probes <dir>", "the lab whose built-in probes are asked in place of a Prometheus")
    .option("--details <count>", "of how many objectives, the worst, all is told", "3")
    .option("--lenient", "read as the prose of OpenSLO allows")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: StatusOptions) =>
        (await import("./slo-status.ts")).showStatus(files, options, { shell, parts }),
      ),
    );
}

function registerJourneys(slo: Command, { run, shell, parts }: Context): void {
  slo
    .command("journeys")
    .argument("<workspace>", "the folder with your manifests")
    .description(
      "print the SLOs that availability objectives of journeys become by themselves, to be kept and changed",
    )
    .option(...jsonOption)
    .action(
      run(async (workspace: string, options: JsonOption) =>
        (await import("./slo-journeys.ts")).showJourneys(workspace, options, { shell, parts }),
      ),
    );
}

function registerLlm(slo: Command, { run, shell }: Pick<Context, "run" | "shell">): void {
  slo
    .command("llm")
    .description("print SLOs to start from for a served language model, or what each runtime exports")
    .option("--runtime <name>", "what serves it: vllm, tgi, triton, triton-vllm, litellm, envoy-ai-gateway")
    .option("--generation <version>", "from which on its names are so; left out: the newest")
    .option("--model <name>", "as the runtime names it, where it tells models apart")
    .option("--selector <labels>", "of the series that are meant, such as 'job=\"chat\"'")
    .option("--service <name>", "of the SLOs, which begins their names", "chat")
    .option("--list", "show under which names each runtime measures, with sources")
    .option(...jsonOption)
    .action(run(async (options: LlmOptions) => (await import("./slo-llm.ts")).llmSlos(options, { shell })));
}

function registerImport(slo: Command, { run, shell, parts }: Context): void {
  slo
    .command("import")
    .argument("<file...>", "files of Sloth or Pyrra, or folders of them")
    .description("translate SLOs of Sloth and Pyrra into OpenSLO, and say what of them gets lost")
    .option("--period <length>", "of SLOs that do not say their own, as Sloth's do not", "30d")
    .option(...jsonOption)
    .action(
      run(async (files: readonly string[], options: ImportOptions) =>
        (await import("./slo-import.ts")).importSlos(files, options, { shell, parts }),
      ),
    );
}
