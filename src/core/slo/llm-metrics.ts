import { generationsOf, measuredIn, runtimes, titleOf } from "../llm/llm.ts";
import type { Counted, Latency, LlmSli, NameSet, Share } from "../llm/name-set.ts";
import { textAt, type Written } from "../openslo/written.ts";
import { type Query, readPromQl } from "../promql/promql.ts";
import type { Found } from "./problems.ts";
import type { Indicator } from "./slo.ts";

/** An indicator that is asked for, and of which names. */
export interface LlmAsked {
  /** A metric's `spec`. */
  readonly fields: Written;
  readonly sets: Sets;
  readonly tell: Tell;
}

export type Tell = (found: Found) => void;

export type Sets = readonly [NameSet, ...NameSet[]];

/** The one generation that is asked for, or all that there are. */
export function setsOf(fields: Written, tell: Tell): Sets | null {
  const runtime = textAt(fields, "runtime") ?? "";
  const [first, ...others] = generationsOf(runtime);
  if (first === undefined) {
    const what =
      runtime === "" ? "it does not say which runtime serves the model" : `runtime "${runtime}" is not known`;
    tell({ code: "slo/llm", what, mend: `write runtime: with one of ${runtimes.join(", ")}` });
    return null;
  }
  const generation = fields["generation"];
  if (generation === undefined) return [first, ...others];
  const all = [first, ...others];
  const found = all.find((each) => each.generation !== null && each.generation === generation);
  if (found !== undefined) return [found];
  const known = all.flatMap((each) =>
    each.generation === null ? [] : [`${each.generation} (${each.versions})`],
  );
  tell({
    code: "slo/llm",
    what: `generation ${JSON.stringify(generation)} of ${runtime} is not known`,
    mend: known.length === 0 ? "delete generation: its names have one" : `write one of ${known.join(", ")}`,
  });
  return null;
}

export function indicatorOf(name: LlmSli, asked: LlmAsked): Indicator | null {
  const measured = sameInAll(name, asked);
  if (measured === null) return null;
  return measured.kind === "latency" ? histogramOf(measured, asked) : shareOf(measured, asked);
}

/** How the runtime measures an indicator, whichever of the generations it may be of: edges have only been added, so the first has those of all. */
export function sameInAll(name: LlmSli, { sets, tell }: LlmAsked): Latency | Share | null {
  const found = sets.map((set) => measuredIn(set, name));
  const [first] = found;
  if (found.every((each) => each === null) || first === undefined) {
    const [{ missing }] = sets;
    const because = missing.find(({ sli }) => sli === name)?.because ?? "nothing is known of it";
    const has = sets[0].measured.map(({ sli }) => sli).join(", ");
    const what = `${titleOf(sets[0])} does not export ${name}: ${because}`;
    tell({ code: "slo/llm-unmeasured", what, mend: `measure it at a gateway, or promise one of ${has}` });
    return null;
  }
  const texts = new Set(found.map((each) => (each === null ? "" : namesText(each))));
  if (texts.size === 1 && first !== null) return first;
  tell({
    code: "slo/llm",
    what: `${name} has other names in other versions of ${sets[0].runtime}, and it does not say which runs`,
    mend: `write generation: with one of ${sets.map((set) => `${set.generation ?? ""} (${set.versions})`).join(", ")}`,
  });
  return null;
}

function namesText(measured: Latency | Share): string {
  const names =
    measured.kind === "latency" ? [measured.histogram] : [measured.part.counted, ...measured.total];
  return JSON.stringify(names);
}

export function histogramOf(
  latency: Latency,
  asked: LlmAsked,
): (Indicator & { readonly kind: "histogram" }) | null {
  const selector = queryOf([latency.histogram], asked);
  if (selector === null) return null;
  return {
    ...{ kind: "histogram", selector, buckets: "classic" },
    unit: latency.unit === "seconds" ? "as-written" : "milliseconds-of-seconds",
    known: { edges: latency.edges, of: ownerText(asked.sets) },
  };
}

function ownerText(sets: Sets): string {
  return sets.length === 1 ? titleOf(sets[0]) : `every version of ${sets[0].runtime}`;
}

function shareOf({ part, total, lag }: Share, asked: LlmAsked): Indicator | null {
  const all = queryOf(total, asked);
  const query = queryOf([part.counted], asked);
  if (all === null || query === null) return null;
  return { kind: "events", metric: "counter", lag, total: all, part: { kind: part.kind, query } };
}

/** What counts these, of the model and where the selector says. */
export function queryOf(counters: readonly Counted[], { fields, tell }: LlmAsked): Query | null {
  const model = textAt(fields, "model");
  const [nameless] = counters.filter(({ modelLabel }) => modelLabel === null);
  if (model !== null && nameless !== undefined) {
    const what = `${nameless.metric} does not tell models apart, and it asks for model "${model}"`;
    tell({
      code: "slo/llm",
      what,
      mend: 'delete model, and say where it is served, such as selector: job="chat"',
    });
    return null;
  }
  const own = textAt(fields, "selector");
  const texts = counters.map(({ metric, matchers, modelLabel }) => {
    const named = model === null || modelLabel === null ? [] : [`${modelLabel}=${JSON.stringify(model)}`];
    return `${metric}{${[...matchers, ...named, ...(own === null ? [] : [own])].join(",")}}`;
  });
  const read = readPromQl(texts.length === 1 ? (texts[0] ?? "") : allOf(texts));
  if (read.ok && read.query.instants.length === texts.length) return read.query;
  const what = `its selector ${own ?? ""} is none: ${read.ok ? "it ends before its braces do" : read.because}`;
  tell({ code: "slo/llm", what, mend: 'write labels as PromQL has them between braces: job="chat"' });
  return null;
}

/** Series of several counters beside one another: a label keeps those apart that have the same labels otherwise. */
function allOf(texts: readonly string[]): string {
  return texts.map((text, at) => `label_replace(${text}, "counter", "${at + 1}", "", "")`).join(" or ");
}
