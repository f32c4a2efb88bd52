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
    .action(context.run((folder: string, options: OptimiseOptions) => optimise(folder, options, context)));
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
  const counts = countsOf(options);
  if (!counts.ok) return fail(shell, counts.problems, format);
  if (options.svg !== undefined && !/[^/]\.svg$/i.test(options.svg))
    return fail(shell, [noSvg(options.svg)], format);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const { model } = opened.workspace;
  if (model.options.size === 0) return fail(shell, [noOptions], format);
  const before = process.cpuUsage();
  const found = await optimumOf(model, opened.catalogue, {
    evaluationsMax: counts.value.evaluationsMax,
    availability: options.meetAvailability === true ? "constraint" : "told",
  });
  if (!found.ok) return fail(shell, found.problems, format);
  const used = process.cpuUsage(before);
  const coreSeconds = (used.user + used.system) / 1e6;
  const written = options.svg === undefined ? null : await draw(found.value, options.svg, context);
  if (written?.ok === false) return fail(shell, written.problems, format);
  const { name } = model.platform;
  if (format === "json") {
    const { optimiseData } = await import("./optimise-data.ts");
    const svg = written?.value[0] ?? null;
    printJson(shell, { ok: true, platform: name, coreSeconds, svg, ...optimiseData(found.value) });
    return 0;
  }
  const { optimiseText } = await import("./optimise-text.ts");
  const { limit } = counts.value;
  shell.out(optimiseText(found.value, { platform: name, limit, coreSeconds, columns: shell.output.columns }));
  for (const path of written?.value ?? []) shell.err(`wrote ${path}\n`);
  suggestNext(shell, [`holdfast optimise ${pathWord(folder)} --json`, "every design, for programs"]);
  return 0;
}

async function draw(
  optimum: Optimum,
  file: string,
  { shell, parts }: Context,
): Promise<Parsed<readonly string[]>> {
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

interface Counts {
  readonly limit: number;
  readonly evaluationsMax: number | null;
}

function countsOf({ limit, evaluationsMax }: OptimiseOptions): Parsed<Counts> {
  const wrong = [
    ...(isCount(limit) ? [] : [badCount("--limit", limit)]),
    ...(evaluationsMax === undefined || isCount(evaluationsMax)
      ? []
      : [badCount("--evaluations-max", evaluationsMax)]),
  ];
  const [first, ...others] = wrong;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const most = evaluationsMax === undefined ? null : Number(evaluationsMax);
  return { ok: true, value: { limit: Number(limit), evaluationsMax: most } };
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
