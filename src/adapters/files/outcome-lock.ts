import { join } from "node:path";
import type { Parsed } from "../../core/problem/problem.ts";
import { realDisk } from "./evidence-disk.ts";
import { lockFile } from "./evidence-reader.ts";
import { type Lock, takeLock } from "./writer-lock.ts";

/**
 * The right to be the one that writes an outcome into `folder`, or who has it.
 *
 * @throws what the disk throws
 */
export function lockOutcome(folder: string): Promise<Parsed<Lock>> {
  const guarded = {
    name: `the outcome folder ${folder}`,
    codes: {
      held: "drill/out-in-use",
      unreadable: "drill/out-lock-unreadable",
      contended: "drill/out-contended",
    },
    why: "Two outcomes in one folder would put each other's record aside while it is written.",
    otherwise: "name another folder with --out",
  } as const;
  return takeLock(join(folder, lockFile), guarded, realDisk);
}
