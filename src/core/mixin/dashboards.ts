import type { NameSet } from "../llm/name-set.ts";
import type { Dashboard } from "./dashboard.ts";
import { failoverDashboard } from "./failover-dashboard.ts";
import { llmDashboard } from "./llm-dashboard.ts";
import { sloDashboard } from "./slo-dashboard.ts";

/** Every dashboard. @param set under whose names a language model is watched */
export function dashboards(set: NameSet): readonly Dashboard[] {
  return [failoverDashboard, sloDashboard, llmDashboard(set)];
}
