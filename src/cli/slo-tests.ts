import { dirname, relative } from "node:path";
import { type Context, formatOf } from "./context.ts";
import { counted, wrapped } from "./layout.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";
import { openSlos, type SloOptions, written } from "./slo-read.ts";

export interface TestsOptions extends SloOptions {
  readonly out?: string;
  readonly rules: string;
}

/** Makes tests of the rules for `promtool test rules`, whose answers come from arithmetic of their own. */
export async function makeTests(
  paths: readonly string[],
  options: TestsOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const opened = await openSlos(paths, options, context);
  if (opened.kind === "refused") return opened.status;
  const { ruleTests } = await import("../core/slo/rule-tests.ts");
  const parts = opened.composites.flatMap(({ components }) => components.map(({ slo }) => slo));
  const made = [...opened.slos, ...parts].map((slo) => ({ slo: slo.name, ...ruleTests(slo) }));
  const tests = made.flatMap((each) => (each.kind === "tests" ? each.tests : []));
  const untried = made.flatMap((each) =>
    each.kind === "none" ? [{ slo: each.slo, because: each.because }] : [],
  );
  if (formatOf(options) === "json") {
    printJson(shell, { ok: true, tests, untried });
    return 0;
  }
  const { ruleTestText } = await import("../core/slo/rule-test-text.ts");
  const { ruleGroups } = await import("../core/slo/rules.ts");
  const groups = [...opened.slos, ...parts].flatMap(ruleGroups).map(({ name }) => name);
  const rules = options.out === undefined ? options.rules : relative(dirname(options.out), options.rules);
  const refused = await written(options.out, [ruleTestText(rules, tests, groups)], context);
  const { columns } = shell.terminal;
  for (const { slo, because } of untried)
    shell.err(`${wrapped(`no tests for ${slo}: ${because}`, { columns, indent: 0 })}\n`);
  if (refused !== null || options.out === undefined) return refused ?? 0;
  shell.out(
    `${options.out}: ${counted(tests.length, "test")} for ${counted(made.length - untried.length, "SLO")}\n`,
  );
  suggestNext(shell, [`promtool test rules ${options.out}`, "see the rules stand them"]);
  return 0;
}
