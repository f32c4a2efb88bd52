import { majorityOf } from "../failover/settings.ts";
import { regionsLossPath } from "../model/lost-through.ts";
import { type Model, the } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { failedRegions } from "../model/survival.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { eachTold, type Tried } from "./survivor.ts";

// Places that a recovery itself stands on: its controllers, the voters of its coordination store, and where its evidence is kept.

type OwnPlaces = "controllers" | "coordination" | "evidence";

/** Those who decide by a majority, each in a region of its own. */
interface Council {
  readonly field: Exclude<OwnPlaces, "evidence">;
  /** What its members are called. */
  readonly members: string;
  readonly regions: readonly string[];
}

/** Voters that stand where the controllers do are told of as these. */
function councilsOf({ controllers, coordination }: RecoveryPlan): readonly Council[] {
  const own: Council = { field: "controllers", members: "controllers", regions: controllers };
  if (coordination === null) return [own];
  return [own, { field: "coordination", members: "coordination voters", regions: coordination }];
}

interface Lost {
  readonly regions: readonly string[];
  /** From the plan to what fails: `plan → controllers → east`. */
  readonly path: string;
}

function lostOf({ survey: { model }, scenario }: Tried, field: OwnPlaces, regions: readonly string[]): Lost {
  const failed = failedRegions(model, scenario);
  const lost = regions.filter((region) => failed.has(region));
  return {
    regions: lost,
    path: ["plan", field, ...regionsLossPath(model, scenario, lost)].join(" → "),
  };
}

function quorumLost(survey: Survey, of: Council["field"]): readonly Found[] {
  return eachTold(survey, (tried) => {
    const { plan, scenario } = tried;
    const council = councilsOf(plan).find(({ field }) => field === of);
    if (council === undefined) return [];
    const { members, regions } = council;
    const lost = lostOf(tried, of, regions);
    const left = regions.length - lost.regions.length;
    const needed = majorityOf(regions.length);
    if (left >= needed) return [];
    const what = `${scenario.name} leaves ${left} of ${regions.length} ${members}, and ${needed} are needed (${lost.path})`;
    return [{ what, at: spot("RecoveryPlan", plan, of), parts: [] }];
  });
}

function evidenceLost(survey: Survey): readonly Found[] {
  return eachTold(survey, (tried) => {
    const { plan, scenario } = tried;
    // Where it stands with the controllers, its loss is that of all of them.
    if (plan.evidence === null) return [];
    const lost = lostOf(tried, "evidence", plan.evidence);
    if (lost.regions.length < plan.evidence.length) return [];
    const what = `${scenario.name} leaves no place in which evidence is kept (${lost.path})`;
    return [{ what, at: spot("RecoveryPlan", plan, "evidence"), parts: [] }];
  });
}

function evenCouncils({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    councilsOf(plan).flatMap(({ field, members, regions }): readonly Found[] => {
      const count = regions.length;
      if (count % 2 !== 0) return [];
      const borne = count - majorityOf(count);
      const fewer = count === 2 ? "1 alone does" : `${count - 1} do`;
      const what = `RecoveryPlan "${plan.name}": ${count} ${members} bear the loss of ${borne}, as ${fewer}`;
      return [{ what, at: spot("RecoveryPlan", plan, field) }];
    }),
  );
}

function quorumInOneProvider({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan): readonly Found[] => {
    const wants = plan.journeys
      .map((name) => the(model.journeys, name))
      .find(({ objectives }) => objectives.some(({ scope }) => scope === "provider"));
    if (wants === undefined) return [];
    return councilsOf(plan).flatMap(({ field, members, regions }): readonly Found[] => {
      const held = majorityHeld(model, regions);
      // A scenario that the plan covers and that takes this majority is told as that.
      if (held === null || isCovered(model, plan, held.provider)) return [];
      const what = `RecoveryPlan "${plan.name}": ${held.count} of ${regions.length} ${members} stand with ${held.provider}, and Journey "${wants.name}" has an objective for the loss of a provider`;
      return [{ what, at: spot("RecoveryPlan", plan, field) }];
    });
  });
}

/** The provider without whose regions there is no majority, and how many of them it has; `null`: there is none. */
function majorityHeld(
  { platform }: Model,
  regions: readonly string[],
): { readonly provider: string; readonly count: number } | null {
  const providerOf = new Map(platform.regions.map(({ name, provider }) => [name, provider]));
  const counts = new Map<string, number>();
  for (const region of regions) {
    const provider = providerOf.get(region) ?? "";
    counts.set(provider, (counts.get(provider) ?? 0) + 1);
  }
  const quorum = majorityOf(regions.length);
  const held = [...counts].find(([, count]) => regions.length - count < quorum);
  return held === undefined ? null : { provider: held[0], count: held[1] };
}

function isCovered(model: Model, plan: RecoveryPlan, provider: string): boolean {
  const regions = model.platform.regions.filter((region) => region.provider === provider);
  return plan.scenarios.some((name) => {
    const failed = failedRegions(model, the(model.scenarios, name));
    return regions.every((region) => failed.has(region.name));
  });
}

export const ownPlacesRules: readonly Rule[] = [
  {
    id: "HF001",
    code: "survivor/no-quorum",
    title: "a scenario leaves no majority of controllers",
    severity: "error",
    why: "no recovery step may need what has failed, and without a majority of controllers nothing is changed",
    mend: "place controllers so that a majority survives every scenario that the plan covers: 3 or 5, one in each region",
    source: {
      title: "AWS, Application Recovery Controller: a quorum of five regional endpoints",
      date: "2021",
    },
    find: (survey) => quorumLost(survey, "controllers"),
  },
  {
    id: "HF011",
    code: "survivor/even-controllers",
    title: "an even number of controllers, or of voters",
    severity: "warning",
    why: "a majority of an even number is one more than half: the last of them adds something that can fail, and no loss that can be borne",
    mend: "take one away, or add one in a region that has none: 3 or 5",
    source: { title: "etcd documentation, Why an odd number of cluster members?", date: "2023" },
    find: evenCouncils,
  },
  {
    id: "HF012",
    code: "survivor/quorum-in-one-provider",
    title: "the majority of controllers, or of voters, falls with one provider",
    severity: "warning",
    why: "when the provider is lost the others are no majority, and nothing is changed",
    mend: "place them with three providers, or promise nothing for the loss of one",
    source: {
      title: "Google Cloud, incident report of Service Control: all regions at once",
      date: "2025-06-12",
    },
    find: quorumInOneProvider,
  },
  {
    id: "HF100",
    code: "survivor/no-coordination",
    title: "a scenario leaves no majority of the coordination store",
    severity: "error",
    why: "who leads, and how far a run has come, stands in the coordination store: without a majority of its voters nobody can write it down, and no step is begun",
    mend: "place its voters so that a majority survives every scenario that the plan covers: 3 or 5, one in each region; coordination says where",
    source: { title: "etcd documentation, Understand failures: majority failure", date: "2023" },
    find: (survey) => quorumLost(survey, "coordination"),
  },
  {
    id: "HF101",
    code: "survivor/no-evidence",
    title: "a scenario leaves no place in which evidence is kept",
    severity: "error",
    why: "what a recovery does is written down as it does it; what nobody can show afterwards, neither who approved it nor that it was done, proves nothing",
    mend: "keep evidence in a region that survives as well; evidence says where",
    source: arithmetic,
    find: evidenceLost,
  },
];
