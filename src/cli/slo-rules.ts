import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { Exposition } from "../core/slo/exposition.ts";
import type { RuleGroup } from "../core/slo/prometheus.ts";
import { instantMs } from "../core/units/units.ts";
import { briefProblem } from "./code-frame.ts";
import { type Context, formatOf } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, problemsAsTyped, suggestNext } from "./shell.ts";
import { openSlos, type Promises, type SloOptions, written } from "./slo-read.ts";

export interface RulesOptions extends SloOptions {
  readonly out?: string;
  readonly operator?: true;
  readonly metrics?: readonly string[];
  readonly inhibit?: true;
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
  if (options.inhibit === true) return makeInhibitRules(opened, options, context);
  const exposition = await expositionOf(options, context);
  if (!exposition.ok) return fail(shell, exposition.problems, formatOf(options));
  const groups = await groupsOf(opened);
  const objectives = objectivesOf(opened);
  const findings = problemsAsTyped(await findingsOf(opened, exposition.value), shell);
  if (formatOf(options) === "json") {
    printJson(shell, { ok: true, objectives, findings, groups: [...groups] });
    return 0;
  }
  const tally = { rules: 0 };
  for (const each of findings) shell.err(`warning ${briefProblem(each, shell.terminal.columns)}\n`);
  const refused = await written(options.out, await rulesTexts(tallied(groups, tally), options), context);
  if (refused !== null || options.out === undefined) return refused ?? 0;
  shell.out(`${options.out}: ${counted(tally.rules, "rule")} for ${counted(objectives, "objective")}\n`);
  suggestNext(shell, [`promtool check rules ${options.out}`, "let Prometheus's own tool look at them"]);
  return 0;
}

/** What the servers export, in answers that were saved; `null`: none were. */
async function expositionOf(
  { metrics }: RulesOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<Exposition | null>> {
  if (metrics === undefined) return { ok: true, value: null };
  const files = await parts.readTexts(metrics, shell.cwd, shell.signal);
  if (!files.ok) return files;
  const { readExposition } = await import("../core/slo/exposition.ts");
  return readExposition(files.value);
}

/** For Alertmanager: the alert of a fast burn rate keeps those of slower ones quiet. */
async function makeInhibitRules(
  promises: Promises,
  options: RulesOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  if (options.operator === true) return fail(shell, [inhibitForOperator], format);
  const { inhibitRules, inhibitRulesText } = await import("../core/slo/inhibition.ts");
  const rules = inhibitRules(promises);
  if (format === "json") {
    printJson(shell, { ok: true, inhibitRules: rules });
    return 0;
  }
  return (await written(options.out, [inhibitRulesText(rules)], context)) ?? 0;
}

const inhibitForOperator = {
  code: "cli/contradiction",
  what: "--inhibit and --operator exclude one another",
  where: null,
  why: "a PrometheusRule holds rules of Prometheus, and these are for Alertmanager",
  mend: "leave one of them out",
} as const;

async function findingsOf(
  { slos, composites }: Promises,
  exposition: Exposition | null,
): Promise<readonly Problem[]> {
  const { compositeFindings, sloFindings } = await import("../core/slo/findings.ts");
  const { endingRules } = await import("../core/slo/outdated.ts");
  return [
    ...slos.flatMap((slo) => sloFindings(slo, exposition)),
    ...composites.flatMap((composite) => compositeFindings(composite, exposition)),
    ...endingRules([...slos, ...composites], instantMs(Date.now())),
  ];
}

function objectivesOf({ slos, composites }: Promises): number {
  const all = [...slos.map((slo) => slo.objectives), ...composites.map(({ components }) => components)];
  return all.reduce((sum, each) => sum + each.length, 0);
}

/** Made one after the other, as they are asked for. */
async function groupsOf({ slos, composites }: Promises): Promise<Iterable<RuleGroup>> {
  const { ruleGroups } = await import("../core/slo/rules.ts");
  const { compositeGroups } = await import("../core/slo/composite.ts");
  return (function* () {
    for (const slo of slos) yield* ruleGroups(slo);
    for (const composite of composites) yield* compositeGroups(composite);
  })();
}

/** Counts their rules as they pass. */
function* tallied(groups: Iterable<RuleGroup>, tally: { rules: number }): Generator<RuleGroup> {
  for (const group of groups) {
    tally.rules += group.rules.length;
    yield group;
  }
}

async function rulesTexts(
  groups: Iterable<RuleGroup>,
  { operator }: RulesOptions,
): Promise<Iterable<string>> {
  const { ruleFileTexts, ruleResourceTexts } = await import("../core/slo/rule-text.ts");
  return operator === true ? ruleResourceTexts("holdfast-slos", groups) : ruleFileTexts(groups);
}
