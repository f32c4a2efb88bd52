import { z } from "zod";
import type { Epoch, Settings } from "../../core/plan/actuator.ts";
import { lastLines, type PassedOn } from "../../core/plan/passed-on.ts";

const form = z.strictObject({
  now: z.record(z.string(), z.string()),
  wanted: z.record(z.string(), z.string()),
  epoch: z.int().nonnegative().nullable().default(null),
});

/** What a check tells. */
export interface ToldSettings {
  readonly now: Settings;
  readonly wanted: Settings;
  readonly epoch: Epoch | null;
}

/** @returns `null`: it is not in the form that is asked for */
export function toldSettings(text: string): ToldSettings | null {
  try {
    const read = form.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** The same without what whoever tells it was passed on, for what is seen may be kept. */
export function shownSettings({ now, wanted, epoch }: ToldSettings, passedOn: PassedOn): ToldSettings {
  const shown = (text: string): string => (text === "" ? "" : lastLines(text, passedOn));
  const hidden = (settings: Settings): Settings =>
    Object.fromEntries(Object.entries(settings).map(([what, value]) => [shown(what), shown(value)]));
  return { now: hidden(now), wanted: hidden(wanted), epoch };
}

/** What is not yet as it is wanted, as people read it; empty: nothing. */
export function unsettled({ now, wanted }: ToldSettings): readonly string[] {
  const is = new Map(Object.entries(now));
  return Object.entries(wanted)
    .filter(([name, value]) => is.get(name) !== value)
    .map(([name, value]) => `${name} is ${is.get(name) ?? "not told"}, and not ${value}`);
}

/** The newer epoch that a program tells in its last line, `epoch=9`; `null`: it tells none. */
export function toldEpoch(text: string, own: Epoch): Epoch | null {
  const [, digits = ""] = /^epoch=(\d{1,15})$/.exec(text.trim()) ?? [];
  const epoch = Number(digits);
  return digits !== "" && epoch > own ? epoch : null;
}
