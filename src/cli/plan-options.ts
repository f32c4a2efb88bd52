import { pathWord } from "../core/problem/shell-word.ts";
import type { JsonOption } from "./context.ts";

export interface PlanOptions extends JsonOption {
  readonly workspace: string;
}

export interface ShowOptions extends PlanOptions {
  readonly scenario?: string;
  readonly out?: string;
}

/** A command line about a workspace, to be copied into a shell. @param verb such as `plan show region-failover` */
export function workspaceCommand(verb: string, workspace: string): string {
  return workspace === "." ? `holdfast ${verb}` : `holdfast ${verb} --workspace ${pathWord(workspace)}`;
}
