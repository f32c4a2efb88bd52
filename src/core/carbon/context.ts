import { type Watts, watts } from "../units/units.ts";

/** What a live context draws on one accelerator beyond bare idle, however much memory is filled. */
export interface ContextPower {
  readonly power: Watts;
  readonly because: string;
}

/** Vadari, The Model Parking Tax (arXiv 2605.23918): 26 to 50 W on parts with HBM, 66 W on an L40S, under 0.02 W for each GB filled. */
const measured = "measured, The Model Parking Tax (arXiv 2605.23918)";

/** Of smaller parts nothing is published: the same share of the greatest power as on an L40S (66 of 350 W). */
const shareOfGreatest = 66 / 350;
const greatestWatts: Readonly<Record<string, number>> = { A10G: 150, L4: 72, T4: 70 };

const withHbm: readonly string[] = ["A100", "B200", "GH200", "H100", "H200", "MI300X", "V100"];
/** The upper end of what was measured, so that a standby is never shown greener than it is. */
const hbmWatts = 50;

/** @param accelerator as the catalogue names it: `H100`. One that is not known is taken for one with HBM. */
export function contextPower(accelerator: string): ContextPower {
  if (accelerator === "L40S") return { power: watts(66), because: `66 W on an L40S, ${measured}` };
  const greatest = Object.hasOwn(greatestWatts, accelerator) ? greatestWatts[accelerator] : undefined;
  if (greatest !== undefined) {
    const because = `a share of ${greatest} W as on an L40S (66 of 350 W), an assumption; ${measured}`;
    return { power: watts(shareOfGreatest * greatest), because };
  }
  const known = withHbm.includes(accelerator)
    ? ""
    : `; nothing is known of ${accelerator}, and it is taken for such a part`;
  return { power: watts(hbmWatts), because: `50 W on parts with HBM, the most that was ${measured}${known}` };
}
