import { z } from "zod";
import { emissionsText, powerText } from "../units/energy-text.ts";
import { isTimeZone } from "../units/local-time.ts";
import { moneyText, monthlyPriceText, priceText } from "../units/money-text.ts";
import type { QuantityText } from "../units/quantity-text.ts";
import { spanText, type Span } from "../units/span.ts";
import { bandwidthText, dataText, dateText, durationText, percentText } from "../units/text.ts";
import type {
  Bytes,
  BytesPerSecond,
  GramsPerMonth,
  HourlyPrice,
  InstantMs,
  Money,
  MonthlyPrice,
  Ratio,
  Seconds,
  Watts,
} from "../units/units.ts";
import type { ManifestCode } from "./codes.ts";

/** What a refused field tells besides zod's own words. */
export interface IssueDetail {
  readonly code: ManifestCode;
  readonly mend: string;
}

/** Lower-case words joined by hyphens, as DNS labels and Kubernetes names are, so that one name serves everywhere. */
export const namePattern = "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$";

function quantity<Value>(kind: QuantityText<Value>) {
  return (description: string, example: string): z.ZodType<Value, string> =>
    z
      .string()
      .transform((text, context) => {
        const read = kind.read(text);
        if (read.ok) return read.value;
        const params: IssueDetail = {
          code: "manifest/impossible-quantity",
          mend: `write ${kind.name}, such as ${example}`,
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

export const span: (description: string, example: string) => z.ZodType<Span, string> = quantity(spanText);
export const bandwidth: (description: string, example: string) => z.ZodType<BytesPerSecond, string> =
  quantity(bandwidthText);
export const date: (description: string, example: string) => z.ZodType<InstantMs, string> =
  quantity(dateText);
export const amountOfMoney: (description: string, example: string) => z.ZodType<Money, string> =
  quantity(moneyText);
export const monthlyPrice: (description: string, example: string) => z.ZodType<MonthlyPrice, string> =
  quantity(monthlyPriceText);
export const power: (description: string, example: string) => z.ZodType<Watts, string> = quantity(powerText);
export const emissions: (description: string, example: string) => z.ZodType<GramsPerMonth, string> =
  quantity(emissionsText);

/** A text that says something. */
export function text(description: string, example: string): z.ZodType<string, string> {
  return z
    .string()
    .min(1)
    .meta({ description, examples: [example] });
}

/** A text of which having no letters means something, too. */
export function anyText(description: string, example: string): z.ZodType<string, string> {
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

export function count(description: string, example: number, max = countMax): z.ZodNumber {
  return z
    .number()
    .int()
    .min(1)
    .max(max)
    .meta({ description, examples: [example] });
}

/** A number at least 0, without a unit of its own: a factor, or so many a year. */
export function factor(description: string, example: number): z.ZodNumber {
  return z
    .number()
    .min(0)
    .max(1e9)
    .meta({ description, examples: [example] });
}

/** A text under a rule of its own. */
interface TextRule {
  readonly isKept: (text: string) => boolean;
  /** What a text is that breaks it: "is no time zone". */
  readonly broken: string;
  readonly code: IssueDetail["code"];
  readonly mend: string;
}

function ruledText({ isKept, broken, code, mend }: TextRule): z.ZodString {
  return z.string().superRefine((text, context) => {
    if (isKept(text)) return;
    const params: IssueDetail = { code, mend };
    context.addIssue({ code: "custom", message: broken, params: { ...params } });
  });
}

export const rowPattern = "^[a-z0-9][a-z0-9./_-]{0,127}$";

/** A row of the catalogue: `aws/us-east-1`. */
export function row(description: string, example: string): z.ZodType<string, string> {
  return ruledText({
    isKept: (text) => new RegExp(rowPattern).test(text),
    broken: "is the id of no row",
    code: "manifest/bad-name",
    mend: `write the id of a row of the catalogue, such as ${example}`,
  }).meta({ description, examples: [example], pattern: rowPattern });
}

const clockPattern = "^(?:[01]\\d|2[0-3]):[0-5]\\d$|^24:00$";

/** A time of day by the clocks of some place, as minutes after midnight. */
export function clockTime(description: string, example: string): z.ZodType<number, string> {
  return z
    .string()
    .transform((text, context) => {
      if (new RegExp(clockPattern).test(text)) {
        const [hours = 0, minutes = 0] = text.split(":").map(Number);
        return 60 * hours + minutes;
      }
      const params: IssueDetail = {
        code: "manifest/impossible-quantity",
        mend: `write a time of day, such as "${example}"`,
      };
      context.addIssue({ code: "custom", message: "is no time of day", params: { ...params } });
      return z.NEVER;
    })
    .meta({ description, examples: [example], pattern: clockPattern });
}

export function timeZone(description: string, example: string): z.ZodType<string, string> {
  return ruledText({
    isKept: isTimeZone,
    broken: "is no time zone",
    code: "manifest/unknown-value",
    mend: "write a name of the IANA time zone database, such as Europe/Berlin or UTC",
  }).meta({ description, examples: [example] });
}

const environmentPattern = "^[A-Za-z_][A-Za-z0-9_]*$";

/** The name of something in the environment of whoever runs the plan. */
export function environmentName(description: string, example: string): z.ZodType<string, string> {
  return ruledText({
    isKept: (text) => new RegExp(environmentPattern).test(text),
    broken: "is no name in an environment",
    code: "manifest/bad-name",
    mend: `write letters, digits and _, such as ${example}`,
  }).meta({ description, examples: [example], pattern: environmentPattern });
}

/** A token, as RFC 9110 has it (5.1, 5.6.2). */
const headerPattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/** What a client works out by itself, and what would end or split a request that says otherwise. */
const ownHeaders = [
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** The name of a header of a request. */
export function headerName(description: string, example: string): z.ZodType<string, string> {
  return ruledText({
    isKept: (text) => new RegExp(headerPattern).test(text) && !ownHeaders.includes(text.toLowerCase()),
    broken: "is no header that can be given to a request",
    code: "manifest/bad-name",
    mend: `write the name of a header, such as ${example}; ${ownHeaders.join(", ")} are the client's own`,
  }).meta({ description, examples: [example], pattern: headerPattern });
}

/** Any number of names, none where it is left out. */
export function names(description: string, example: string): z.ZodDefault<z.ZodArray<z.ZodString>> {
  return z
    .array(name(description, example))
    .default([])
    .meta({ description: `${description} Left out: none.`, examples: [[example]] });
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  description: string,
): z.ZodType<Word, Word> {
  return z.enum(words).meta({ description, examples: [words[0]] });
}

/** This word alone, by which one form of something is told from the others. */
export function word<const Word extends string>(value: Word, description: string): z.ZodLiteral<Word> {
  return z.literal(value).meta({ description, examples: [value] });
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
