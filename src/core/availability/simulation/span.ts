import { invariant, unreachable } from "../../problem/problem.ts";
import type { Ratio, Seconds } from "../../units/units.ts";
import type { Repair } from "../../model/reliability.ts";
import type { RandomStream } from "./random-stream.ts";

/** How a length of time spreads. `sigma` is that of the logarithm; `mean` of a log-normal one is its mean, not its median. */
export type Span =
  | { readonly kind: "fixed"; readonly seconds: Seconds }
  | { readonly kind: "uniform"; readonly least: Seconds; readonly most: Seconds }
  | { readonly kind: "exponential"; readonly mean: Seconds }
  | { readonly kind: "log-normal"; readonly mean: Seconds; readonly sigma: number }
  /** One of two: `one` with the likelihood. */
  | { readonly kind: "either"; readonly likelihood: Ratio; readonly one: Span; readonly other: Span };

export function meanOf(span: Span): number {
  switch (span.kind) {
    case "fixed":
      return span.seconds;
    case "uniform":
      return (span.least + span.most) / 2;
    case "exponential":
    case "log-normal":
      return span.mean;
    case "either":
      return span.likelihood * meanOf(span.one) + (1 - span.likelihood) * meanOf(span.other);
    default:
      return unreachable(span);
  }
}

export function meanOfAll(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + meanOf(span), 0);
}

/** One length, drawn. */
export function drawn(span: Span, random: RandomStream): number {
  switch (span.kind) {
    case "fixed":
      return span.seconds;
    case "uniform":
      return span.least + (span.most - span.least) * random.share();
    case "exponential":
      return random.exponential(span.mean);
    case "log-normal":
      return span.mean * Math.exp(span.sigma * random.normal() - span.sigma ** 2 / 2);
    case "either":
      return drawn(random.share() < span.likelihood ? span.one : span.other, random);
    default:
      return unreachable(span);
  }
}

/** The length of spans one after the other, drawn. */
export function drawnInTurn(spans: readonly Span[], random: RandomStream): number {
  let sum = 0;
  for (const span of spans) sum += drawn(span, random);
  return sum;
}

/** What is left of spans in turn for somebody who comes upon them at any moment: long ones are met more often. */
export function residual(spans: readonly Span[], random: RandomStream): number {
  return drawnByLengthInTurn(spans, random) * random.share();
}

/** The length of spans in turn, drawn as often as it lasts: one of them, by its share of the mean, is drawn so, the others as they are. */
export function drawnByLengthInTurn(spans: readonly Span[], random: RandomStream): number {
  let chosen = random.share() * meanOfAll(spans);
  let sum = 0;
  for (const span of spans) {
    const isChosen = chosen >= 0 && chosen < meanOf(span);
    chosen -= meanOf(span);
    sum += isChosen ? drawnByLength(span, random) : drawn(span, random);
  }
  return sum;
}

/** A length drawn as often as it lasts: its density times the length, over the mean. */
function drawnByLength(span: Span, random: RandomStream): number {
  switch (span.kind) {
    case "fixed":
      return span.seconds;
    case "uniform":
      return Math.sqrt(span.least ** 2 + (span.most ** 2 - span.least ** 2) * random.share());
    case "exponential":
      return random.exponential(span.mean) + random.exponential(span.mean);
    case "log-normal":
      return span.mean * Math.exp(span.sigma * random.normal() + span.sigma ** 2 / 2);
    case "either": {
      const share = (span.likelihood * meanOf(span.one)) / meanOf(span);
      return drawnByLength(random.share() < share ? span.one : span.other, random);
    }
    default:
      return unreachable(span);
  }
}

export function repairSpan(repair: Repair, mttr: Seconds): Span {
  switch (repair.kind) {
    case "exponential":
      return { kind: "exponential", mean: mttr };
    case "fixed":
      return { kind: "fixed", seconds: mttr };
    case "log-normal":
      invariant(repair.sigma >= 0, `sigma is at least 0, got ${repair.sigma}`);
      return { kind: "log-normal", mean: mttr, sigma: repair.sigma };
    default:
      return unreachable(repair);
  }
}
