import type { Parsed } from "../core/problem/problem.ts";
import { instantMs } from "../core/units/units.ts";
import { type Context, formatOf } from "./context.ts";
import { openSlos, type SloOptions } from "./slo-read.ts";
import { type ExitStatus, fail, printJson, type Shell } from "./shell.ts";

export interface StatusOptions extends SloOptions {
  readonly prometheus?: string;
  readonly timeout: string;
  readonly details: string;
}

const urlVariable = "HOLDFAST_PROMETHEUS_URL";
const tokenVariable = "HOLDFAST_PROMETHEUS_TOKEN";

/** Tells how each objective stands, worst first. */
export async function showStatus(
  paths: readonly string[],
  options: StatusOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  const asked = askedOf(options, shell);
  if (!asked.ok) return fail(shell, asked.problems, format);
  const opened = await openSlos(paths, options, context);
  if (opened.kind === "refused") return opened.status;
  const store = await parts.prometheus({ ...asked.value, signal: shell.signal });
  const { readStatus } = await import("../runtime/slo-status.ts");
  const { details } = asked.value;
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

interface Asked {
  readonly url: URL;
  readonly token: string | null;
  readonly timeoutMs: number;
  readonly details: number;
}

function askedOf(options: StatusOptions, { env }: Shell): Parsed<Asked> {
  const text = options.prometheus ?? env[urlVariable] ?? "http://127.0.0.1:9090";
  const url = urlIn(text);
  if (url === null)
    return bad("--prometheus", withoutSecret(text), "an address, such as http://127.0.0.1:9090");
  const timeoutMs = Number(/^(\d{1,4}(?:\.\d+)?)\s*s?$/.exec(options.timeout)?.[1] ?? 0) * 1000;
  if (timeoutMs === 0) return bad("--timeout", options.timeout, "seconds, such as 60s");
  if (!/^\d{1,4}$/.test(options.details))
    return bad("--details", options.details, "a whole number up to 9999");
  const token = env[tokenVariable] ?? null;
  return { ok: true, value: { url, token, timeoutMs, details: Number(options.details) } };
}

function urlIn(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

function withoutSecret(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//…@");
}

function bad(option: string, given: string, wanted: string): Parsed<never> {
  const problem = {
    code: "cli/bad-option",
    what: `${option} is "${given}"`,
    where: null,
    why: "it says where, for how long and of how much the state of objectives is asked",
    mend: `write ${wanted}`,
  } as const;
  return { ok: false, problems: [problem] };
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
