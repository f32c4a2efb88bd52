import { dirname, basename, resolve } from "node:path";
import { type ForeseenPlan, foreseen } from "../core/plan/foreseen.ts";
import type { Model } from "../core/model/model.ts";
import { type SavedPlan, savedPlan } from "../core/plan/saved.ts";
import { sectionsOf } from "../core/plan/sections.ts";
import { seenLines, seenTitle, type SeenWorld } from "../core/plan/seen-world.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { type Context, formatOf } from "./context.ts";
import { part } from "./figure-text.ts";
import { ledBy, wrapped } from "./layout.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { lookNow } from "./look-now.ts";
import { dirWords, type ShowOptions, workspaceCommand } from "./plan-options.ts";
import { type PlanCase, planCase } from "./plan-case.ts";
import { type ExitStatus, fail, printJson, type Shell, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

/** `holdfast plan show`: all that one plan would do in one scenario. */
export async function showPlan(name: string, options: ShowOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const { model } = opened.workspace;
  const asked = { plan: name, scenario: options.scenario ?? null };
  const chosen = planCase(model, asked, options.workspace);
  if ("problem" in chosen) return fail(shell, [chosen.problem], format);
  const plan = foreseen(model, chosen, foreseeSettings(opened));
  const seen = await lookIfAsked(plan, options, context);
  // What was called off in the midst of it is not to be agreed to.
  if (shell.signal.aborted) return 130;
  const saved = savedPlan(plan, textDigest, seen);
  if (options.out !== undefined) {
    const written = await keep(options.out, `${JSON.stringify(saved, null, 2)}\n`, context);
    if (!written.ok) return fail(shell, written.problems, format);
  }
  if (format === "json") {
    printJson(shell, { hash: saved.hash, ...plan, ...(seen === null ? {} : { seen }) });
    return 0;
  }
  const partOf = wholesOf(model, plan.plan);
  shell.out(planText(saved, partOf, shell.output.columns));
  tellNext(shell, { chosen, options, others: chosen.others });
  return 0;
}

/** `null`: nobody wants to know. */
async function lookIfAsked(
  { stages }: ForeseenPlan,
  options: ShowOptions,
  context: Context,
): Promise<SeenWorld | null> {
  if (options.look !== true) return null;
  const serving = options.dir === undefined ? "where-one-runs" : "asked";
  return lookNow(stages, { ...options, serving }, context);
}

function keep(
  out: string,
  text: string,
  { parts, shell }: Context,
): ReturnType<Context["parts"]["writeFolder"]> {
  const path = resolve(shell.cwd, out);
  return parts.writeFolder(
    { folder: dirname(path), cwd: shell.cwd, files: [{ path: basename(path), text }], existing: "overwrite" },
    shell.signal,
  );
}

/** Plans that carry it out as a part of themselves. */
function wholesOf({ plans }: Model, name: string): readonly string[] {
  return [...plans.values()].filter(({ parts }) => parts.includes(name)).map((plan) => plan.name);
}

/** As people read it: what is to be so behind its sign, every line within the terminal. */
function planText(
  { hash, foreseen: plan, seen }: SavedPlan,
  partOf: readonly string[],
  columns: number,
): string {
  const signed = /^[-+~=?] /;
  const lineText = (line: string): string => {
    const lead = signed.exec(line)?.[0] ?? "";
    return lead === ""
      ? wrapped(line, { columns, indent: 2 })
      : ledBy(`  ${lead}`, line.slice(lead.length), columns);
  };
  const alone =
    partOf.length === 0 ? "" : `, alone: it is a part of ${partOf.join(", ")}, which brings back the rest`;
  const head = wrapped(`plan ${plan.plan} in scenario ${plan.scenario}${alone}`, { columns, indent: 0 });
  const world = seen === null ? [] : [{ title: seenTitle, lines: seenLines(seen, plan.stages) }];
  const sections = [...sectionsOf(plan), ...world].map(({ title, lines }) =>
    part(title, lines.map(lineText)),
  );
  return `${head}\n${sections.join("")}\n${hash}\n`;
}

function tellNext(
  shell: Shell,
  {
    chosen,
    options,
    others,
  }: { readonly chosen: PlanCase; readonly options: ShowOptions; readonly others: readonly string[] },
): void {
  const [other] = others;
  const also =
    other === undefined
      ? []
      : [
          [
            workspaceCommand(`plan show ${chosen.plan} --scenario ${other}`, options.workspace),
            `another of the ${others.length + 1} that it covers`,
          ] as const,
        ];
  const { out } = options;
  const diff =
    out === undefined
      ? []
      : [
          [
            workspaceCommand(`plan diff ${pathWord(out)}${dirWords(options)}`, options.workspace),
            "what has changed since, another day",
          ] as const,
        ];
  suggestNext(shell, ...diff, ...also);
}
