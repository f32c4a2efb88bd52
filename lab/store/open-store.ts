import { stat } from "node:fs/promises";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import type { CoordinatorKind, OnLabProgress } from "../../src/runtime/lab.ts";
import type { LabLayout } from "../layout.ts";
import { openBuiltInStore } from "./built-in-store.ts";
import type { LabStore, Placement } from "./lab-store.ts";

export interface StorePlace {
  readonly layout: LabLayout;
  /** Of the voters of an etcd; `null`: on loopback. */
  readonly placement?: Placement | null;
  readonly onProgress: OnLabProgress;
}

/** Of the kind that is wanted; `null`: as the lab's folder has it already, and built in where that is new. */
export async function openStore(
  wanted: CoordinatorKind | null,
  { layout, placement = null, onProgress }: StorePlace,
  signal: AbortSignal,
): Promise<Parsed<LabStore>> {
  const kept = await keptKind(layout);
  const kind = wanted ?? kept ?? "built-in";
  if (kept !== null && kind !== kept) return { ok: false, problems: [otherKind(layout, kept, kind)] };
  if (kind === "built-in") return openBuiltInStore(layout);
  const { findEtcd, openEtcdStore } = await import("./etcd-store.ts");
  const program = await findEtcd(process.env["PATH"] ?? "");
  if (!program.ok) return program;
  return openEtcdStore({ layout, program: program.value, placement, onProgress }, signal);
}

/** By which kind of store the lab of a folder has coordinated so far; `null`: by none. */
export async function keptKind({ etcd, coordinationFile }: LabLayout): Promise<CoordinatorKind | null> {
  if (await isThere(etcd)) return "etcd";
  return (await isThere(coordinationFile)) ? "built-in" : null;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function otherKind({ root }: LabLayout, kept: CoordinatorKind, wanted: CoordinatorKind): Problem {
  return {
    code: "lab/other-coordinator",
    what: `the lab in ${root} coordinates by ${names[kept]}, and ${names[wanted]} is asked for`,
    where: null,
    why: "Who served last stands in the store that is there; another one would know nothing of it.",
    mend: `leave --coordinator out to go on with that one, or start a fresh lab in another folder with --dir`,
  };
}

const names: Readonly<Record<CoordinatorKind, string>> = {
  "built-in": "its own store",
  etcd: "an etcd",
};
