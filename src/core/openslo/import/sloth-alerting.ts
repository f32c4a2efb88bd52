import type { Path } from "../../manifest/document.ts";
import type { Subject } from "../../manifest/issues.ts";
import { type Kept, keptAnnotations, keptLabels, keptName, keptSeverity } from "./alert-annotations.ts";
import { mapText, type Texts } from "./slo-document.ts";
import type { SlothAlert, SlothAlerting, Spelling } from "./sloth-schema.ts";

interface Spec extends Subject {
  readonly spelling: Pick<Spelling, "pageAlert" | "ticketAlert">;
}

interface Standing {
  readonly at: Path;
  /** Labels by which the SLO is kept apart. */
  readonly groupBy: readonly string[];
}

/** What a spec of Sloth says of alerts, as annotations. */
export function slothAlerting(
  spec: Spec,
  { name: called = "", labels = {}, annotations, pageAlert, ticketAlert }: SlothAlerting = {},
  { at, groupBy }: Standing,
): Kept<Texts> {
  // Of both alerts, where one of them does not say another.
  const { severity: ofBoth = "", ...others } = labels;
  const severity = keptSeverity(spec, [...at, "labels", "severity"], ofBoth);
  const name = keptName(spec, [...at, "name"], called);
  const ofAll = keptLabels(spec, [...at, "labels"], { labels: others, groupBy });
  const told = keptAnnotations(spec, [...at, "annotations"], annotations);
  const tierOf = (kind: "page" | "ticket", alert: SlothAlert | undefined): Kept<Texts> => {
    const key = kind === "page" ? spec.spelling.pageAlert : spec.spelling.ticketAlert;
    return alertOf(spec, kind, { alert, ofBoth: severity.value, at: [...at, key], groupBy });
  };
  const page = tierOf("page", pageAlert);
  const ticket = tierOf("ticket", ticketAlert);
  return {
    value: {
      alerting: whichOf(pageAlert?.disable === true, ticketAlert?.disable === true),
      "alert-name": name.value,
      "alert-labels": mapText(ofAll.value),
      "alert-annotations": mapText(told.value),
      ...page.value,
      ...ticket.value,
    },
    warnings: [name, severity, ofAll, told, page, ticket].flatMap(({ warnings }) => warnings),
  };
}

function whichOf(isPageOff: boolean, isTicketOff: boolean): string {
  if (isPageOff) return isTicketOff ? "none" : "ticket";
  return isTicketOff ? "page" : "mwmbr";
}

interface OfTier extends Standing {
  readonly alert: SlothAlert | undefined;
  readonly ofBoth: string;
}

function alertOf(
  spec: Spec,
  kind: "page" | "ticket",
  { alert: { labels = {}, annotations } = {}, ofBoth, at, groupBy }: OfTier,
): Kept<Texts> {
  const { severity: written = ofBoth, ...others } = labels;
  const severity = keptSeverity(spec, [...at, "labels", "severity"], written);
  const own = keptLabels(spec, [...at, "labels"], { labels: others, groupBy });
  const told = keptAnnotations(spec, [...at, "annotations"], annotations);
  return {
    value: {
      [`${kind}-severity`]: severity.value,
      [`${kind}-labels`]: mapText(own.value),
      [`${kind}-annotations`]: mapText(told.value),
    },
    warnings: [severity, own, told].flatMap(({ warnings }) => warnings),
  };
}
