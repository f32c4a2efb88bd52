import { join, resolve } from "node:path";
import type { Parsed } from "../core/problem/problem.ts";
import type { AttemptStore, SeriesStore } from "../core/slo/ports.ts";
import { instantMs } from "../core/units/units.ts";
import { attemptsFileName } from "../runtime/lab.ts";
import { labDirDefault } from "../runtime/lab-command.ts";
import type { StatusAsked, StatusRead } from "../runtime/slo-status.ts";
import { type Context, formatOf } from "./context.ts";
import { wrapped } from "./layout.ts";
import { badOption, isPrometheusNamed, type PrometheusOptions, prometheusOf } from "./prometheus-options.ts";
import { openSlos, type SloOptions } from "./slo-read.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";

export interface StatusOptions extends SloOptions, PrometheusOptions {
  readonly details: string;
  readonly probes?: string;
}

/** Tells how each objective stands, worst first. */
export async function showStatus(
  paths: readonly string[],
  options: StatusOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const detailed = detailsOf(options);
  if (!detailed.ok) return fail(shell, detailed.problems, format);
  const source = await sourceOf(options, context);
  if (!source.ok) return fail(shell, source.problems, format);
  const opened = await openSlos(paths, options, context);
  if (opened.kind === "refused") return opened.status;
  const details = detailed.value;
  const asked = { ...opened, forecasts: details, now: Date.now() / 1000 };
  const read = await readFrom(source.value, asked);
  if (!read.ok) return fail(shell, read.problems, format);
  const { statuses, at, warnings } = read;
  const doubts = [...warnings, ...clockDoubt(at, asked.now)];
  if (format === "json") {
    printJson(shell, {
      ok: true,
      source: source.value.kind,
      at: new Date(at * 1000).toISOString(),
      warnings: doubts,
      objectives: statuses,
    });
    return 0;
  }
  const { columns } = shell.terminal;
  for (const doubt of doubts) shell.err(`${wrapped(`warning: ${doubt}`, { columns, indent: 0 })}\n`);
  const { statusText } = await import("./slo-status-text.ts");
  shell.out(statusText({ statuses, at: instantMs(at * 1000), details }, shell.output.columns));
  if (source.value.kind === "probes") shell.err(`\nBy the built-in probes of ${source.value.lab}.\n`);
  return 0;
}

/** Who says what has happened. */
type Source =
  | { readonly kind: "prometheus"; readonly store: SeriesStore }
  | { readonly kind: "probes"; readonly store: AttemptStore; readonly lab: string };

/** The one that is named; where none is, the probes of a lab here, and where there are none, a Prometheus where it usually is. */
async function sourceOf(
  options: StatusOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<Source>> {
  const { prometheus, probes } = options;
  if (prometheus !== undefined && probes !== undefined) return { ok: false, problems: [twoSources] };
  if (probes !== undefined) return probesIn(probes, { shell, parts });
  if (!isPrometheusNamed(options, shell)) {
    const here = await probesIn(labDirDefault, { shell, parts });
    if (here.ok || here.problems[0].code !== "slo/no-attempts") return here;
  }
  const settings = prometheusOf(options, shell);
  if (!settings.ok) return settings;
  const store = await parts.prometheus({ ...settings.value, signal: shell.signal });
  return { ok: true, value: { kind: "prometheus", store } };
}

async function probesIn(
  lab: string,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<Source>> {
  const store = await parts.attempts(join(resolve(shell.cwd, lab), attemptsFileName));
  return store.ok ? { ok: true, value: { kind: "probes", store: store.value, lab } } : store;
}

async function readFrom(source: Source, asked: StatusAsked): Promise<StatusRead> {
  if (source.kind === "prometheus") {
    const { readStatus } = await import("../runtime/slo-status.ts");
    return readStatus(asked, source.store);
  }
  const { readAttempted } = await import("../runtime/attempt-status.ts");
  return {
    ok: true,
    statuses: readAttempted({ ...asked, hasPast: asked.forecasts > 0 }, source.store),
    at: asked.now,
    warnings: [],
  };
}

const twoSources = {
  code: "cli/contradiction",
  what: "--prometheus and --probes exclude one another",
  where: null,
  why: "how an objective stands is told by what one of them has counted",
  mend: "leave one of them out",
} as const;

/** At most so many: each is a forecast. */
const detailsMax = 9_999;

function detailsOf({ details }: StatusOptions): Parsed<number> {
  const count = Number(details);
  return /^\d{1,4}$/.test(details)
    ? { ok: true, value: count }
    : badOption("--details", details, `a whole number up to ${detailsMax}`);
}

/** Clocks that differ by more than this make windows end at another time than is shown. */
const clockSecondsMax = 60;

function clockDoubt(at: number, now: number): readonly string[] {
  const ahead = Math.round(at - now);
  if (Math.abs(ahead) <= clockSecondsMax) return [];
  return [
    `the clock of Prometheus is ${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} this machine's; times are told by its own`,
  ];
}
