import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { the } from "../core/model/model.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { LabVerbs, OnLabProgress, StartedLab } from "../runtime/lab.ts";
import { shellWord } from "../core/problem/shell-word.ts";
import { labCommand } from "../runtime/lab-command.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { DrillProgress } from "./drill-progress.ts";
import { type Carried, carryOut, type DrillCase, restoreOf, verifyOf } from "./drill-run.ts";
import { openOutcomeFolder, type OutcomeFolder, putEarlierAside } from "./outcome-folder.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, type Next, problemsText, type Shell, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface DemoOptions extends JsonOption {
  readonly out: string;
  readonly keep?: true;
  readonly scenario: "kill" | "freeze";
}

const drillNames = { kill: "region-loss", freeze: "region-freeze" } as const;

/** Lab up, drill, report, lab down. Whatever happens in between, nothing is left running unless it was asked for. */
export async function runDemo(
  options: DemoOptions,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<ExitStatus> {
  const format = formatOf(options);
  const opened = await openWorkspace("", format, {
    shell,
    parts: { ...parts, readFolder: (_folder, _cwd, signal) => parts.readExample("lab", signal) },
  });
  if (opened.kind === "refused") return opened.status;
  const drill = the(opened.workspace.model.drills, drillNames[options.scenario]);
  const out = await openOutcomeFolder(options.out, shell.cwd, parts);
  if (!out.ok) return fail(shell, out.problems, format);
  try {
    const root = await newRoot(shell.cwd);
    if (!root.ok) return fail(shell, root.problems, format);
    const leaves = options.keep === true ? "data" : "nothing";
    const platform: DemoPlatform = { root: root.value, out: out.value, leaves };
    return await runOn(platform, { ...opened, drill, format }, { shell, parts });
  } finally {
    await out.value.close();
  }
}

async function runOn(
  platform: DemoPlatform,
  declared: Pick<DrillCase, "workspace" | "files" | "catalogue" | "drill" | "format">,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<ExitStatus> {
  const { root, out } = platform;
  const lab = await parts.lab();
  const progress = new DrillProgress(shell);
  let isLetGo = false;
  let hasLeft = false;
  let carried: Carried = { status: 130, outcome: null };
  try {
    const started = await startPlatform(platform, { lab, shell, progress });
    if (started.ok) {
      carried = await carryOut({ ...declared, root, out, progress }, { shell, parts });
      isLetGo = platform.leaves === "data" && !shell.signal.aborted;
      if (isLetGo) await started.value.detach();
    } else if (!shell.signal.aborted) {
      progress.pause("broken-off");
      carried = { status: fail(shell, started.problems, declared.format), outcome: null };
    }
  } finally {
    progress.pause("broken-off");
    if (!isLetGo) hasLeft = await takeLeave(platform, { lab, shell, progress, status: carried.status });
    progress.end("done");
  }
  if (isLetGo) shell.err(`\nThe platform runs on in ${root}\n`);
  const ways: readonly Next[] = isLetGo
    ? [...restoreOf(carried, root), [labCommand("down", root), "end the platform"]]
    : [];
  suggestNext(shell, ...ways, ...verifyOf(carried, out, shell));
  return isLetGo || hasLeft ? carried.status : 1;
}

/** A new folder for the platform, where this system keeps what is to go again. */
async function newRoot(cwd: string): Promise<Parsed<string>> {
  const parent = resolve(cwd, tmpdir());
  try {
    return { ok: true, value: await mkdtemp(join(parent, "holdfast-demo-")) };
  } catch (cause) {
    return { ok: false, problems: [noPlaceForPlatform(parent, cause)] };
  }
}

async function startPlatform(
  { root, out, leaves }: DemoPlatform,
  {
    lab,
    shell,
    progress,
  }: { readonly lab: LabVerbs; readonly shell: Shell; readonly progress: DrillProgress },
): Promise<Parsed<StartedLab>> {
  progress.step("three regions start, each with PostgreSQL and a language model");
  if (leaves === "nothing") {
    const kept = await keepRecordOutside({ root, out });
    if (!kept.ok) return kept;
    if (kept.value !== null) progress.note(`the outcome that was there before is in ${kept.value}`);
  }
  const onProgress: OnLabProgress = (text, kind) => {
    if (kind === "step") progress.step(text);
    else progress.note(text);
  };
  const ports = { sql: null, http: null };
  return lab.start(
    {
      root,
      ports,
      leaves,
      watchedBy: "nothing",
      coordinator: null,
      network: null,
      workspace: null,
      onProgress,
    },
    shell.signal,
  );
}

interface DemoPlatform {
  readonly root: string;
  readonly out: OutcomeFolder;
  readonly leaves: "data" | "nothing";
}

/**
 * A platform that leaves nothing writes its record where it is to stay, so that no end, however sudden, takes it away.
 *
 * @returns where an earlier outcome has been put; `null`: there was none
 */
async function keepRecordOutside({
  root,
  out,
}: Pick<DemoPlatform, "root" | "out">): Promise<Parsed<string | null>> {
  try {
    const aside = await putEarlierAside(out, new Date().toISOString());
    await mkdir(out.evidence);
    await symlink(out.evidence, join(root, "evidence"));
    return { ok: true, value: aside };
  } catch (cause) {
    return { ok: false, problems: [noPlaceForRecord(out, cause)] };
  }
}

/**
 * Ends the platform, and removes what it is not to leave. The data of one that does not end stays: it is in use. What the parts
 * of one that failed wrote about themselves stays too.
 */
async function endPlatform(
  { root, out, leaves }: DemoPlatform,
  { lab, hasFailed }: { readonly lab: LabVerbs; readonly hasFailed: boolean },
): Promise<Parsed<null>> {
  const stopped = await lab.stop(root, { keepLogs: hasFailed });
  if (!stopped.ok) return stopped;
  if (leaves === "data") return { ok: true, value: null };
  try {
    await lab.remove(root, { keepLogs: hasFailed });
    // Controllers that were killed have left the locks of their logs.
    for (const name of await readdir(out.evidence, { recursive: true }).catch(() => [])) {
      if (name.includes("writer.lock")) await rm(join(out.evidence, name), { force: true });
    }
    return { ok: true, value: null };
  } catch (cause) {
    return { ok: false, problems: [notRemoved(root, cause)] };
  }
}

interface Leave {
  readonly lab: LabVerbs;
  readonly shell: Shell;
  readonly progress: DrillProgress;
  /** What the demo came to. */
  readonly status: ExitStatus;
}

/**
 * Ends the platform, and says what is still there where somebody might look for it.
 *
 * @returns whether all is as it was asked for
 */
async function takeLeave(platform: DemoPlatform, { lab, shell, progress, status }: Leave): Promise<boolean> {
  const { root, out, leaves } = platform;
  progress.step("ending the platform");
  const hasFailed = status !== 0 && !shell.signal.aborted;
  const ended = await endPlatform(platform, { lab, hasFailed });
  progress.pause(ended.ok ? "done" : "broken-off");
  if (!ended.ok) {
    // On standard error in either format: what stands on standard output is one answer, and may be there already.
    shell.err(`\n${problemsText(shell, ended.problems)}\nWhat is left of the platform stays in ${root}\n`);
    return false;
  }
  const logs = await readdir(out.evidence).catch(() => []);
  const record = logs.length === 0 ? "" : `; the record of what was done stays in ${out.evidence}`;
  const kept = leaves === "nothing" ? record : `; its data and its record stay in ${root}`;
  if (shell.signal.aborted) shell.err(`\nInterrupted. The platform has ended${kept}\n`);
  else if (hasFailed) shell.err(`\nThe platform has ended; its logs stay in ${root}\n`);
  return true;
}

function noPlaceForPlatform(parent: string, cause: unknown): Problem {
  return {
    code: "demo/no-temporary-folder",
    what: `the platform cannot be put into ${parent}: ${textOf(cause)}`,
    where: null,
    why: "It keeps its data in a folder of its own while the demo lasts; nothing was started and nothing broken.",
    mend: "make room there, or name a folder that this user may write to: `TMPDIR=/var/tmp holdfast demo`",
  };
}

function noPlaceForRecord({ evidence }: OutcomeFolder, cause: unknown): Problem {
  return {
    code: "demo/record-has-no-place",
    what: `the record of the demo cannot be kept in ${evidence}: ${textOf(cause)}`,
    where: null,
    why: "A demo whose record has no place would prove nothing, so nothing was started and nothing broken.",
    mend: "make room for what is named above, or name another folder: --out for the record, TMPDIR for the platform",
  };
}

function notRemoved(root: string, cause: unknown): Problem {
  return {
    code: "demo/data-not-removed",
    what: `the platform has ended, and its data could not be removed: ${textOf(cause)}`,
    where: null,
    why: "A demo promises to leave nothing but its outcome.",
    mend: `remove it: \`rm -rf -- ${shellWord(root)}\``,
  };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
