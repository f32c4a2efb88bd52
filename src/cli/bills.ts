import { InvalidArgumentError } from "commander";
import type { ResourceMapping } from "../core/cost/bill.ts";
import type { BilledCost } from "../core/cost/billed-cost.ts";
import type { PlatformCost } from "../core/cost/cost.ts";
import type { Model } from "../core/model/model.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { type Context, repeated } from "./context.ts";

/** What was charged, for commands that tell of costs. */
export interface BillOptions {
  readonly bill?: readonly string[];
  readonly map?: readonly ResourceMapping[];
}

export const billOption = [
  "--bill <FILE>",
  "what was charged: FOCUS (CSV), Infracost or OpenCost (JSON); can be repeated",
  repeated,
] as const;

export const mapOption = [
  "--map <RESOURCE=COMPONENT>",
  "whose a resource of a bill is; * at the end: all that begin so",
  mapping,
] as const;

function mapping(value: string, before: readonly ResourceMapping[] = []): readonly ResourceMapping[] {
  const at = value.lastIndexOf("=");
  const [name, component] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || component === "") {
    throw new InvalidArgumentError("Write it as RESOURCE=COMPONENT, such as --map 'node-*=inference'.");
  }
  return [...before, { name, component }];
}

/** What the platform costs by its bills, and where they say nothing as it was reckoned. `billed` is `null` without a bill. */
export async function billedCost(
  model: Model,
  {
    cost,
    options: { bill = [], map = [] },
  }: { readonly cost: Parsed<PlatformCost>; readonly options: BillOptions },
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<{ readonly cost: PlatformCost; readonly billed: BilledCost | null }>> {
  const [first, ...others] = map.flatMap((each) => unknownComponent(each, model.components));
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  if (!cost.ok) return cost;
  if (bill.length === 0 && map.length > 0) return { ok: false, problems: [mapWithoutBill] };
  if (bill.length === 0) return { ok: true, value: { cost: cost.value, billed: null } };
  const components = new Set(model.components.keys());
  const bills = await parts.readBills(
    { files: bill, cwd: shell.cwd, components, mappings: map },
    shell.signal,
  );
  if (!bills.ok) return bills;
  const { withBills } = await import("../core/cost/billed-cost.ts");
  const billed = withBills(cost.value, bills.value);
  return billed.ok ? { ok: true, value: { cost: billed.value.cost, billed: billed.value } } : billed;
}

const mapWithoutBill: Problem = {
  code: "cost/map-without-bill",
  what: "--map says whose the resources of a bill are, and no bill is given",
  where: null,
  why: "figures that look as if something was charged would be list prices",
  mend: "name the bill as well: --bill FILE",
};

function unknownComponent(
  { name, component }: ResourceMapping,
  components: ReadonlyMap<string, unknown>,
): readonly Problem[] {
  if (components.has(component)) return [];
  const mend = `${didYouMean(component, components.keys())}\`holdfast check\` lists the components`;
  const what = `--map ${name}=${component}: there is no component "${component}"`;
  const why = "what is charged for the resource would belong to nobody";
  return [{ code: "cost/unknown-component", what, where: null, why, mend }];
}
