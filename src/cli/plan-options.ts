import { pathWord } from "../core/problem/shell-word.ts";
import { labDirDefault } from "../runtime/lab-command.ts";
import type { JsonOption } from "./context.ts";

export interface PlanOptions extends JsonOption {
  readonly workspace: string;
}

/** Of a plan that was kept. */
export interface DiffOptions extends PlanOptions {
  /** The folder of the lab that is asked which region serves, where that was kept with the plan. */
  readonly dir?: string;
}

export interface ShowOptions extends DiffOptions {
  readonly scenario?: string;
  readonly out?: string;
  readonly look?: true;
}

/** How the lab is named that a command was given, behind the other words of a command line. */
export function dirWords({ dir = labDirDefault }: DiffOptions): string {
  return dir === labDirDefault ? "" : ` --dir ${pathWord(dir)}`;
}

/** A command line about a workspace, to be copied into a shell. @param verb such as `plan show region-failover` */
export function workspaceCommand(verb: string, workspace: string): string {
  return workspace === "." ? `holdfast ${verb}` : `holdfast ${verb} --workspace ${pathWord(workspace)}`;
}
