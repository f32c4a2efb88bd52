import { estimatesOf } from "../core/availability/simulation/estimate.ts";
import { merged, type SimulationPart } from "../core/availability/simulation/part.ts";
import { platformSubject } from "../core/availability/simulation/platform-subject.ts";
import { simulate } from "../core/availability/simulation/simulation.ts";
import type { Subject } from "../core/availability/simulation/subject.ts";
import type { Model } from "../core/model/model.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { switchoverTimes } from "../core/recovery/switchover.ts";
import type { Ratio } from "../core/units/units.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { detectionDefaults } from "../runtime/foresee-settings.ts";
import { confidenceOf, type EffortOptions, effortOf, shardOf } from "./simulate-options.ts";
import { estimatesText } from "./simulate-text.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface MergeOptions extends JsonOption {
  readonly out?: string;
  readonly confidence: string;
}

export interface RunOptions extends MergeOptions, EffortOptions {
  readonly shard: string;
}

type Around = Pick<Context, "shell" | "parts">;

export async function runCommand(folder: string, options: RunOptions, around: Around): Promise<ExitStatus> {
  const { shell } = around;
  const format = formatOf(options);
  const effort = effortOf(options);
  const shard = shardOf(options.shard);
  const confidence = confidenceOf(options.confidence);
  const wrong = [effort, shard, confidence].flatMap((each) => (each.ok ? [] : each.problems));
  const [first, ...others] = wrong;
  if (first !== undefined) return fail(shell, [first, ...others], format);
  if (!effort.ok || !shard.ok || !confidence.ok) return 1;
  const opened = await openWorkspace(folder, format, around);
  if (opened.kind === "refused") return opened.status;
  const part = simulate(subjectOf(opened.workspace.model), effort.value, shard.value);
  if (!part.ok) return fail(shell, part.problems, format);
  return told(part.value, { options, confidence: confidence.value, around });
}

export async function mergeCommand(
  files: readonly string[],
  options: MergeOptions,
  around: Around,
): Promise<ExitStatus> {
  const { shell, parts } = around;
  const format = formatOf(options);
  const confidence = confidenceOf(options.confidence);
  if (!confidence.ok) return fail(shell, confidence.problems, format);
  const read = await Promise.all(files.map((file) => parts.readSimulationPart(file, shell.cwd)));
  const [first, ...others] = read.flatMap((each) => (each.ok ? [] : each.problems));
  if (first !== undefined) return fail(shell, [first, ...others], format);
  const sum = merged(read.flatMap((each) => (each.ok ? [each.value] : [])));
  if (!sum.ok) return fail(shell, sum.problems, format);
  return told(sum.value, { options, confidence: confidence.value, around });
}

interface Telling {
  readonly options: MergeOptions;
  readonly confidence: Ratio;
  readonly around: Around;
}

/** A shard alone answers another question than the whole: it is written, and told as what it is. */
async function told(part: SimulationPart, telling: Telling): Promise<ExitStatus> {
  const { options, around } = telling;
  const { shell, parts } = around;
  const format = formatOf(options);
  const { out } = options;
  const written = out === undefined ? null : await parts.writeSimulationPart(out, shell.cwd, part);
  if (written !== null && !written.ok) {
    fail(shell, written.problems, format);
    // What was reckoned for long is told to people though it could not be kept.
    if (format === "text") tell(part, telling);
    return 1;
  }
  tell(part, telling);
  if (format === "text" && part.shards.count > 1 && out !== undefined)
    suggestNext(shell, [`holdfast simulate merge ${pathWord(out)} …`, "with the files of all shards"]);
  return 0;
}

function tell(part: SimulationPart, { options, confidence, around: { shell } }: Telling): void {
  const estimates = enough(part) ? estimatesOf(part, confidence) : [];
  if (formatOf(options) === "json") {
    const { effort, shards, events } = part;
    printJson(shell, { effort, shards, events, confidence, outputs: estimates });
  } else {
    shell.out(estimatesText({ part, estimates, confidence }, shell.output.columns));
  }
}

/** The spread of one replication is not known. */
function enough({ outputs }: SimulationPart): boolean {
  return outputs.every(({ moments }) => moments.count >= 2);
}

function subjectOf(model: Model): Subject {
  return platformSubject(model, switchoverTimes(model, detectionDefaults));
}
