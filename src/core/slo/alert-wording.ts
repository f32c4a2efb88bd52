import {
  alertNames,
  textsIn,
  type Unfit,
  unfitAnnotation,
  unfitLabel,
  unfitName,
  unfitSeverity,
} from "../openslo/alert-terms.ts";
import type { Severity } from "./burn-windows.ts";
import type { Labels } from "./prometheus.ts";
import type { Told } from "./problems.ts";

/** How an SLO wants its alerts to be called and labelled, beside what they say of themselves. */
export interface AlertWording {
  /** Of the alerts by burn rates. */
  readonly name: string;
  /** Of every alert. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly tiers: Readonly<Record<Severity, TierWording>>;
}

interface TierWording {
  /** The label `severity`. */
  readonly severity: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

type Annotations = ReadonlyMap<string, string>;

/** What annotations say of it; what no alert can have is told and left out. */
export function wordingOf(annotations: Annotations, told: Told): AlertWording {
  const read: Reading = { annotations, told };
  return {
    name: textAt(["alert-name", alertNames.burn], unfitName, read),
    labels: mapAt("alert-labels", unfitLabel, read),
    annotations: mapAt("alert-annotations", unfitAnnotation, read),
    tiers: { page: tierOf("page", read), ticket: tierOf("ticket", read) },
  };
}

interface Reading {
  readonly annotations: Annotations;
  readonly told: Told;
}

function tierOf(severity: Severity, read: Reading): TierWording {
  return {
    severity: textAt([`${severity}-severity`, severity], unfitSeverity, read),
    labels: mapAt(`${severity}-labels`, unfitLabel, read),
    annotations: mapAt(`${severity}-annotations`, unfitAnnotation, read),
  };
}

/** A text, or what stands in its place where there is none. */
function textAt(
  [key, otherwise]: readonly [key: string, otherwise: string],
  unfit: (text: string) => Unfit | null,
  { annotations, told }: Reading,
): string {
  const text = annotations.get(`holdfast.dev/${key}`);
  if (text === undefined) return otherwise;
  const found = unfit(text);
  if (found === null) return text;
  tell(key, { because: `is "${text}", which ${found.because}`, mend: found.mend }, told);
  return otherwise;
}

function mapAt(
  key: string,
  unfit: (name: string, value: string) => Unfit | null,
  { annotations, told }: Reading,
): Labels {
  const text = annotations.get(`holdfast.dev/${key}`);
  const map = text === undefined ? {} : textsIn(text);
  if (map === null) {
    const mend = 'write a JSON map of texts, such as {"team":"search"}';
    tell(key, { because: `is "${text ?? ""}", which is no map of texts`, mend }, told);
    return {};
  }
  const fit = Object.entries(map).filter(([name, value]) => {
    const found = unfit(name, value);
    if (found !== null)
      tell(key, { because: `has "${name}", which ${found.because}`, mend: found.mend }, told);
    return found === null;
  });
  return Object.fromEntries(fit);
}

function tell(key: string, { because, mend }: Unfit, told: Told): void {
  const annotation = `holdfast.dev/${key}`;
  told(["metadata", "annotations", annotation], {
    ...{ code: "slo/annotation", what: `its annotation ${annotation} ${because}`, mend },
  });
}

/** By what an SLO is kept apart no label of the whole may stand: alerts of two groups would be one. */
export function tellOfGroupClashes(
  { labels, tiers }: AlertWording,
  groupBy: readonly string[],
  told: Told,
): void {
  const maps = [
    ["alert-labels", labels],
    ["page-labels", tiers.page.labels],
    ["ticket-labels", tiers.ticket.labels],
  ] as const;
  for (const [key, map] of maps)
    for (const label of groupBy.filter((each) => Object.hasOwn(map, each)))
      tell(
        key,
        { because: `has "${label}", by which the SLO is kept apart`, mend: "give it another name" },
        told,
      );
}
