import type { OpenSloDocument } from "../openslo/openslo.ts";
import type { Problem } from "../problem/problem.ts";

/** What keeps rules from being made of an SLO, and why that matters. */
const whys = {
  "slo/annotation": "what an annotation asks for is done, or told that it cannot be",
  "slo/constant-query": "what reads no series is the same whatever happens",
  "slo/composite": "several indicators come to one promise in more than one way",
  "slo/empty-window": "over no time nothing can be promised",
  "slo/endless-window": "no Prometheus keeps what it would be told by, and nobody will see its end",
  "slo/foreign-source": "rules of Prometheus read what Prometheus has",
  "slo/goodput":
    "bounds of requests are known one by one, and only of requests can be said between what their conjunction is",
  "slo/idle-target": "a promise that cannot be broken guards nothing",
  "slo/llm": "an indicator of a language model stands for metrics of its runtime",
  "slo/llm-unmeasured": "a metric that is called alike and measures something else is worse than none",
  "slo/maintenance": "what happens within a window counts for nothing, so it has to be known when that is",
  "slo/mixed-groups": "a share is taken of events that belong together",
  "slo/mixed-slices": "the objectives of an SLO are bounds of one measurement, in slices of one length",
  "slo/no-bound": "a value is neither good nor bad until it is compared with something",
  "slo/no-histogram": "a histogram is cut at a bound, and has no other form",
  "slo/no-objective": "an SLO without an objective guards nothing",
  "slo/no-query": "rules are made of queries",
  "slo/unreadable-query": "Prometheus refuses a whole file of rules for one query that it cannot read",
} as const;

export type SloCode = keyof typeof whys;

export interface Found {
  readonly code: SloCode;
  /** Goes on from `SLO "x": `. */
  readonly what: string;
  readonly mend: string;
}

type Path = Parameters<OpenSloDocument["locate"]>[0];

/** Takes note of what is wrong at a place in a document. */
export type Told = (path: Path, found: Found) => void;

export function sloProblem(
  { name, locate }: OpenSloDocument,
  path: Path,
  { code, what, mend }: Found,
): Problem {
  return { code, what: `SLO "${name ?? ""}": ${what}`, where: locate(path, "value"), why: whys[code], mend };
}
