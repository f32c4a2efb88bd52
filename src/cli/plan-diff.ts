import { differences, type PlanDifference, type SavedPlan } from "../core/plan/saved.ts";
import { type Context, formatOf } from "./context.ts";
import { part } from "./figure-text.ts";
import { ledBy } from "./layout.ts";
import { type PlanOptions, workspaceCommand } from "./plan-options.ts";
import { readSaved, todaysPlan } from "./saved-plan-file.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";

/** `holdfast plan diff`: whether a plan that was kept is what would be done today. */
export async function diffPlan(file: string, options: PlanOptions, context: Context): Promise<ExitStatus> {
  const saved = await readSaved(file, options, context);
  if (saved.kind === "refused") return saved.status;
  const now = await todaysPlan(saved.value, options, context);
  if (now.kind === "refused") return now.status;
  return tellDifferences({ saved: saved.value, now: now.value, options }, context);
}

/** A saved plan beside that of today. */
export interface Compared {
  readonly saved: SavedPlan;
  readonly now: SavedPlan;
  readonly options: PlanOptions;
}

/** Exit status 2: they are not the same. */
export function tellDifferences({ saved, now, options }: Compared, { shell }: Context): ExitStatus {
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
    shell.out("\nwhat differs is not among these lines; `plan show --json` tells all of it\n");
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
