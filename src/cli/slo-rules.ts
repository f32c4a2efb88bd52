import type { RuleGroup } from "../core/slo/prometheus.ts";
import { type Context, formatOf } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";
import { openSlos, type SloOptions, written } from "./slo-read.ts";

export interface RulesOptions extends SloOptions {
  readonly out?: string;
  readonly operator?: true;
}

/** Makes the rules that guard what OpenSLO documents promise, all of them or none. */
export async function makeRules(
  paths: readonly string[],
  options: RulesOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const opened = await openSlos(paths, options, context);
  if (opened.kind === "refused") return opened.status;
  const { ruleGroups } = await import("../core/slo/rules.ts");
  const { compositeGroups } = await import("../core/slo/composite.ts");
  const groups = [...opened.slos.flatMap(ruleGroups), ...opened.composites.flatMap(compositeGroups)];
  const ofComposites = opened.composites.reduce((sum, { components }) => sum + components.length, 0);
  const objectives = opened.slos.reduce((sum, slo) => sum + slo.objectives.length, ofComposites);
  if (formatOf(options) === "json") {
    printJson(shell, { ok: true, objectives, groups });
    return 0;
  }
  const refused = await written(options.out, await rulesText(groups, options), context);
  if (refused !== null || options.out === undefined) return refused ?? 0;
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  shell.out(`${options.out}: ${counted(rules, "rule")} for ${counted(objectives, "objective")}\n`);
  suggestNext(shell, [`promtool check rules ${options.out}`, "let Prometheus's own tool look at them"]);
  return 0;
}

async function rulesText(groups: readonly RuleGroup[], { operator }: RulesOptions): Promise<string> {
  const { ruleFileText, ruleResourceText } = await import("../core/slo/rule-text.ts");
  return operator === true ? ruleResourceText("holdfast-slos", groups) : ruleFileText(groups);
}
