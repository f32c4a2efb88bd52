import { z } from "zod";
import { amountOf, type Bill, billProblem, taggedComponent, type Tally } from "../../core/cost/bill.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";

/** JSON whose format is to be found out. */
export interface JsonBill {
  readonly file: string;
  readonly data: unknown;
  readonly tally: Tally;
}

const resource = z.looseObject({
  name: z.string(),
  resourceType: z.string().nullish(),
  tags: z.record(z.string(), z.unknown()).nullish(),
  monthlyCost: z.union([z.string(), z.number()]).nullish(),
});
type Resource = z.infer<typeof resource>;
const output = z.looseObject({
  version: z.string(),
  currency: z.string().nullish(),
  projects: z.array(
    z.looseObject({ breakdown: z.looseObject({ resources: z.array(resource).nullish() }).nullish() }),
  ),
});

/**
 * Reads `infracost breakdown --format json`, version 0.2 and its like: estimates for a month, as strings. `null`: it is something
 * else. A resource whose cost depends on its use has none, and counts as nothing that could be added.
 */
export function readInfracost({ file, data, tally }: JsonBill): Parsed<Bill> | null {
  if (typeof data !== "object" || data === null || !("projects" in data)) return null;
  const read = output.safeParse(data);
  if (!read.success) return { ok: false, problems: [misshapen(file, read.error)] };
  const { version, projects, currency } = read.data;
  if (!version.startsWith("0.")) return { ok: false, problems: [unknownVersion(file, version)] };
  const resources = projects.flatMap((project) => project.breakdown?.resources ?? []);
  const problems = resources.flatMap((each) => charge(each, tally) ?? []).map((bad) => badCost(file, bad));
  const sums = tally.sums();
  const [first, ...others] = problems.length === 0 && sums.lines === 0 ? [empty(file)] : problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const span = { kind: "month" } as const;
  const value: Bill = {
    file,
    format: "Infracost",
    kind: "estimated",
    currency: currency ?? null,
    span,
    ...sums,
  };
  return { ok: true, value };
}

interface BadCost {
  readonly name: string;
  readonly cost: string;
}

/** Adds what a resource costs, or answers a cost that is none. */
function charge({ name, resourceType, tags, monthlyCost }: Resource, tally: Tally): BadCost | null {
  if (monthlyCost === undefined || monthlyCost === null) return null;
  const cost = String(monthlyCost);
  const amount = amountOf(cost);
  if (amount === null) return { name, cost };
  const tagged = taggedComponent(tags ?? {});
  tally.add({ tagged, resource: name, service: resourceType ?? name, amount, isIdleReservation: false });
  return null;
}

function unknownVersion(file: string, version: string): Problem {
  const what = `${file} is of version ${version}; 0.2 and its like are read`;
  const mend = "write it with a version of Infracost whose JSON is of version 0.2";
  return billProblem("bill/unknown-format", { file }, { what, mend });
}

function badCost(file: string, { name, cost }: BadCost): Problem {
  const what = `monthlyCost of ${name} is "${cost.slice(0, 60)}"`;
  return billProblem("bill/bad-amount", { file }, { what, mend: "write it anew with Infracost" });
}

function empty(file: string): Problem {
  const what = `${file} has no resource with a monthly cost`;
  const mend = "give Infracost a usage file, or a project with resources that have a price";
  return billProblem("bill/empty", { file }, { what, mend });
}

/** What is not as it should be, in the words of the schema. */
export function misshapen(file: string, error: z.ZodError): Problem {
  const [issue] = error.issues;
  const at = issue === undefined || issue.path.length === 0 ? "the whole" : issue.path.join(".");
  const what = `${file}: ${at}: ${issue?.message ?? "is not as it should be"}`;
  return billProblem(
    "bill/unknown-format",
    { file },
    { what, mend: "export it again with the tool that wrote it" },
  );
}
