import type { Seconds } from "../units/units.ts";

/** Rules as Prometheus reads them. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: Seconds;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Labels;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long it must hold; `null`: once is enough. */
  readonly for: Seconds | null;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export type Labels = Readonly<Record<string, string>>;

/** `90m` and never `1h30m`: in the largest unit that gives a whole number. */
export function windowText(length: Seconds): string {
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
  ] as const;
  for (const [unit, size] of units) if (length % size === 0) return `${length / size}${unit}`;
  return `${length}s`;
}

/** `{slo="chat",service="assistant"}` */
export function selectorText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(",")}}`;
}
