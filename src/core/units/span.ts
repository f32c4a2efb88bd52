import { unreachable } from "../problem/problem.ts";
import type { QuantityText } from "./quantity-text.ts";
import { durationText } from "./text.ts";
import type { Seconds } from "./units.ts";

/** How long something takes. */
export type Span =
  | { readonly kind: "fixed"; readonly time: Seconds }
  /** Anything between two bounds, each as likely. */
  | { readonly kind: "between"; readonly from: Seconds; readonly to: Seconds }
  /** Half of the time up to `median`, one time in twenty longer than `p95`: log-normal. */
  | { readonly kind: "skewed"; readonly median: Seconds; readonly p95: Seconds };

const time = durationText.pattern.slice(1, -1);

/** A length of time and how it spreads: `60 s`, `20 s to 60 s`, `20 s, p95 2 min`. */
export const spanText: QuantityText<Span> = {
  name: "a length of time, alone or with its spread",
  pattern: `^${time}(?: to ${time}|, p95 ${time})?$`,
  example: "20 s, p95 2 min",
  read(text) {
    const [, first = text, between, second = ""] = /^(.*?)( to |, p95 )(.*)$/.exec(text) ?? [];
    const low = durationText.read(first);
    if (!low.ok || between === undefined) {
      return low.ok ? { ok: true, value: { kind: "fixed", time: low.value } } : low;
    }
    const high = durationText.read(second);
    if (!high.ok) return high;
    if (high.value < low.value) return { ok: false, because: `has its larger time, ${first}, first` };
    return between === " to "
      ? { ok: true, value: { kind: "between", from: low.value, to: high.value } }
      : skewed(low.value, high.value);
  },
  print(value) {
    const print = durationText.print;
    switch (value.kind) {
      case "fixed":
        return print(value.time);
      case "between":
        return `${print(value.from)} to ${print(value.to)}`;
      case "skewed":
        return `${print(value.median)}, p95 ${print(value.p95)}`;
      default:
        return unreachable(value);
    }
  },
};

function skewed(median: Seconds, p95: Seconds): ReturnType<typeof spanText.read> {
  if (median === 0) return { ok: false, because: "has a median of 0 s, which nothing spreads about" };
  return { ok: true, value: { kind: "skewed", median, p95 } };
}
