import type { Component, Pattern, Weights } from "../model/component.ts";
import { the } from "../model/model.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import { regionsOf, type Survey } from "./survey.ts";
import { about, asked } from "./wording.ts";

interface Loaded {
  readonly component: Component;
  readonly weights: Weights;
}

/** Components whose standbys hold a model. Places that all serve hold it already. */
function standbysWithWeights({ model }: Survey): readonly Loaded[] {
  return [...model.components.values()].flatMap((component) => {
    const { weights, pattern } = component;
    return weights === null || pattern === "active-active" ? [] : [{ component, weights }];
  });
}

function loadOutlastsRto(survey: Survey): readonly Found[] {
  return standbysWithWeights(survey).flatMap(({ component, weights }): readonly Found[] => {
    const demand = survey.strictest(component, "rto");
    const load = weights.size / weights.bandwidth.value;
    const isElsewhere = regionsOf(component).length > 1 && weights.locality !== "resident";
    if (demand === null || !isElsewhere || load <= demand.objective.rto) return [];
    const what = `Component "${component.name}": its standby loads ${weights.locality} weights for ${about(load)}, longer than ${asked(demand, "rto")}`;
    return [{ what, at: spot("Component", component, "weights") }];
  });
}

/** Kinds of parts that weights are fetched from. */
function isStore({ type }: Component): boolean {
  return type === "model-registry" || type === "object-store";
}

function sourceGone(survey: Survey): readonly Found[] {
  const { components } = survey.model;
  return survey.struck().flatMap(({ scenario, component }): readonly Found[] => {
    const { weights, pattern, needs } = component;
    if (weights?.locality !== "remote" || pattern === "active-active") return [];
    // What is needed hard and gone is told of the step that needs it.
    const stores = needs
      .filter((need) => need.strength !== "hard")
      .flatMap((need) => [need.component, ...need.fallbacks].map((name) => the(components, name)))
      .filter(isStore);
    const isLeft = stores.some((store) => survey.gone(scenario, store).length === 0);
    if (stores.length === 0 || isLeft) return [];
    const names = stores.map(({ name }) => name).join(" and ");
    const what = `Component "${component.name}": its standby fetches its weights from ${names}, of which ${scenario.name} leaves no place`;
    return [{ what, at: spot("Component", component, "weights", "locality") }];
  });
}

function sourceNotDeclared(survey: Survey): readonly Found[] {
  const { components } = survey.model;
  return [...components.values()].flatMap((component): readonly Found[] => {
    const hasStore = component.needs.some((need) => isStore(the(components, need.component)));
    if (component.weights?.locality !== "remote" || hasStore) return [];
    const what = `Component "${component.name}": its weights are remote, and it needs no model-registry and no object-store`;
    return [{ what, at: spot("Component", component, "weights") }];
  });
}

const switchedOff: readonly Pattern[] = ["pilot-light", "backup-and-restore"];

function residentWhileOff(survey: Survey): readonly Found[] {
  return standbysWithWeights(survey)
    .filter(({ component: { pattern }, weights }) => {
      return switchedOff.includes(pattern) && weights.locality === "resident";
    })
    .map(({ component }) => ({
      what: `Component "${component.name}": its standby is a ${component.pattern}, which does not run, and its weights are said to be in memory`,
      at: spot("Component", component, "weights", "locality"),
    }));
}

export const weightsRules: readonly Rule[] = [
  {
    id: "HF023",
    code: "weights/load-outlasts-rto",
    title: "weights take longer to load than the RTO",
    severity: "error",
    why: "a standby answers once its weights are loaded, which takes their size over the bandwidth, before engine start and warm-up",
    mend: "keep them resident (hot-standby), load them faster, or raise the rto",
    source: {
      title: "Run:ai, Model Streamer benchmarks of loading from disk and object stores",
      date: "2024",
    },
    find: loadOutlastsRto,
  },
  {
    id: "HF024",
    code: "weights/source-gone",
    title: "weights come from a registry that fails with the region",
    severity: "error",
    why: "a standby that must fetch its weights cannot start without the registry, whatever its strength on a good day",
    mend: "place the registry in a region that survives, or keep weights on the machines: locality: local",
    source: arithmetic,
    find: sourceGone,
  },
  {
    id: "HF025",
    code: "weights/source-not-declared",
    title: "remote weights without a source",
    severity: "note",
    why: "where weights come from is part of the recovery; what is not declared cannot be checked",
    mend: "add the registry to its needs: { component: …, strength: soft }",
    source: arithmetic,
    find: sourceNotDeclared,
  },
  {
    id: "HF026",
    code: "weights/resident-while-off",
    title: "a standby that is switched off and has weights in memory",
    severity: "warning",
    why: "what does not run holds nothing in memory, so the recovery is predicted too short",
    mend: "write where a started machine finds them: locality: local or remote",
    source: arithmetic,
    find: residentWhileOff,
  },
];
