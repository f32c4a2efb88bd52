import { z } from "zod";
import type { Sample, SampledSeries } from "../../core/slo/ports.ts";

/** A number as text, for JSON has neither `NaN` nor infinity. */
const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());

const vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric: labels, value: point.optional() })),
});
const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: labels, values: z.array(point).optional() })),
});

const reply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.unknown(),
    warnings: z.array(z.string()).nullish(),
  }),
  z.object({ status: z.literal("error"), errorType: z.string().optional(), error: z.string().default("") }),
]);

export type Reply =
  | { readonly status: "success"; readonly data: unknown; readonly warnings: readonly string[] }
  | { readonly status: "error"; readonly error: string };

/** What the API says; `null`: it is not that of Prometheus. */
export function readReply(text: string): Reply | null {
  const read = reply.safeParse(jsonIn(text));
  if (!read.success) return null;
  const { data } = read;
  return data.status === "error"
    ? { status: "error", error: [data.errorType, data.error].filter(Boolean).join(": ") }
    : { status: "success", data: data.data, warnings: data.warnings ?? [] };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Native histograms, which have no value of their own, are left out. */
export function vectorIn(data: unknown): readonly Sample[] | null {
  const read = vector.safeParse(data);
  if (!read.success) return null;
  return read.data.result.flatMap(({ metric, value }) =>
    value === undefined ? [] : [{ labels: metric, at: value[0], value: numberIn(value[1]) }],
  );
}

export function matrixIn(data: unknown): readonly SampledSeries[] | null {
  const read = matrix.safeParse(data);
  if (!read.success) return null;
  return read.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: (values ?? []).map(([at, value]) => [at, numberIn(value)] as const),
  }));
}

function numberIn(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}
