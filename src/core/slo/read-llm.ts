import { type LlmSli, llmSlis } from "../llm/name-set.ts";
import { mapAt, numberAt, textAt, type Written } from "../openslo/written.ts";
import { invariant } from "../problem/problem.ts";
import { exact } from "../units/exact.ts";
import {
  histogramOf,
  indicatorOf,
  type LlmAsked,
  queryOf,
  sameInAll,
  setsOf,
  type Tell,
} from "./llm-metrics.ts";
import type { Indicator, Within } from "./slo.ts";

/** How OpenSLO has it: a value that objectives compare, or a ratio of what succeeds or fails. */
type Form = "threshold" | "success" | "failure";

/** Keys of a metric's `spec` that ask for an indicator of language models. */
const keys = ["llm", "runtime", "generation", "model", "selector", "within", "judged"] as const;

export function isOfLlm(fields: Written): boolean {
  return "llm" in fields;
}

/**
 * What `llm: time-to-first-token` and its like come to, in the metrics of the runtime.
 *
 * @param fields a metric's `spec`
 * @returns `null`: why not has been told
 */
export function llmMetric(fields: Written, form: Form, tell: Tell): Indicator | null {
  const name = textAt(fields, "llm") ?? "";
  const unknown = Object.keys(fields).find((key) => !(keys as readonly string[]).includes(key));
  if (unknown !== undefined) {
    const what = `beside llm stands ${unknown}, which means nothing there`;
    tell({ code: "slo/llm", what, mend: `delete it; known are ${keys.join(", ")}` });
    return null;
  }
  if (!isKnown(name) && name !== "goodput") {
    const what = `llm is "${name}", and no such indicator is known`;
    tell({ code: "slo/llm", what, mend: `write one of ${[...llmSlis, "goodput"].join(", ")}` });
    return null;
  }
  const sets = setsOf(fields, tell);
  if (sets === null || !isInForm(name, form, tell)) return null;
  const asked: LlmAsked = { fields, sets, tell };
  return name === "goodput" ? goodputOf(asked) : indicatorOf(name, asked);
}

function isKnown(name: string): name is LlmSli {
  return llmSlis.some((each) => each === name);
}

const forms: Readonly<Record<LlmSli | "goodput", Form>> = {
  "time-to-first-token": "threshold",
  "time-per-output-token": "threshold",
  "inter-token-latency": "threshold",
  "end-to-end": "threshold",
  "request-errors": "failure",
  "stream-completion": "success",
  "token-errors": "failure",
  goodput: "success",
};

function isInForm(name: LlmSli | "goodput", form: Form, tell: Tell): boolean {
  const due = forms[name];
  if (form === due) return true;
  const mend =
    due === "threshold"
      ? "write it as thresholdMetric, with op: lte and value in seconds in each objective"
      : `write it as ratioMetric: { raw: { metricSource: … }, rawType: ${due} }`;
  const what = `${name} is ${due === "threshold" ? "a time that objectives compare" : `a share of ${due}`}`;
  tell({ code: "slo/llm", what: `${what}, and it is written as ${formText(form)}`, mend });
  return false;
}

function formText(form: Form): string {
  return form === "threshold" ? "a thresholdMetric" : `a ratio with rawType: ${form}`;
}

function goodputOf(asked: LlmAsked): Indicator | null {
  const { fields, sets, tell } = asked;
  const judged = fields["judged"] ?? "guaranteed";
  if (judged !== "guaranteed" && judged !== "possible") {
    const what = `goodput is judged by ${JSON.stringify(judged)}`;
    tell({ code: "slo/goodput", what, mend: "write judged: guaranteed, or judged: possible" });
    return null;
  }
  const names = Object.keys(mapAt(fields, "within"));
  if (names.length === 0) {
    const what = "goodput has no bound that a request shall keep";
    tell({ code: "slo/goodput", what, mend: "write such as within: { end-to-end: 10 }, in seconds" });
    return null;
  }
  const within = names.map((name) => withinOf(name, asked));
  const [{ answers }] = sets;
  const total = queryOf(answers.total, asked);
  const failed = queryOf([answers.failed], asked);
  const kept = within.flatMap((each) => (each === null ? [] : [each]));
  if (total === null || failed === null || kept.length < within.length) return null;
  return { kind: "goodput", total, failed, within: kept, judged };
}

function withinOf(name: string, asked: LlmAsked): Within | null {
  const { fields, tell } = asked;
  const bound = numberAt(mapAt(fields, "within"), name);
  if (!isKnown(name) || forms[name] !== "threshold" || bound === null || bound < 0) {
    const what = `goodput is within ${name}: ${JSON.stringify(mapAt(fields, "within")[name])}`;
    const latencies = llmSlis.filter((each) => forms[each] === "threshold" && each !== "inter-token-latency");
    tell({ code: "slo/goodput", what, mend: `write seconds for one of ${latencies.join(", ")}` });
    return null;
  }
  const measured = sameInAll(name, asked);
  if (measured === null) return null;
  invariant(measured.kind === "latency", "what objectives compare is measured as a latency");
  if (measured.of === "tokens") {
    const what = `${name} counts tokens, and goodput is a share of requests`;
    tell({ code: "slo/goodput", what, mend: "write time-per-output-token, which is one of each request" });
    return null;
  }
  const histogram = histogramOf(measured, asked);
  return histogram === null ? null : { name, histogram, bound: exact(bound) };
}
