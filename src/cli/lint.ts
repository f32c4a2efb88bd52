import type { Rule } from "../core/lint/rule.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Problem } from "../core/problem/problem.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
  repeated,
} from "./context.ts";
import { countsText, findingsOf, findingsText, hasError } from "./findings.ts";
import { type ExitStatus, fail, printJson, problemsAsTyped, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

interface LintOptions extends JsonOption {
  readonly rule?: readonly string[];
}

export const registerLint: Register = (program, context) => {
  const command = program
    .command("lint")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say which known mistakes of design a workspace holds")
    .option("--rule <RULE>", "only this rule, by id or code; may be said again", repeated)
    .option(...jsonOption)
    .action(context.reckon((folder: string, options: LintOptions) => lintFolder(folder, options, context)));
  leadWithExamples(command, [
    ["holdfast lint platform", "every rule, on the manifests in the folder platform"],
    ["holdfast lint platform --rule HF030", "one rule alone"],
    ["holdfast explain rule HF030", "why it matters, how it is mended, what it rests on"],
  ]);
};

async function lintFolder(folder: string, options: LintOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const { rules, unknown } = await chosenRules(options.rule ?? []);
  const [first, ...others] = unknown;
  if (first !== undefined) return fail(shell, [first, ...others], format);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const { workspace, files } = opened;
  const findings = problemsAsTyped(await findingsOf(workspace, rules), shell);
  const status: ExitStatus = hasError(findings) ? 2 : 0;
  if (format === "json") {
    printJson(shell, { ok: status === 0, rules: rules.map(({ id }) => id), findings });
    return status;
  }
  const textOf = (path: string): string | null => files.find((file) => file.path === path)?.text ?? null;
  const verdict = `${status === 0 ? "fine" : "not fine"}: ${countsText(findings)}`;
  const text = `${findingsText(findings, textOf, shell.output.columns)}\n${verdict}\n`;
  shell.out(text.trimStart());
  const [worst] = findings;
  if (worst !== undefined) suggestNext(shell, [`holdfast explain rule ${worst.rule}`, "why this matters"]);
  return status;
}

interface Chosen {
  readonly rules: readonly Rule[];
  readonly unknown: readonly Problem[];
}

/** The rules of these ids and codes; every rule where none is named. */
async function chosenRules(names: readonly string[]): Promise<Chosen> {
  const { ruleNamed, rules } = await import("../core/lint/rules.ts");
  if (names.length === 0) return { rules, unknown: [] };
  const unknown = names.filter((name) => ruleNamed(name) === null);
  const known = rules.flatMap(({ id, code }) => [id, code]);
  return {
    rules: rules.filter((rule) => names.some((name) => ruleNamed(name) === rule)),
    unknown: unknown.map((name) => ({
      code: "lint/unknown-rule",
      what: `no rule is named "${name}"`,
      where: null,
      why: "a rule that is not there finds nothing, which looks as if nothing was wrong",
      mend: `${didYouMean(name, known)}\`holdfast explain rule\` lists them all`,
    })),
  };
}
