import { ownRules, usualSettings } from "../core/mixin/mixin.ts";
import type { Pace } from "../core/mixin/own-alert.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { ruleFileTexts, ruleResourceTexts } from "../core/slo/rule-text.ts";
import { durationText } from "../core/units/text.ts";
import type { Seconds } from "../core/units/units.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { written } from "./slo-read.ts";

export interface OwnRulesOptions extends JsonOption {
  readonly out?: string;
  readonly operator?: true;
  readonly pace: Pace;
  readonly recovery: string;
  readonly proof: string;
  readonly runbooks?: string;
  readonly grafana: string;
}

/** Makes the rules by which Holdfast itself is guarded. */
export async function makeOwnRules(
  options: OwnRulesOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const { pace, runbooks = usualSettings.runbooks, out } = options;
  const grafana = options.grafana.replace(/\/+$/, "");
  const recovery = timeOf("--recovery", options.recovery);
  if (!recovery.ok) return fail(shell, recovery.problems, formatOf(options));
  const proof = timeOf("--proof", options.proof);
  if (!proof.ok) return fail(shell, proof.problems, formatOf(options));
  const groups = ownRules({ pace, runbooks, grafana, recovery: recovery.value, proof: proof.value });
  if (formatOf(options) === "json") {
    printJson(shell, { ok: true, groups });
    return 0;
  }
  const texts = options.operator === true ? ruleResourceTexts("holdfast", groups) : ruleFileTexts(groups);
  const refused = await written(out, texts, context);
  if (refused !== null || out === undefined) return refused ?? 0;
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  shell.out(`${out}: ${counted(rules, "alert")}\n`);
  suggestNext(shell, [`promtool check rules ${out}`, "let Prometheus's own tool look at them"]);
  return 0;
}

function timeOf(option: string, text: string): Parsed<Seconds> {
  const read = durationText.read(text);
  if (read.ok && read.value > 0) return { ok: true, value: read.value };
  const because = read.ok ? "is no time at all" : read.because;
  return {
    ok: false,
    problems: [
      {
        code: "cli/bad-duration",
        what: `${option} is "${text}", which ${because}`,
        where: null,
        why: "An alert compares with it what was measured.",
        mend: `give a time such as "60 s", "5 min" or "30 d"`,
      },
    ],
  };
}
