import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { the } from "../core/model/model.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { DrillProgress } from "./drill-progress.ts";
import { carryOut } from "./drill-run.ts";
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
  const lab = await parts.lab();
  const root = await mkdtemp(join(tmpdir(), "holdfast-demo-"));
  const progress = new DrillProgress(shell);
  progress.step("a platform is started: three regions, each with PostgreSQL and a language model");
  try {
    const started = await lab.start(
      {
        root,
        ports: { sql: null, http: null },
        onProgress: (text) => {
          progress.step(text);
        },
      },
      shell.signal,
    );
    if (!started.ok) return shell.signal.aborted ? 130 : fail(shell, started.problems, format);
    const drill = the(opened.workspace.model.drills, drillNames[options.scenario]);
    const status = await carryOut(
      { ...opened, drill, root, out: resolve(shell.cwd, options.out), progress, format },
      { shell, parts },
    );
    if (options.keep === true) {
      await started.value.detach();
      shell.err(`The platform runs on in ${root}; end it with: holdfast lab down --dir ${root}\n`);
    }
    return status;
  } finally {
    progress.end();
    if (options.keep !== true || shell.signal.aborted) {
      await lab.stop(root);
      await rm(root, { recursive: true, force: true });
    }
  }
}
