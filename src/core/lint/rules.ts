import { activationRules } from "./activation.ts";
import { approvalRules } from "./approvals.ts";
import { capacityRules } from "./capacity.ts";
import { cellsRules } from "./cells.ts";
import { costRules } from "./cost.ts";
import { coverageRules } from "./coverage.ts";
import { dataRules } from "./data.ts";
import { dependenciesRules } from "./dependencies.ts";
import { detectionRules } from "./detection.ts";
import { drainedCellsRules } from "./drained-cells.ts";
import { drillsRules } from "./drills.ts";
import { externalApisRules } from "./external-apis.ts";
import { fatesRules } from "./fates.ts";
import { figuresRules } from "./figures.ts";
import { objectivesRules } from "./objectives.ts";
import { ownPlacesRules } from "./own-places.ts";
import { plansRules } from "./plans.ts";
import { reactionRules } from "./reaction.ts";
import { risksRules } from "./risks.ts";
import { routingRules } from "./routing.ts";
import type { RuleId } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { standbyRules } from "./standby.ts";
import { survivorRules } from "./survivor.ts";
import { trainingRules } from "./training.ts";
import { unsaidNeedsRules } from "./unsaid-needs.ts";
import { weightsRules } from "./weights.ts";

/** Ids of rules that are no more, and of no other ever: what HF056 and HF091 found is refused when a workspace is read. */
export const retiredIds: readonly RuleId[] = ["HF056", "HF091"];

/** Every rule, by its id. The next one is given the id after the last of these and the retired ones. */
export const rules: readonly Rule[] = [
  ...[survivorRules, ownPlacesRules, unsaidNeedsRules, detectionRules, coverageRules, capacityRules],
  ...[weightsRules, routingRules, dataRules],
  ...[dependenciesRules, fatesRules, standbyRules, cellsRules, trainingRules, externalApisRules],
  ...[
    activationRules,
    drainedCellsRules,
    drillsRules,
    plansRules,
    approvalRules,
    reactionRules,
    objectivesRules,
    figuresRules,
    risksRules,
    costRules,
  ],
]
  .flat()
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/** The rule of an id (`HF012`, in any case) or a code (`survivor/no-quorum`); `null`: there is none. */
export function ruleNamed(name: string): Rule | null {
  return rules.find(({ id, code }) => id === name.toUpperCase() || code === name) ?? null;
}
