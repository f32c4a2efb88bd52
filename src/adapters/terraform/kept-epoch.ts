import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Epoch } from "../../core/plan/actuator.ts";
import type { TerraformWish } from "../../core/plan/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { unusableEpochFile } from "./problems.ts";

/** Gives a file a new text so that a loss of power leaves the old or the new, whole. Throws what the file system throws. */
export type ReplaceFile = (path: string, text: string) => Promise<void>;

const form = z.strictObject({ directory: z.string(), epoch: z.int().nonnegative() });

/** @returns the last epoch under which the folder was applied; `null`: it never was */
export async function keptEpoch({ epochFile, directory }: TerraformWish): Promise<Epoch | null | Problem> {
  try {
    const kept = form.safeParse(JSON.parse(await readFile(epochFile, "utf8")));
    if (!kept.success) return unusableEpochFile(epochFile, "it holds something else");
    return kept.data.directory === directory
      ? kept.data.epoch
      : unusableEpochFile(epochFile, `it is that of the folder ${kept.data.directory}`);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    return isAbsent ? null : unusableEpochFile(epochFile, String(cause));
  }
}

/** @returns `null` once it is kept */
export async function keepEpoch(
  { epochFile, directory }: TerraformWish,
  epoch: Epoch,
  replaceFile: ReplaceFile,
): Promise<Problem | null> {
  try {
    await replaceFile(epochFile, `${JSON.stringify({ directory, epoch })}\n`);
    return null;
  } catch (cause) {
    return unusableEpochFile(epochFile, String(cause));
  }
}
