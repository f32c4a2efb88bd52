import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { the } from "../core/model/model.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { LabVerbs, StartedLab } from "../runtime/lab.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { DrillProgress } from "./drill-progress.ts";
import { carryOut } from "./drill-run.ts";
import {
  leaveNoEmptyFolder,
  openOutcomeFolder,
  type OutcomeFolder,
  putEarlierAside,
} from "./outcome-folder.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, type Shell } from "./shell.ts";
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
  const out = await openOutcomeFolder(resolve(shell.cwd, options.out));
  if (!out.ok) return fail(shell, out.problems, format);
  const lab = await parts.lab();
  const root = await mkdtemp(join(tmpdir(), "holdfast-demo-"));
  const platform: DemoPlatform = { root, out: out.value, leaves: options.keep === true ? "data" : "nothing" };
  const progress = new DrillProgress(shell);
  let isLetGo = false;
  try {
    const started = await startPlatform(platform, { lab, shell, progress });
    if (!started.ok) return shell.signal.aborted ? 130 : fail(shell, started.problems, format);
    const drill = the(opened.workspace.model.drills, drillNames[options.scenario]);
    const status = await carryOut(
      { ...opened, drill, root, out: out.value, progress, format },
      { shell, parts },
    );
    isLetGo = platform.leaves === "data" && !shell.signal.aborted;
    if (isLetGo) await started.value.detach();
    return status;
  } finally {
    progress.end();
    await takeLeave(platform, { lab, shell, isLetGo });
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
  if (leaves === "nothing") await keepRecordOutside({ root, out });
  const onProgress = (text: string): void => {
    progress.step(text);
  };
  return lab.start({ root, ports: { sql: null, http: null }, leaves, onProgress }, shell.signal);
}

interface DemoPlatform {
  readonly root: string;
  readonly out: OutcomeFolder;
  readonly leaves: "data" | "nothing";
}

/** A platform that leaves nothing writes its record where it is to stay, so that no end, however sudden, takes it away. */
async function keepRecordOutside({ root, out }: Pick<DemoPlatform, "root" | "out">): Promise<void> {
  await putEarlierAside(out, new Date().toISOString());
  await mkdir(out.evidence);
  await symlink(out.evidence, join(root, "evidence"));
}

async function endPlatform({ root, out, leaves }: DemoPlatform, lab: LabVerbs): Promise<void> {
  await lab.stop(root);
  if (leaves === "data") return;
  await lab.remove(root);
  // Controllers that were killed have left the locks of their logs.
  for (const name of await readdir(out.evidence, { recursive: true }).catch(() => [])) {
    if (name.includes("writer.lock")) await rm(join(out.evidence, name), { force: true });
  }
}

/** Ends the platform unless it was let go, and says what is still there where somebody might look for it. */
async function takeLeave(
  platform: DemoPlatform,
  { lab, shell, isLetGo }: { readonly lab: LabVerbs; readonly shell: Shell; readonly isLetGo: boolean },
): Promise<void> {
  const { root, out, leaves } = platform;
  if (isLetGo) {
    shell.err(`The platform runs on in ${root}; end it with: holdfast lab down --dir ${root}\n`);
    return;
  }
  await endPlatform(platform, lab);
  await leaveNoEmptyFolder(out);
  const logs = await readdir(out.evidence).catch(() => []);
  const record = logs.length === 0 ? "" : `; the record of what was done stays in ${out.evidence}`;
  const kept = leaves === "nothing" ? record : `; its data and its record stay in ${root}`;
  if (shell.signal.aborted) shell.err(`\nInterrupted. The platform has ended${kept}\n`);
}
