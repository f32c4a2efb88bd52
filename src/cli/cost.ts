import type { Parsed } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
} from "./context.ts";
import { type BillOptions, billedCost, billOption, mapOption } from "./bills.ts";
import type { CostAnswer } from "./cost-text.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { type Opened, openWorkspace } from "./workspace.ts";

type CostOptions = JsonOption & BillOptions;

export const registerCost: Register = (program, context) => {
  const command = program
    .command("cost")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say what each component costs and emits a month, and what of it is redundancy")
    .option(...billOption)
    .option(...mapOption)
    .option(...jsonOption)
    .action(context.reckon((folder: string, options: CostOptions) => cost(folder, options, context)));
  leadWithExamples(command, [
    ["holdfast cost platform", "the dearest component first"],
    ["holdfast cost platform --bill june.csv", "by what was charged, where a bill says so"],
    ["holdfast cost --json | jq .totals", "for programs"],
  ]);
};

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
  options: CostOptions,
  context: Context,
): Promise<Parsed<CostAnswer>> {
  const { costOf } = await import("../core/cost/cost.ts");
  const { carbonOf } = await import("../core/carbon/carbon.ts");
  const billed = await billedCost(model, { cost: costOf(model, catalogue), options }, context);
  if (!billed.ok) return billed;
  return {
    ok: true,
    value: { platform: model.platform.name, carbon: carbonOf(model, catalogue), ...billed.value },
  };
}
