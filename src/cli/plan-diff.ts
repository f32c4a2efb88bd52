import { foreseen } from "../core/plan/foreseen.ts";
import {
  differences,
  type PlanDifference,
  readSavedPlan,
  type SavedPlan,
  savedPlan,
} from "../core/plan/saved.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { type Context, formatOf } from "./context.ts";
import { part } from "./figure-text.ts";
import { ledBy } from "./layout.ts";
import { foreseeSettings, textDigest } from "./plan-foresee.ts";
import { type PlanOptions, workspaceCommand } from "./plan-options.ts";
import { planCase } from "./plan-case.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

/** `holdfast plan diff`: whether a plan that was kept is what would be done today. */
export async function diffPlan(file: string, options: PlanOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  const texts = await parts.readTexts([file], shell.cwd, shell.signal);
  if (!texts.ok) return fail(shell, texts.problems, format);
  const read = readSavedPlan(texts.value[0]?.text ?? "", textDigest);
  if (read.kind !== "plan") return fail(shell, [unreadable(file, read.kind)], format);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const { model } = opened.workspace;
  const chosen = planCase(model, read.plan.foreseen, options.workspace);
  if ("problem" in chosen) return fail(shell, [chosen.problem], format);
  const now = savedPlan(foreseen(model, chosen, foreseeSettings(opened)), textDigest);
  return tell({ saved: read.plan, now, options }, context);
}

interface Compared {
  readonly saved: SavedPlan;
  readonly now: SavedPlan;
  readonly options: PlanOptions;
}

function tell({ saved, now, options }: Compared, { shell }: Context): ExitStatus {
  const isSame = saved.hash === now.hash;
  const { plan, scenario } = now.foreseen;
  const changed = isSame ? [] : differences(saved.foreseen, now.foreseen);
  const status: ExitStatus = isSame ? 0 : 2;
  if (formatOf(options) === "json") {
    printJson(shell, { ok: isSame, plan, scenario, saved: saved.hash, now: now.hash, differences: changed });
    return status;
  }
  if (isSame) {
    shell.out(`plan ${plan} in scenario ${scenario} is as it was kept: ${now.hash}\n`);
    return status;
  }
  shell.out(`plan ${plan} in scenario ${scenario} is no longer what was kept\n`);
  shell.out(changed.map((each) => differenceText(each, shell.output.columns)).join(""));
  if (changed.length === 0)
    shell.out("\nits figures differ by less than is shown here; --json of `plan show` tells them\n");
  shell.out(`\nkept ${saved.hash}\nnow  ${now.hash}\n`);
  const again = `plan show ${plan} --scenario ${scenario}`;
  suggestNext(shell, [workspaceCommand(again, options.workspace), "the whole of it as it is now"]);
  return status;
}

function differenceText({ section, gone, added }: PlanDifference, columns: number): string {
  return part(section, [
    ...gone.map((line) => ledBy("  was: ", line, columns)),
    ...added.map((line) => ledBy("  now: ", line, columns)),
  ]);
}

function unreadable(file: string, kind: "other" | "changed"): Problem {
  if (kind === "other") {
    return {
      code: "plan/not-saved",
      what: `${pathWord(file)} is no plan that \`plan show --out\` kept`,
      where: null,
      why: "A plan is held against one that was kept whole, under a hash.",
      mend: "keep one with `holdfast plan show PLAN --out FILE`, and name that file",
    };
  }
  return {
    code: "plan/touched",
    what: `${pathWord(file)} is not what its hash says: it was changed after it was kept`,
    where: null,
    why: "Who agreed to a plan agreed to what has this hash.",
    mend: "take the file as it was kept, or keep the plan of today and have it agreed to anew",
  };
}
