import type { Risk } from "../model/model.ts";
import { dateText } from "../units/text.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

/** Every risk of a kind, told by a sentence that follows `Risk "a" `. */
function risksLike({ model }: Survey, isWrong: (risk: Risk) => boolean, told: string): readonly Found[] {
  return [...model.risks.values()]
    .filter(isWrong)
    .map((risk) => ({ what: `Risk "${risk.name}" ${told}`, at: spot("Risk", risk) }));
}

function acceptancesExpired({ model, now }: Survey): readonly Found[] {
  return [...model.risks.values()].flatMap((risk): readonly Found[] => {
    const { acceptance } = risk;
    if (acceptance === null || acceptance.until > now) return [];
    const what = `Risk "${risk.name}": ${acceptance.owner} accepted it until ${dateText.print(acceptance.until)}, which is past`;
    return [{ what, at: spot("Risk", risk, "acceptance", "until") }];
  });
}

const riskText = { title: "ISO 31000:2018, clause 6.5: risk treatment", date: "2018-02" };

export const risksRules: readonly Rule[] = [
  {
    id: "HF086",
    code: "risks/no-scenario",
    title: "a risk that no scenario plays out",
    severity: "note",
    why: "a risk that is linked to no scenario is neither computed nor drilled, and stays an opinion",
    mend: "name the scenarios in which it happens: scenarios: […]",
    source: riskText,
    find: (survey) =>
      risksLike(survey, ({ scenarios }) => scenarios.length === 0, "names no scenario in which it happens"),
  },
  {
    id: "HF087",
    code: "risks/acceptance-expired",
    title: "a risk accepted until a day that is past",
    severity: "warning",
    why: "an acceptance ends so that it is decided anew; past its day nobody lives with the risk, and it is still there",
    mend: "decide it anew: treat it, or have it accepted until a later day",
    source: riskText,
    find: acceptancesExpired,
  },
  {
    id: "HF088",
    code: "risks/accepted-by-nobody",
    title: "a risk that is accepted, and by nobody",
    severity: "warning",
    why: "to accept a risk is somebody's decision, with a name and an end",
    mend: "add acceptance: { owner: …, until: … }",
    source: riskText,
    find: (survey) =>
      risksLike(
        survey,
        ({ treatment, acceptance }) => treatment === "accept" && acceptance === null,
        "is accepted, and does not say by whom and until when",
      ),
  },
  {
    id: "HF089",
    code: "risks/no-control",
    title: "a risk that is to be reduced, and by nothing",
    severity: "warning",
    why: "what reduces a risk is a control that can be looked at; without one the risk is as large as before",
    mend: "add controls: […], or write treatment: accept",
    source: riskText,
    find: (survey) =>
      risksLike(
        survey,
        ({ treatment, controls }) => treatment === "reduce" && controls.length === 0,
        "is to be reduced, and names no control that does so",
      ),
  },
];
