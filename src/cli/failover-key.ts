import { resolve } from "node:path";
import type { Signer } from "../core/evidence/ports.ts";
import { fingerprintOf, keyOf } from "../core/plan/signed-approval.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { ledBy } from "./layout.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";

export interface KeyOptions extends JsonOption {
  readonly out: string;
}

/** `holdfast failover key`: makes what somebody says yes with, or tells the public half of the one that is there. */
export async function personalKey({ out, ...options }: KeyOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const { keys } = await parts.planRun();
  const path = resolve(shell.cwd, out);
  const there = await keys.read(path);
  const made = there.ok ? there : await keys.make(path);
  const format = formatOf(options);
  if (!made.ok) return fail(shell, made.problems, format);
  const key = keyOf(made.value);
  const sha256 = fingerprintOf(key, keys.readKey);
  if (format === "json") {
    printJson(shell, { ok: true, key, sha256, isNew: !there.ok });
    return 0;
  }
  shell.out(`${key}\n`);
  const where = there.ok ? `was there already, in ${out}` : `is in ${out}, for its owner alone`;
  const kept = `the private key ${where}; the line above is its public half, for a plan: approvers: [{ name: …, key: … }]; its SHA-256 is ${sha256 ?? ""}`;
  shell.err(`${ledBy("", kept, shell.terminal.columns)}\n`);
  return 0;
}

/** What somebody signs with; `null`: they name no key. */
export async function signerOf(
  { key }: { readonly key?: string },
  { shell, parts }: Context,
): Promise<Parsed<Signer | null>> {
  if (key === undefined) return { ok: true, value: null };
  const { keys } = await parts.planRun();
  return keys.read(resolve(shell.cwd, key));
}
