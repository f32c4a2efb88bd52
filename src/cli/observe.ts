import { type Command, Option } from "commander";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";
import type { DashboardsOptions } from "./observe-dashboards.ts";
import type { OwnRulesOptions } from "./observe-rules.ts";

/** `holdfast observe`: what watches Holdfast itself. */
export function registerObserve(program: Command, { run, shell, parts }: Context): void {
  const observe = program
    .command("observe")
    .description("watch Holdfast itself: alerts for Prometheus, dashboards for Grafana");
  leadWithExamples(observe, [
    ["holdfast observe rules --out holdfast-rules.yaml", "write the alerts on Holdfast itself"],
    ["holdfast observe dashboards --out dashboards", "write the dashboards, to be imported"],
  ]);
  observe
    .command("rules")
    .description("make the rules of Prometheus by which Holdfast itself is guarded")
    .option("--out <file>", "write them to this file; left out: to standard output")
    .option("--operator", "as a PrometheusRule resource for the Prometheus operator")
    .addOption(
      new Option("--pace <pace>", "how soon somebody is called: in a lab, in a twelfth of the time")
        .choices(["platform", "lab"])
        .default("platform"),
    )
    .option("--recovery <time>", "the RTO by which a failover is slow", "60 s")
    .option("--proof <time>", "the age at which a drill proves nothing any more", "30 d")
    .option("--runbooks <page>", "the page with a section for each alert; this manual's unless given")
    .option("--grafana <url>", "where Grafana is, to which alerts link", "")
    .option(...jsonOption)
    .action(
      run(async (options: OwnRulesOptions) =>
        (await import("./observe-rules.ts")).makeOwnRules(options, { shell, parts }),
      ),
    );
  observe
    .command("dashboards")
    .argument("[name]", "of the one to print: failover, slo or llm")
    .description("make dashboards of Grafana: who leads and serves, objectives, language models")
    .option("--out <folder>", "write each to a file of its own in this folder")
    .option("--runtime <name>", "under whose names the language model is watched", "vllm")
    .option("--generation <version>", "from which on its names are so; left out: the newest")
    .option(...jsonOption)
    .action(
      run(async (name: string | undefined, options: DashboardsOptions) =>
        (await import("./observe-dashboards.ts")).makeDashboards(name, options, { shell, parts }),
      ),
    );
}
