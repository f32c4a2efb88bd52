import { z } from "zod";
import type { Sample, SampledSeries } from "../../core/slo/ports.ts";
import type { Labels } from "../../core/slo/prometheus.ts";

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

/**
 * Native histograms, which have no value of their own, are left out; `null`: it is no vector. By hand, as is a matrix: a
 * thousand objectives come with seventy thousand points, which take a schema more than twice as long.
 */
export function vectorIn(data: unknown): readonly Sample[] | null {
  return resultIn(data, "vector", ({ metric, value }) => {
    if (!isLabels(metric)) return null;
    if (value === undefined) return [];
    const point = pointIn(value);
    return point === null ? null : [{ labels: metric, at: point[0], value: point[1] }];
  });
}

/** `null`: it is no matrix. */
export function matrixIn(data: unknown): readonly SampledSeries[] | null {
  return resultIn(data, "matrix", ({ metric, values = [] }) => {
    if (!isLabels(metric)) return null;
    const points = eachOf(values, pointIn);
    return points === null ? null : [{ labels: metric, points }];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function resultIn<Item>(
  data: unknown,
  resultType: "vector" | "matrix",
  read: (fields: Fields) => readonly Item[] | null,
): readonly Item[] | null {
  if (!isFields(data) || data["resultType"] !== resultType) return null;
  return eachOf(data["result"], (item) => (isFields(item) ? read(item) : null))?.flat() ?? null;
}

/** What is read of each; `null`: they are no list, or one of them is something else. */
function eachOf<Item>(items: unknown, read: (item: unknown) => Item | null): readonly Item[] | null {
  if (!Array.isArray(items)) return null;
  const all: Item[] = [];
  for (const item of items) {
    const value = read(item);
    if (value === null) return null;
    all.push(value);
  }
  return all;
}

/** A number as text, for JSON has neither `NaN` nor infinity. */
function pointIn(value: unknown): readonly [at: number, value: number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [at, text] = value as readonly unknown[];
  return typeof at === "number" && typeof text === "string" && text !== "" ? [at, numberIn(text)] : null;
}

function isLabels(value: unknown): value is Labels {
  return isFields(value) && Object.values(value).every((each) => typeof each === "string");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberIn(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}
