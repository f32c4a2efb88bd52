import { readFile } from "node:fs/promises";
import { type ProcessIdentity, processesWithCwd } from "../src/adapters/processes/identity.ts";

/**
 * The daemon and the parts of the lab in `root`, found without its state file: processes that stand in its folder and run one of
 * the lab's own command lines. Whoever else stands there, such as a shell, is left alone.
 */
export async function straysOf(root: string): Promise<readonly ProcessIdentity[]> {
  const found = await Promise.all(
    processesWithCwd(root).map(async (identity) => ((await isOfLab(identity)) ? [identity] : [])),
  );
  return found.flat();
}

async function isOfLab({ pid }: ProcessIdentity): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const [, , group, command] = text.split("\0");
  return group === "lab" && (command === "daemon" || command === "process");
}
