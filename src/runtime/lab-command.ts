import { shellWord } from "../core/problem/shell-word.ts";

/** The lab's folder where none is named. */
export const labDirDefault = ".holdfast/lab";

/** A command line of the lab in `dir`, to be copied into a shell. @param verb such as `restore east` */
export function labCommand(verb: string, dir: string): string {
  return dir === labDirDefault ? `holdfast lab ${verb}` : `holdfast lab ${verb} --dir ${shellWord(dir)}`;
}
