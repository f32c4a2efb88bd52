import { z } from "zod";
import type { ManifestCode } from "../manifest/codes.ts";
import { type IssueDetail, name } from "../manifest/fields.ts";
import { isRecord } from "../manifest/json-schema.ts";
import { isTimeZone } from "../units/local-time.ts";
import { type DurationUnit, shortDuration } from "./duration.ts";

/** What a text is refused for: how the sentence goes on, and how it is mended. */
interface Refused {
  readonly because: string;
  readonly mend: string;
  readonly code?: ManifestCode;
}

type Told = readonly [description: string, example: string];

/** Text under a rule of its own. */
function textThat(refused: (text: string) => Refused | null, [description, example]: Told): z.ZodString {
  return z
    .string()
    .check(({ value, issues }) => {
      const found = refused(value);
      if (found !== null)
        issues.push({ code: "custom", input: value, message: found.because, params: detailOf(found) });
    })
    .meta({ description, examples: [example] });
}

function detailOf({ code = "manifest/out-of-range", mend }: Refused): Record<string, unknown> {
  const detail: IssueDetail = { code, mend };
  return { ...detail };
}

/** Letters as a reader counts them: code points. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

export function textUpTo(max: number, ...told: Told): z.ZodString {
  return textThat(
    (text) =>
      lengthOf(text) > max
        ? { because: `has more than ${max} characters`, mend: `write at most ${max} characters` }
        : null,
    told,
  );
}

export const description = textUpTo(1050, "One or a few sentences for people.", "Answers arrive in time");

/** Text that says something. */
export const someText = (...[description, example]: Told): z.ZodString =>
  z
    .string()
    .min(1)
    .meta({ description, examples: [example] });

export const someName = (...told: Told): z.ZodString => name(...told);

/** A name, or nothing between quotes, which counts as left out. */
export const nameOrNothing = (...told: Told): z.ZodString =>
  textThat(
    (text) =>
      text === "" || name(...told).safeParse(text).success
        ? null
        : {
            code: "manifest/bad-name",
            because: "is no name",
            mend: "use lower-case letters, digits and hyphens, with a letter or digit at both ends, at most 63",
          },
    told,
  );

export function durationIn(units: readonly DurationUnit[], description: string): z.ZodString {
  return textThat(
    (text) =>
      shortDuration(text, units) === null
        ? {
            code: "manifest/impossible-quantity",
            because: "is no duration",
            mend: `write a whole number and one of ${units.join(", ")}, such as 4w; m is a minute${units.includes("M") ? " and M a month" : ""}`,
          }
        : null,
    [description, "4w"],
  );
}

export const startTime: z.ZodString = textThat(
  (text) =>
    isDateTime(text)
      ? null
      : {
          code: "manifest/impossible-quantity",
          because: "is no date and time",
          mend: "write year, month, day and time, such as 2026-01-01 00:00:00",
        },
  ["When the first window begins, in the time zone beside.", "2026-01-01 00:00:00"],
);

function isDateTime(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return false;
  const iso = `${text.replace(" ", "T")}.000Z`;
  const instant = Date.parse(iso);
  // A 31st of a month that has none is read as the first of the next.
  return !Number.isNaN(instant) && new Date(instant).toISOString() === iso;
}

export const timeZone: z.ZodString = textThat(
  (text) =>
    isTimeZone(text)
      ? null
      : {
          code: "manifest/unknown-value",
          because: "is no time zone",
          mend: "write a name of the IANA time zone database, such as Europe/Berlin or UTC",
        },
  ["Of which place the calendar is, by its name in the IANA database.", "Europe/Berlin"],
);

function mapOf(
  refused: (key: string, value: unknown) => Refused | null,
  [description, example]: readonly [string, Readonly<Record<string, unknown>>],
): z.ZodRecord<z.ZodString, z.ZodUnknown> {
  return z
    .record(z.string(), z.unknown())
    .check(({ value, issues }) => {
      for (const [key, entry] of Object.entries(value)) {
        const found = refused(key, entry);
        if (found === null) continue;
        const told = { message: found.because, params: detailOf(found) };
        issues.push({ code: "custom", input: entry, path: [key], ...told });
      }
    })
    .meta({ description, examples: [example] });
}

/** What a data source needs in order to find the data: any keys, at least one. */
export const queryFields = z
  .record(z.string(), z.unknown())
  .check(({ value, issues }) => {
    if (isRecord(value) && Object.keys(value).length > 0) return;
    const found: Refused = { because: "asks for nothing", mend: "write the query, such as query: up" };
    issues.push({ code: "custom", input: value, message: found.because, params: detailOf(found) });
  })
  .meta({
    description: "What the data source is asked, in its own words.",
    examples: [{ query: "sum(http_requests_total)" }],
  });

const labelKeyPattern = /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

function isQualified(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  const hasPrefix = prefix === undefined || (prefix.length <= 253 && prefixPattern.test(prefix));
  return more.length === 0 && hasPrefix && labelKeyPattern.test(name);
}

const badKey: Refused = {
  code: "manifest/bad-name",
  because: "stands under a key that cannot be one",
  mend: "use letters, digits, - _ . with a letter or digit at both ends, at most 63",
};

const notText: Refused = { code: "manifest/wrong-type", because: "is no text", mend: "write it in quotes" };

/** Of v1: a text, or several. */
export const labels = mapOf(
  (key, value) => {
    if (!labelKeyPattern.test(key)) return badKey;
    const isText = [value].flat().every((each) => typeof each === "string");
    return isText ? null : notText;
  },
  ["What it is found by.", { team: "search" }],
);

/** Of v2alpha: as Kubernetes has them. */
export const kubernetesLabels = mapOf(
  (key, value) => {
    if (!isQualified(key)) return badKey;
    if (typeof value !== "string") return notText;
    return /^([a-z0-9]([-._a-z0-9]{0,61}[a-z0-9])?)?$/.test(value)
      ? null
      : {
          because: "cannot be the value of a label",
          mend: "use lower-case letters, digits, - _ . at most 63",
        };
  },
  ["What it is found by.", { team: "search" }],
);

export const annotations = mapOf(
  (key, value) => {
    if (!isQualified(key)) return badKey;
    return typeof value === "string" ? null : notText;
  },
  ["Notes for programs.", { "example.com/dashboard": "https://dash.example.com/chat" }],
);
