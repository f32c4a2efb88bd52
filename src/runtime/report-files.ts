import { availableParallelism, cpus, totalmem } from "node:os";
import { join, relative, sep } from "node:path";
import type { Model } from "../core/model/model.ts";
import type { StrikeManner } from "./drill-fault.ts";
import type { Drill } from "../core/model/recovery-plan.ts";
import type { DrillContext } from "../core/report/drill-context.ts";
import { unreachable } from "../core/problem/problem.ts";
import type { DrillOutcome } from "./drill.ts";
import { pathWord } from "../core/problem/shell-word.ts";

export interface ReportedRun {
  readonly model: Model;
  readonly drill: Drill;
  readonly outcome: DrillOutcome;
  readonly version: string;
  /** Where the report stands, and whoever reads it types commands from. */
  readonly folder: string;
  readonly cwd: string;
}

const modelLabel = "demo model, synthetic text";

/** What a drill's report must say besides its figures. */
export function reportContext({ drill, outcome, version, folder, cwd }: ReportedRun): DrillContext {
  const { region, how } = outcome.fault;
  const { log, size, root } = outcome.head;
  return {
    question: `Would we survive losing region ${region}?`,
    fault: faultText(region, how, outcome.successor),
    successor: outcome.successor,
    objectiveSource: `journey ${drill.journey}, scope region`,
    moments: outcome.moments,
    evidence: {
      head: `${log} ${size} ${root}`,
      verifyCommand: `holdfast evidence verify ${typedPath(join(folder, "evidence"), cwd)} --head ${root}`,
    },
    environment: [
      { name: "Holdfast", value: version },
      { name: "Node", value: process.versions.node },
      {
        name: "Processor",
        value: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores`,
      },
      { name: "Memory", value: `${Math.round(totalmem() / 2 ** 30)} GiB` },
      { name: "System", value: `${process.platform} ${process.arch}` },
    ],
    modelLabel,
  };
}

/** A path as a word of a command that is typed in `cwd`: from there when it leads down, and else whole. */
export function typedPath(path: string, cwd: string): string {
  const way = relative(cwd, path);
  const isBelow = way !== ".." && !way.startsWith(`..${sep}`);
  return pathWord(isBelow ? way : path);
}

function faultText(region: string, how: StrikeManner, successor: string | null): string {
  const then = (text: string): string => (successor === null ? "; nobody took over" : text);
  switch (how) {
    case "lost":
      return `every process of region ${region} was killed at once${then("")}`;
    case "frozen":
      return `every process of region ${region} was frozen at once${then(", and thawed after another had taken over")}`;
    case "partitioned":
      return `region ${region} was cut off from everybody${then(", and reached again after another had taken over")}`;
    default:
      return unreachable(how);
  }
}
