import type { ComponentCarbon } from "../carbon/emission-figure.ts";
import type { ComponentCost } from "../cost/cost.ts";
import type { NeedStrength } from "../model/component.ts";
import { type Model, the } from "../model/model.ts";
import { type Standing, standingsOf } from "../model/standing.ts";
import type { Figure } from "../units/figure.ts";
import type { Ratio, Seconds } from "../units/units.ts";
import type { Prediction } from "./prediction.ts";
import { kindOf, sourceText } from "./source-text.ts";
import type { EventContext } from "./why-event.ts";
import { trainingFigures } from "./why-training.ts";

/** What is known of one component. */
export interface ComponentWhy {
  readonly name: string;
  readonly places: readonly PlaceWhy[];
  /** Of places that stand by; empty: none does. */
  readonly standby: readonly Figure<Ratio | Seconds>[];
  readonly needs: readonly NeedWhy[];
  readonly neededBy: readonly NeedWhy[];
  /** Journeys that begin at it. */
  readonly journeys: readonly string[];
  /** `null`: nothing of it is known. */
  readonly cost: ComponentCost | null;
  readonly carbon: ComponentCarbon | null;
  readonly training: readonly Figure<unknown>[];
}

export interface PlaceWhy {
  readonly standing: Standing;
  /** Of one replica. */
  readonly mtbf: Figure<Seconds>;
  readonly mttr: Figure<Seconds>;
}

export interface NeedWhy {
  readonly component: string;
  readonly strength: NeedStrength;
  readonly fallbacks: readonly string[];
}

export function whyComponent(context: EventContext, prediction: Prediction, name: string): ComponentWhy {
  const { model, rows } = context;
  const component = the(model.components, name);
  const { cost, carbon } = prediction;
  const { standby, placements } = component;
  const keys = ["failureShare", "detected", "switched", "able", "manual"] as const;
  return {
    name,
    places: standingsOf(component).map((standing) => placeWhy(standing, rows)),
    standby:
      placements.length < 2
        ? []
        : keys.map((key) => ({
            ...{ name: key, value: standby[key], kind: kindOf(standby.sources[key]), from: [] },
            because: sourceText(standby.sources[key], rows),
          })),
    needs: component.needs.map(({ component: needed, strength, fallbacks }) => ({
      ...{ component: needed, strength, fallbacks },
    })),
    neededBy: neededBy(model, name),
    journeys: [...model.journeys.values()].filter(({ entry }) => entry === name).map((each) => each.name),
    cost: cost.ok ? (cost.value.components.find((each) => each.component === name) ?? null) : null,
    carbon: carbon.components.find((each) => each.component === name) ?? null,
    training: trainingFigures(component),
  };
}

function placeWhy(standing: Standing, rows: EventContext["rows"]): PlaceWhy {
  const { mtbf, mttr, source } = standing.placement.failure;
  const because = sourceText(source, rows);
  const figure = (name: string, value: Seconds): Figure<Seconds> => ({
    ...{ name, value, kind: kindOf(source), because, from: [] },
  });
  return {
    standing,
    mtbf: figure("mean time between failures", mtbf),
    mttr: figure("mean time to repair", mttr),
  };
}

/** Those that need it, or fall back on it. */
function neededBy({ components }: Model, name: string): readonly NeedWhy[] {
  return [...components.values()].flatMap((other) =>
    other.needs
      .filter((need) => need.component === name || need.fallbacks.includes(name))
      .map(({ strength, fallbacks }) => ({ component: other.name, strength, fallbacks })),
  );
}
