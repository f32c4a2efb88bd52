import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import type { SimulationPart } from "../../core/availability/simulation/part.ts";
import { variablesOf } from "../../core/availability/simulation/part.ts";
import type { Parsed } from "../../core/problem/problem.ts";
import { replaceFile } from "./replace-file.ts";
import { errorCode } from "./workspace.ts";

const formatVersion = 1;
const count = z.int().min(0);
const sum = z.string().regex(/^-?[0-9a-f]{1,2000}p-?\d{1,6}$/);

const lengths = z.strictObject({
  counts: z.array(z.tuple([z.int(), count])),
  squares: sum,
  longest: z.number().min(0),
  overRto: count,
});

const output = z
  .strictObject({
    name: z.string(),
    method: z.enum(["replications", "failure-biasing", "splitting"]),
    rtoSeconds: z.number().min(0).nullable(),
    moments: z.strictObject({ count, sums: z.array(sum), products: z.array(sum) }),
    lengths: lengths.nullable(),
  })
  .refine(({ method, moments }) => {
    const n = variablesOf(method);
    return moments.sums.length === n && moments.products.length === (n * (n + 1)) / 2;
  }, "moments of another method");

const part = z.strictObject({
  formatVersion: z.literal(formatVersion),
  kind: z.literal("simulation-part"),
  subjectDigest: z.string(),
  effort: z.strictObject({ seed: count, replications: count, years: z.number().positive() }),
  shards: z.strictObject({ count: z.int().min(1), done: z.array(count) }),
  events: count,
  outputs: z.array(output),
});

/** What a shard has written. @param file as the user named it, relative to `cwd` */
export async function readSimulationPart(file: string, cwd: string): Promise<Parsed<SimulationPart>> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    return refused(file, "cannot be read", errorCode(error));
  }
  const read = part.safeParse(jsonOf(text));
  if (!read.success) return refused(file, "is no part of a simulation", read.error.issues[0]?.message ?? "");
  const { kind, subjectDigest, effort, shards, events, outputs } = read.data;
  return { ok: true, value: { kind, subjectDigest, effort, shards, events, outputs } };
}

/** Keeps a part for merging, whole or not at all. */
export async function writeSimulationPart(
  file: string,
  cwd: string,
  value: SimulationPart,
): Promise<Parsed<null>> {
  try {
    await replaceFile(resolve(cwd, file), `${JSON.stringify({ formatVersion, ...value })}\n`);
    return { ok: true, value: null };
  } catch (error) {
    return {
      ok: false,
      problems: [
        {
          code: "simulation/part-unwritable",
          what: `${file} cannot be written: ${errorCode(error)}`,
          where: null,
          why: "Without it this shard cannot be merged with the others.",
          mend: "name a file in a folder that exists and that you may write to",
        },
      ],
    };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(file: string, what: string, because: string): Parsed<never> {
  return {
    ok: false,
    problems: [
      {
        code: "simulation/part-unreadable",
        what: `${file} ${what}${because === "" ? "" : `: ${because}`}`,
        where: null,
        why: "A sum without it, or with something else in its place, would be wrong.",
        mend: "name the files that `holdfast simulate run --shard i/n --out FILE` has written",
      },
    ],
  };
}
