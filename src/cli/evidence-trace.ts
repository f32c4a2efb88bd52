import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Problem } from "../core/problem/problem.ts";
import { otlpOf, otlpText } from "../core/trace/otlp.ts";
import { type Trace, tracesIn } from "../core/trace/trace.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { type EvidenceDesk, verifiedFolder } from "./evidence-text.ts";
import { toldFaults } from "./evidence-show.ts";
import { counted } from "./layout.ts";
import type { Parts } from "./parts.ts";
import { type AnswerFormat, type ExitStatus, fail, printJson } from "./shell.ts";
import { sendTraces } from "./trace-sending.ts";
import { traceText } from "./trace-text.ts";

export interface TraceOptions extends JsonOption {
  readonly out?: string;
  readonly send?: true;
}

export interface TraceDesk extends EvidenceDesk {
  readonly destinations: Parts["destinations"];
}

/** Makes the traces of what holds in some evidence, and shows them, writes them down or sends them. */
export async function traceCommand(
  desk: TraceDesk,
  directory: string,
  options: TraceOptions,
): Promise<ExitStatus> {
  const { shell, reader } = desk;
  const format = formatOf(options);
  const evidence = await verifiedFolder(desk, directory, { kind: "beside" });
  if (!evidence.ok) return fail(shell, evidence.problems, format);
  const held = toldFaults(desk, evidence.value);
  const [first, ...others] = tracesIn(evidence.value.logs, reader.digest);
  if (first === undefined) return held === 2 ? 2 : fail(shell, [nothingToTrace(directory)], format);
  const traces = [first, ...others];
  const written = await writtenTo(options.out, traces, desk);
  if (written !== null) return fail(shell, [written], format);
  if (options.send === true) {
    const status = await send(traces, desk, format);
    if (status !== 0) return status;
  }
  if (options.out === undefined) show(traces, desk, format);
  return held;
}

function show(traces: readonly Trace[], { shell }: TraceDesk, format: AnswerFormat): void {
  // A reader of OTLP passes over a key that it does not know.
  if (format === "json") printJson(shell, { ...otlpOf(traces) });
  else shell.out(traces.map((trace) => traceText(trace, shell.output.columns)).join("\n"));
}

/** Why it could not be written; `null` when it was, or was not asked for. */
async function writtenTo(
  file: string | undefined,
  traces: readonly Trace[],
  { shell }: TraceDesk,
): Promise<Problem | null> {
  if (file === undefined) return null;
  try {
    await writeFile(resolve(shell.cwd, file), otlpText(traces), { signal: shell.signal });
    return null;
  } catch (cause) {
    shell.signal.throwIfAborted();
    return notWritten(file, cause);
  }
}

async function send(
  traces: readonly Trace[],
  { shell, destinations }: TraceDesk,
  format: AnswerFormat,
): Promise<ExitStatus> {
  const wanted = await destinations(shell.env);
  if (wanted.length === 0) return fail(shell, [nowhereToSend], format);
  const { arrived, problems } = await sendTraces(traces, wanted, shell);
  for (const to of arrived) shell.err(`${counted(traces.length, "trace")} sent to ${to}\n`);
  const [problem, ...others] = problems;
  return problem === undefined ? 0 : fail(shell, [problem, ...others], format);
}

function nothingToTrace(directory: string): Problem {
  return {
    code: "trace/nothing-to-trace",
    what: `${directory}: no drill and no failover is told of in this evidence`,
    where: null,
    why: "A trace is made of what a drill or the controllers of a failover wrote down.",
    mend: "name the evidence of a demo, of a drill or of a lab that has failed over, such as holdfast-demo/evidence",
  };
}

const nowhereToSend: Problem = {
  code: "trace/nowhere-to-send",
  what: "the environment names nobody who wants to know",
  where: null,
  why: "Traces go to the collector in OTEL_EXPORTER_OTLP_ENDPOINT, annotations to the Grafana in GRAFANA_URL and GRAFANA_TOKEN.",
  mend: "set one of them, such as OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318, or leave --send out",
};

function notWritten(file: string, cause: unknown): Problem {
  return {
    code: "trace/not-written",
    what: `the trace cannot be written to ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "A trace that is cut off cannot be read; the evidence is as it was.",
    mend: "name a file with --out that this user may write, in a folder that is there",
  };
}
