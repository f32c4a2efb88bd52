import { z } from "zod";
import { dataText, durationText, percentText, priceText, type QuantityText } from "../units/text.ts";
import type { Bytes, HourlyPrice, Ratio, Seconds } from "../units/units.ts";
import type { ManifestCode } from "./codes.ts";

/** What a refused field tells besides zod's own words. */
export interface IssueDetail {
  readonly code: ManifestCode;
  readonly mend: string;
}

/** Lower-case words joined by hyphens, as DNS labels and Kubernetes names are, so that one name serves everywhere. */
const namePattern = "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$";

function quantity<Value>(kind: QuantityText<Value>) {
  return (description: string, example: string): z.ZodType<Value, string> =>
    z
      .string()
      .transform((text, context) => {
        const read = kind.read(text);
        if (read.ok) return read.value;
        const params: IssueDetail = {
          code: "manifest/impossible-quantity",
          mend: `write ${kind.name} with its unit, such as ${example}`,
        };
        context.addIssue({ code: "custom", message: read.because, params: { ...params } });
        return z.NEVER;
      })
      .meta({ description, examples: [example], pattern: kind.pattern });
}

export const duration: (description: string, example: string) => z.ZodType<Seconds, string> =
  quantity(durationText);
export const share: (description: string, example: string) => z.ZodType<Ratio, string> =
  quantity(percentText);
export const dataAmount: (description: string, example: string) => z.ZodType<Bytes, string> =
  quantity(dataText);
export const price: (description: string, example: string) => z.ZodType<HourlyPrice, string> =
  quantity(priceText);

export function text(description: string, example: string): z.ZodType<string, string> {
  return z.string().meta({ description, examples: [example] });
}

/** A name, given or referred to. */
export function name(description: string, example: string): z.ZodString {
  return z
    .string()
    .regex(new RegExp(namePattern))
    .meta({ description, examples: [example] });
}

export const regionName = (description: string): z.ZodString => name(description, "east");
export const componentName = (description: string): z.ZodString => name(description, "database");
export const journeyName = (description: string): z.ZodString => name(description, "chat-completion");
export const scenarioName = (description: string): z.ZodString => name(description, "region-lost");

/** More of anything than one manifest means, and few enough to be counted with. */
const countMax = 100_000;

export function count(description: string, example: number): z.ZodNumber {
  return z
    .number()
    .int()
    .min(1)
    .max(countMax)
    .meta({ description, examples: [example] });
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  description: string,
): z.ZodType<Word, Word> {
  return z.enum(words).meta({ description, examples: [words[0]] });
}

/** At least one of something, in order. */
export function list<Item extends z.ZodType>(
  item: Item,
  { description, example }: { readonly description: string; readonly example: z.input<Item> },
): z.ZodArray<Item> {
  return z
    .array(item)
    .min(1)
    .meta({ description, examples: [[example]] });
}
