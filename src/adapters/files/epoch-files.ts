import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { EpochFiles } from "../../core/plan/actuator.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { replaceFile } from "./replace-file.ts";

const form = z.strictObject({ of: z.string(), epoch: z.int().nonnegative() });

/** Epochs in files that a loss of power leaves whole. */
export const epochFiles: EpochFiles = {
  kept: async (file, of) => {
    try {
      const kept = form.safeParse(JSON.parse(await readFile(file, "utf8")));
      if (!kept.success) return unusable(file, of, "it holds something else");
      return kept.data.of === of ? kept.data.epoch : unusable(file, of, `it is that of ${kept.data.of}`);
    } catch (cause) {
      const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
      return isAbsent ? null : unusable(file, of, String(cause));
    }
  },
  keep: async (file, of, epoch) => {
    try {
      await replaceFile(file, `${JSON.stringify({ of, epoch })}\n`);
      return null;
    } catch (cause) {
      return unusable(file, of, String(cause));
    }
  },
};

function unusable(file: string, of: string, because: string): Problem {
  return {
    code: "plan/epoch-file",
    what: `the epoch of ${of} cannot be kept in ${file}: ${because}`,
    where: null,
    why: "Without the last epoch, an attempt that comes late could undo what a newer one has done.",
    mend: "name a file for this alone, in a folder that we may write; what it holds is written by us",
  };
}
