import { InvalidArgumentError } from "commander";
import type { ResourceMapping } from "../core/cost/bill.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
  repeated,
} from "./context.ts";
import type { CostAnswer } from "./cost-text.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { type Opened, openWorkspace } from "./workspace.ts";

interface CostOptions extends JsonOption {
  readonly bill?: readonly string[];
  readonly map?: readonly ResourceMapping[];
}

export const registerCost: Register = (program, context) => {
  const command = program
    .command("cost")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say what each component costs and emits a month, and what of it is redundancy")
    .option(
      "--bill <FILE>",
      "what was charged: FOCUS (CSV), Infracost or OpenCost (JSON); can be repeated",
      repeated,
    )
    .option(
      "--map <RESOURCE=COMPONENT>",
      "whose a resource of a bill is; * at the end: all that begin so",
      mapping,
    )
    .option(...jsonOption)
    .action(context.run((folder: string, options: CostOptions) => cost(folder, options, context)));
  leadWithExamples(command, [
    ["holdfast cost platform", "the dearest component first"],
    ["holdfast cost platform --bill june.csv", "by what was charged, where a bill says so"],
    ["holdfast cost --json | jq .totals", "for programs"],
  ]);
};

function mapping(value: string, before: readonly ResourceMapping[] = []): readonly ResourceMapping[] {
  const at = value.lastIndexOf("=");
  const [name, component] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || component === "") {
    throw new InvalidArgumentError("Write it as RESOURCE=COMPONENT, such as --map 'node-*=inference'.");
  }
  return [...before, { name, component }];
}

/** 1: it cannot be read or added up; 2: it is over a budget. */
async function cost(folder: string, options: CostOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const read = await answer(opened, options, context);
  if (!read.ok) return fail(shell, read.problems, format);
  const isOver = [read.value.cost.budget, read.value.carbon.budget].some((each) => each?.verdict === "over");
  if (format === "json") {
    const { costData } = await import("./cost-data.ts");
    printJson(shell, { ok: !isOver, ...costData(read.value) });
    return isOver ? 2 : 0;
  }
  const { costText } = await import("./cost-text.ts");
  shell.out(costText(read.value, shell.output.columns));
  if (!isOver)
    suggestNext(shell, [`holdfast cost ${pathWord(folder)} --json`, "every figure down to its source"]);
  return isOver ? 2 : 0;
}

async function answer(
  { workspace: { model }, catalogue }: Opened & { readonly kind: "open" },
  { bill = [], map = [] }: CostOptions,
  { shell, parts }: Context,
): Promise<Parsed<CostAnswer>> {
  const unknown = map.flatMap((each) => unknownComponent(each, model.components));
  const [first, ...others] = unknown;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const { costOf } = await import("../core/cost/cost.ts");
  const { carbonOf } = await import("../core/carbon/carbon.ts");
  const reckoned = costOf(model, catalogue);
  if (!reckoned.ok) return reckoned;
  const base = { platform: model.platform.name, carbon: carbonOf(model, catalogue) };
  if (bill.length === 0) return { ok: true, value: { ...base, cost: reckoned.value, billed: null } };
  const components = new Set(model.components.keys());
  const bills = await parts.readBills(
    { files: bill, cwd: shell.cwd, components, mappings: map },
    shell.signal,
  );
  if (!bills.ok) return bills;
  const { withBills } = await import("../core/cost/billed-cost.ts");
  const billed = withBills(reckoned.value, bills.value);
  if (!billed.ok) return billed;
  return { ok: true, value: { ...base, cost: billed.value.cost, billed: billed.value } };
}

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
