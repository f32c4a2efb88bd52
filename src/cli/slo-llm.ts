import type { Counted, Measured, NameSet } from "../core/llm/name-set.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { LlmDocument, Served } from "../core/slo/llm-documents.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { wrapped } from "./layout.ts";
import { badOption } from "./prometheus-options.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";

export interface LlmOptions extends JsonOption {
  readonly list?: true;
  readonly runtime?: string;
  readonly generation?: string;
  readonly model?: string;
  readonly selector?: string;
  readonly service: string;
}

/** Prints SLOs to start from for a model that is served, or under which names each runtime measures. */
export async function llmSlos(options: LlmOptions, { shell }: Pick<Context, "shell">): Promise<ExitStatus> {
  const format = formatOf(options);
  const { nameSets } = await import("../core/llm/llm.ts");
  if (options.list === true) {
    const sets = nameSets.filter(({ runtime }) => runtime === (options.runtime ?? runtime));
    if (format === "json") printJson(shell, { ok: true, nameSets: sets });
    else shell.out(sets.map((each) => setText(each, shell.output.columns)).join("\n"));
    return 0;
  }
  const set = setOf(options, nameSets);
  if (!set.ok) return fail(shell, set.problems, format);
  const served = await servedOf(options, set.value);
  if (!served.ok) return fail(shell, served.problems, format);
  const { llmDocuments } = await import("../core/slo/llm-documents.ts");
  const documents = llmDocuments(served.value);
  if (format === "json") {
    printJson(shell, { ok: true, documents: documents.map(({ document }) => document) });
    return 0;
  }
  const { openSloText } = await import("../core/openslo/openslo-text.ts");
  shell.out(headText(set.value));
  shell.out(documents.map((each) => `${noteText(each)}${openSloText([each.document])}`).join("---\n"));
  suggestNext(shell, ["holdfast slo rules FILE", "make rules of those that you have kept"]);
  return 0;
}

/** The names that a runtime is asked by; the newest where no generation is told. */
export function setOf(
  { runtime, generation }: Pick<LlmOptions, "runtime" | "generation">,
  sets: readonly NameSet[],
): Parsed<NameSet> {
  const known = sets.filter((each) => each.runtime === runtime);
  const found =
    generation === undefined ? known.at(-1) : known.find((each) => each.generation === generation);
  if (found !== undefined) return { ok: true, value: found };
  const runtimes = [...new Set(sets.map((each) => each.runtime))].join(", ");
  const generations = known.flatMap((each) => (each.generation === null ? [] : [each.generation])).join(", ");
  const asked = runtime === undefined ? "no runtime is named" : `runtime "${runtime}" is not known`;
  const problem = {
    code: "cli/unknown-name",
    what: known.length === 0 ? asked : `${runtime ?? ""} has no generation "${generation ?? ""}"`,
    where: null,
    why: "each runtime has names of its own for what it measures",
    mend:
      known.length === 0
        ? `write --runtime with one of ${runtimes}`
        : generations === ""
          ? "leave --generation out: its names have one"
          : `write --generation with one of ${generations}`,
  } as const;
  return { ok: false, problems: [problem] };
}

/** What is served, where it can be said in a document of OpenSLO and asked for in PromQL. */
async function servedOf(options: LlmOptions, set: NameSet): Promise<Parsed<Served>> {
  const { service, model = null, selector = null } = options;
  const { serviceLengthMax } = await import("../core/slo/llm-documents.ts");
  const { namePattern } = await import("../core/manifest/fields.ts");
  const { areMatchers } = await import("../core/promql/matchers.ts");
  const isService = new RegExp(namePattern).test(service) && service.length <= serviceLengthMax;
  const problems = [
    ...(isService ? [] : badOption("--service", service, serviceWanted(serviceLengthMax)).problems),
    ...(selector === null || areMatchers(selector)
      ? []
      : badOption("--selector", selector, selectorWanted).problems),
  ];
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return { ok: true, value: { set, service, model, selector } };
}

/** What it is begins every name, and a name has a limit. */
function serviceWanted(max: number): string {
  return `lower-case letters, digits and hyphens, with a letter or digit at both ends, at most ${max}`;
}

const selectorWanted = "labels as PromQL has them between braces, such as 'job=\"chat\"'";

const columns = 78;

function headText({ missing }: NameSet): string {
  return missing.map(({ sli, because }) => commented(`Without ${sli}: ${because}.`)).join("");
}

function noteText({ notes }: LlmDocument): string {
  return notes.map(commented).join("");
}

function commented(text: string): string {
  return wrapped(text, { columns, indent: 0 }).replaceAll(/^/gm, "# ") + "\n";
}

/** Every indicator of a set of names, in lines that fit. */
function setText(set: NameSet, width: number): string {
  const rows = set.measured.map((each) => rowText(each, width));
  const missing = set.missing.map(({ sli, because }) => told(`${sli}: none; ${because}`, width, 2));
  return [
    `${set.runtime}${set.generation === null ? "" : ` ${set.generation}`} (${set.versions})\n`,
    ...rows,
    ...missing,
  ].join("");
}

function rowText(measured: Measured, width: number): string {
  const { sli, of, note, source } = measured;
  const unit = measured.kind === "latency" ? `${measured.unit} of ${of}` : `share of ${of}`;
  return [
    told(`${sli}: ${unit}`, width, 2),
    ...countersText(measured).map((text) => told(text, width, 4)),
    ...(note === null ? [] : [told(note, width, 4)]),
    told(`source: ${source}`, width, 4),
  ].join("");
}

function countersText(measured: Measured): readonly string[] {
  if (measured.kind === "latency") return countedText("histogram", measured.histogram);
  const { part, total } = measured;
  return [...countedText(part.kind, part.counted), ...total.flatMap((each) => countedText("of", each))];
}

function countedText(what: string, { metric, matchers }: Counted): readonly string[] {
  return [`${what} ${metric}`, ...matchers.map((matcher) => `  where ${matcher}`)];
}

function told(text: string, width: number, indent: number): string {
  return `${wrapped(text, { columns: width, indent })}\n`;
}
