import { shellWord } from "../core/problem/shell-word.ts";

/** The lab's folder where none is named. */
export const labDirDefault = ".holdfast/lab";

/** A command line of the lab in `dir`, to be copied into a shell. @param verb such as `restore east` */
export function labCommand(verb: string, dir: string): string {
  return inFolder(`holdfast lab ${verb}`, dir);
}

/** The same of what people ask of the failover. @param verb such as `run --to east` */
export function failoverCommand(verb: string, dir: string): string {
  return inFolder(`holdfast failover ${verb}`, dir);
}

/** The same of a drill on that lab. */
export function drillCommand(name: string, dir: string): string {
  return inFolder(`holdfast drill run ${shellWord(name)}`, dir);
}

function inFolder(command: string, dir: string): string {
  return dir === labDirDefault ? command : `${command} --dir ${shellWord(dir)}`;
}
