import { readFile } from "node:fs/promises";
import { type ProcessIdentity, processesWithCwd } from "../src/adapters/processes/identity.ts";
import { isWatcher } from "./prometheus/watchers.ts";
import { isVoter } from "./store/voters.ts";

export interface Strays {
  readonly daemons: readonly ProcessIdentity[];
  readonly parts: readonly ProcessIdentity[];
}

/**
 * The daemon and the parts of the lab in `root`, found without its state file: processes that stand in its folder and run one of
 * the lab's own command lines, watch it, or are voters of its store. Whoever else stands there, such as a shell, is left alone.
 */
export async function straysOf(root: string): Promise<Strays> {
  const found = await Promise.all(
    processesWithCwd(root).map(async (identity) => ({ identity, command: await commandOf(identity) })),
  );
  const running = (command: string): readonly ProcessIdentity[] =>
    found.filter((each) => each.command === command).map(({ identity }) => identity);
  return { daemons: running("daemon"), parts: running("process") };
}

/** Which of the lab's commands a process runs; nothing when it runs something else. */
async function commandOf({ pid }: ProcessIdentity): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const words = text.split("\0");
  if (isWatcher(words) || isVoter(words)) return "process";
  const [, , group, command] = words;
  return group === "lab" ? (command ?? "") : "";
}
