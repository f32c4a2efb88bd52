import type { Parsed } from "../core/problem/problem.ts";
import { instantMs } from "../core/units/units.ts";
import { type Context, formatOf } from "./context.ts";
import { badOption, type PrometheusOptions, prometheusOf } from "./prometheus-options.ts";
import { openSlos, type SloOptions } from "./slo-read.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";

export interface StatusOptions extends SloOptions, PrometheusOptions {
  readonly details: string;
}

/** Tells how each objective stands, worst first. */
export async function showStatus(
  paths: readonly string[],
  options: StatusOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  const settings = prometheusOf(options, shell);
  if (!settings.ok) return fail(shell, settings.problems, format);
  const detailed = detailsOf(options);
  if (!detailed.ok) return fail(shell, detailed.problems, format);
  const opened = await openSlos(paths, options, context);
  if (opened.kind === "refused") return opened.status;
  const store = await parts.prometheus({ ...settings.value, signal: shell.signal });
  const { readStatus } = await import("../runtime/slo-status.ts");
  const details = detailed.value;
  const now = Date.now() / 1000;
  const read = await readStatus({ ...opened, forecasts: details, now }, store);
  if (!read.ok) return fail(shell, read.problems, format);
  const { statuses, at, warnings } = read;
  const doubts = [...warnings, ...clockDoubt(at, now)];
  if (format === "json") {
    printJson(shell, {
      ok: true,
      at: new Date(at * 1000).toISOString(),
      warnings: doubts,
      objectives: statuses,
    });
    return 0;
  }
  for (const doubt of doubts) shell.err(`warning: ${doubt}\n`);
  const { statusText } = await import("./slo-status-text.ts");
  shell.out(statusText({ statuses, at: instantMs(at * 1000), details }, shell.output.columns));
  return 0;
}

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
