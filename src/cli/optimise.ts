import { basename, dirname } from "node:path";
import type { Optimum } from "../core/optimise/optimise.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
} from "./context.ts";
import { optimumOf } from "./predict.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

interface OptimiseOptions extends JsonOption {
  readonly limit: string;
  readonly evaluationsMax?: string;
  readonly meetAvailability?: true;
  readonly svg?: string;
}

export const registerOptimise: Register = (program, context) => {
  const command = program
    .command("optimise")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say which redundancy is worth its money, of the ways that Options declare")
    .option("--limit <N>", "how many designs are shown; programs get them all", "5")
    .option("--evaluations-max <N>", "how many designs and bounds are worked out at most")
    .option("--meet-availability", "take objectives of availability as constraints, too")
    .option("--svg <FILE>", "also draw them, by cost and downtime; a file that is there is replaced")
    .option(...jsonOption)
    .action(context.reckon((folder: string, options: OptimiseOptions) => optimise(folder, options, context)));
  leadWithExamples(command, [
    ["holdfast optimise platform", "the least money for each minute of downtime removed first"],
    ["holdfast optimise platform --limit 20", "more of the designs that no other one beats"],
    ["holdfast optimise platform --svg front.svg", "a picture of them, too"],
    ["holdfast optimise --json | jq .front", "for programs"],
  ]);
};

async function optimise(folder: string, options: OptimiseOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const asked = askedOf(options);
  if (!asked.ok) return fail(shell, asked.problems, format);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const { model } = opened.workspace;
  if (model.options.size === 0) return fail(shell, [noOptions], format);
  const before = process.cpuUsage();
  const found = await optimumOf(model, opened.catalogue, asked.value);
  if (!found.ok) return fail(shell, found.problems, format);
  const used = process.cpuUsage(before);
  const written = await draw(found.value, options.svg ?? null, context);
  if (!written.ok) return fail(shell, written.problems, format);
  await tell(
    found.value,
    { platform: model.platform.name, used, written: written.value },
    { options, shell },
  );
  if (format === "text")
    suggestNext(shell, [`holdfast optimise ${pathWord(folder)} --json`, "every design, for programs"]);
  return 0;
}

interface Done {
  readonly platform: string;
  readonly used: NodeJS.CpuUsage;
  readonly written: readonly string[];
}

async function tell(
  found: Optimum,
  { platform, used, written }: Done,
  { options, shell }: { readonly options: OptimiseOptions; readonly shell: Context["shell"] },
): Promise<void> {
  const coreSeconds = (used.user + used.system) / 1e6;
  if (formatOf(options) === "json") {
    const { optimiseData } = await import("./optimise-data.ts");
    printJson(shell, { ok: true, platform, coreSeconds, svg: written[0] ?? null, ...optimiseData(found) });
    return;
  }
  const { optimiseText } = await import("./optimise-text.ts");
  const { columns } = shell.output;
  shell.out(optimiseText(found, { platform, limit: Number(options.limit), coreSeconds, columns }));
  for (const path of written) shell.err(`wrote ${path}\n`);
}

async function draw(
  optimum: Optimum,
  file: string | null,
  { shell, parts }: Context,
): Promise<Parsed<readonly string[]>> {
  if (file === null) return { ok: true, value: [] };
  const { frontChartOf } = await import("../core/report/front-chart.ts");
  const { picture } = await parts.report();
  const files = [{ path: basename(file), text: picture(frontChartOf(optimum)) }];
  return parts.writeFolder(
    { folder: dirname(file), cwd: shell.cwd, files, existing: "overwrite" },
    shell.signal,
  );
}

function noSvg(file: string): Problem {
  return {
    code: "cli/no-svg-named",
    what: `--svg names "${file}"`,
    where: null,
    why: "a file of that name is replaced, so that it must be meant to hold a picture",
    mend: "name a file that ends in .svg",
  };
}

const noOptions: Problem = {
  code: "optimise/no-options",
  what: "the workspace declares no Options",
  where: null,
  why: "only you know what might be built in another way",
  mend: "add a document of `kind: Options` with choices, such as `- { component: database, pattern: [hot-standby, warm-standby] }`; `holdfast explain Options` tells the rest",
};

function askedOf({
  limit,
  evaluationsMax,
  svg,
  meetAvailability,
}: OptimiseOptions): Parsed<Parameters<typeof optimumOf>[2]> {
  const [first, ...others] = [
    ...(isCount(limit) ? [] : [badCount("--limit", limit)]),
    ...(evaluationsMax === undefined || isCount(evaluationsMax)
      ? []
      : [badCount("--evaluations-max", evaluationsMax)]),
    ...(svg === undefined || /[^/]\.svg$/i.test(svg) ? [] : [noSvg(svg)]),
  ];
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const most = evaluationsMax === undefined ? null : Number(evaluationsMax);
  const availability = meetAvailability === true ? "constraint" : "told";
  return { ok: true, value: { evaluationsMax: most, availability } };
}

function isCount(text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) > 0;
}

function badCount(option: string, text: string): Problem {
  const why = "it says how many, from 1";
  return {
    code: "cli/bad-count",
    what: `${option} is "${text}"`,
    where: null,
    why,
    mend: "write a whole number",
  };
}
