import { z } from "zod";
import { type Bill, billProblem, covering, type Period, taggedComponent } from "../../core/cost/bill.ts";
import { instantOf } from "../../core/cost/focus.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { type JsonBill, misshapen } from "./infracost.ts";

const amount = z.number().nullish();
const parts = {
  cpuCost: amount,
  cpuCostAdjustment: amount,
  gpuCost: amount,
  gpuCostAdjustment: amount,
  ramCost: amount,
  ramCostAdjustment: amount,
  pvCost: amount,
  pvCostAdjustment: amount,
  networkCost: amount,
  networkCostAdjustment: amount,
  loadBalancerCost: amount,
  loadBalancerCostAdjustment: amount,
  sharedCost: amount,
  externalCost: amount,
};
const allocation = z.looseObject({
  name: z.string(),
  properties: z.looseObject({ labels: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  window: z.looseObject({ start: z.string(), end: z.string() }),
  totalCost: amount,
  ...parts,
});
type Allocation = z.infer<typeof allocation>;
const sets = z.array(z.record(z.string(), allocation).nullable());

/**
 * Reads allocations of OpenCost: the answer of its /allocation, or the list of sets in it. `null`: it is something else. The file
 * names no currency; hours are measured, at the prices that OpenCost was given.
 */
export function readOpenCost({ file, data, tally }: JsonBill): Parsed<Bill> | null {
  const list: unknown = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  if (!Array.isArray(list)) return null;
  const read = sets.safeParse(list);
  if (!read.success) return { ok: false, problems: [misshapen(file, read.error)] };
  const allocations = read.data.flatMap((set) => Object.values(set ?? {}));
  for (const each of allocations) {
    const tagged = taggedComponent(each.properties?.labels ?? {});
    const { name } = each;
    tally.add({ tagged, resource: name, service: name, amount: costOf(each), isIdleReservation: false });
  }
  const span = spanOf(allocations);
  if (span === null) return { ok: false, problems: [timeless(file, allocations.length)] };
  const value: Bill = {
    file,
    format: "OpenCost",
    kind: "measured",
    currency: null,
    span,
    ...tally.sums(),
  };
  return { ok: true, value };
}

function timeless(file: string, allocations: number): Problem {
  const mend = "fetch /allocation with a window in which something ran, such as window=7d";
  return allocations === 0
    ? billProblem("bill/empty", { file }, { what: `${file} has no allocation`, mend })
    : billProblem(
        "bill/bad-date",
        { file },
        { what: `the window of an allocation in ${file} is none`, mend },
      );
}

function costOf(each: Allocation): number {
  if (typeof each.totalCost === "number") return each.totalCost;
  return Object.keys(parts).reduce((sum, key) => sum + (each[key as keyof typeof parts] ?? 0), 0);
}

/** From the first window to the last; `null`: one of them is none, or there is none. */
function spanOf(allocations: readonly Allocation[]): Period | null {
  let span: Period | null = null;
  for (const { window } of allocations) {
    const [from, to] = [instantOf(window.start), instantOf(window.end)];
    if (from === null || to === null || to <= from) return null;
    span = covering(span, { kind: "period", from, to });
  }
  return span;
}
