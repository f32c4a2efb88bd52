import { differences, type PlanDifference, type SavedPlan, worldDifferences } from "../core/plan/saved.ts";
import { type Context, formatOf } from "./context.ts";
import { part } from "./figure-text.ts";
import { ledBy } from "./layout.ts";
import { type DiffOptions, dirWords, workspaceCommand } from "./plan-options.ts";
import { readSaved, todaysPlan } from "./saved-plan-file.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";

/** `holdfast plan diff`: whether a plan that was kept is what would be done today, and to a world that is as it was seen. */
export async function diffPlan(file: string, options: DiffOptions, context: Context): Promise<ExitStatus> {
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
  readonly options: DiffOptions;
}

/** Exit status 2: they are not the same. */
export function tellDifferences(compared: Compared, { shell }: Context): ExitStatus {
  const { saved, now, options } = compared;
  const isSame = saved.hash === now.hash;
  const { plan, scenario } = now.foreseen;
  const changed = isSame
    ? []
    : [...differences(saved.foreseen, now.foreseen), ...worldDifferences(saved, now)];
  const status: ExitStatus = isSame ? 0 : 2;
  if (formatOf(options) === "json") {
    printJson(shell, { ok: isSame, plan, scenario, saved: saved.hash, now: now.hash, differences: changed });
    return status;
  }
  const { columns } = shell.output;
  shell.out(`${ledBy("", verdictText(compared), columns)}\n`);
  if (isSame) return status;
  shell.out(changed.map((each) => differenceText(each, columns)).join(""));
  if (changed.length === 0)
    shell.out("\nwhat differs is not among these lines; `plan show --json` tells all of it\n");
  shell.out(`\nkept ${saved.hash}\nnow  ${now.hash}\n`);
  const look = saved.seen === null ? "" : ` --look${dirWords(options)}`;
  const again = `plan show ${plan} --scenario ${scenario}${look}`;
  suggestNext(shell, [workspaceCommand(again, options.workspace), "the whole of it as it is now"]);
  return status;
}

function verdictText({ saved, now }: Compared): string {
  const { plan, scenario } = now.foreseen;
  const which = `plan ${plan} in scenario ${scenario}`;
  if (saved.hash === now.hash) {
    const world = saved.seen === null ? "" : ", and so is all that it changes";
    return `${which} is as it was kept${world}: ${now.hash}`;
  }
  if (now.seen !== null) return `${which} is what was kept, and what it changes is no longer as it was seen`;
  const unlooked = saved.seen === null ? "" : "; what it changes was not looked at";
  return `${which} is no longer what was kept${unlooked}`;
}

function differenceText({ section, gone, added }: PlanDifference, columns: number): string {
  return part(section, [
    ...gone.map((line) => ledBy("  was: ", line, columns)),
    ...added.map((line) => ledBy("  now: ", line, columns)),
  ]);
}
