import { durationText, percentText } from "../units/text.ts";
import { type Ratio, ratio, type Seconds, seconds } from "../units/units.ts";
import type { Demand } from "./survey.ts";

const namesToldMax = 5;

/** `a, b, c and 4 more` */
export function listed(names: readonly string[]): string {
  const rest = names.length - namesToldMax;
  return rest > 0 ? `${names.slice(0, namesToldMax).join(", ")} and ${rest} more` : names.join(", ");
}

/** A time that was worked out, to three digits, in the largest unit of which it has two: `46.7 s`, `5.09 d`. */
export function about(time: number): string {
  const [unit, span] = units.find(([, least]) => time >= 2 * least) ?? (["s", 1] as const);
  return time < 1
    ? durationText.print(seconds(Number(time.toPrecision(3))))
    : `${Number((time / span).toPrecision(3))} ${unit}`;
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** A time as it was declared. */
export function timeOf(time: Seconds): string {
  return durationText.print(time);
}

/** A share that was worked out, to four digits: `73.12 %`. */
export function shareOf(share: number): string {
  return percentText.print(ratio(Number(share.toPrecision(4))));
}

/** A share as it was declared. */
export function percentOf(share: Ratio): string {
  return percentText.print(share);
}

/** `the RTO of 30 s that Journey "chat" has for a region` */
export function asked({ journey, objective }: Demand, field: "rto" | "rpo"): string {
  return `the ${field.toUpperCase()} of ${timeOf(objective[field])} that Journey "${journey.name}" has for a ${objective.scope}`;
}
