import type { EventSubject } from "../core/availability/graph-builder.ts";
import type { Path } from "../core/manifest/document.ts";
import { shownPath } from "../core/manifest/issues.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { Placement } from "../core/model/component.ts";
import { type Model, type Objective, the } from "../core/model/model.ts";
import type { Place } from "../core/problem/problem.ts";
import { part } from "./figure-text.ts";
import { wrapped } from "./layout.ts";

/** A value that an explanation rests on, and where it can be changed. */
export interface WrittenValue {
  /** Such as `Journey chat: spec.objectives.region.rto`. */
  readonly what: string;
  readonly where: Place;
}

/** Where the manifests say what explanations rest on; what is left out is assumed, and has no place. */
export class Places {
  readonly #model: Model;
  readonly #written: Workspace["written"];

  constructor({ model, written }: Pick<Workspace, "model" | "written">) {
    this.#model = model;
    this.#written = written;
  }

  /** A journey, its objectives, and the figures of what it fails by. */
  ofJourney(name: string, subjects: readonly EventSubject[]): readonly WrittenValue[] {
    const { objectives } = the(this.#model.journeys, name);
    return distinct([
      ...this.#of("Journey", name, [["spec", "entry"]]),
      ...objectives.flatMap((objective) => this.#ofObjective(name, objective)),
      ...subjects.flatMap((subject) => this.#ofSubject(subject)),
    ]);
  }

  /** What a recovery is judged by. */
  ofRecoveryObjective(journey: string, objective: Objective): readonly WrittenValue[] {
    return this.#ofObjective(journey, objective).filter(({ what }) => /\.(?:rto|rpo)$/.test(what));
  }

  /** The degraded modes of a journey. */
  ofModes(journey: string): readonly WrittenValue[] {
    const { degradedModes } = the(this.#model.journeys, journey);
    return this.#of(
      "Journey",
      journey,
      degradedModes.map((_, at) => ["spec", "degradedModes", at]),
    );
  }

  /** Each value of an objective, in the journey itself or in the policy that gives it. */
  #ofObjective(journey: string, { scope, sources }: Objective): readonly WrittenValue[] {
    return Object.entries(sources).flatMap(([key, source]) => {
      const path = ["spec", "objectives", scope, key];
      return source.kind === "policy"
        ? this.#of("Policy", source.policy, [path])
        : this.#of("Journey", journey, [path]);
    });
  }

  /** A component: each of its places, and each thing that it says of itself. */
  ofComponent(name: string): readonly WrittenValue[] {
    const { placements } = the(this.#model.components, name);
    const keys = ["pattern", "placesRequired", "failure", "commonCause", "crews", "standby"] as const;
    const more = ["recovery", "replication", "data", "weights", "job", "needs"] as const;
    return this.#of("Component", name, [
      ...placements.map((_, at) => ["spec", "placements", at]),
      ...[...keys, ...more].map((key) => ["spec", key]),
    ]);
  }

  /** What the recovery of a journey in a scenario rests on. @param components of whose recovery or data it speaks */
  ofRecovery(scenario: string, plan: string | null, components: readonly string[]): readonly WrittenValue[] {
    return distinct([
      ...this.#of("Scenario", scenario, [["spec", "failures"]]),
      ...(plan === null
        ? []
        : this.#of("RecoveryPlan", plan, [
            ["spec", "detection"],
            ["spec", "steps"],
          ])),
      ...components.flatMap((name) =>
        this.#of("Component", name, [
          ["spec", "standby"],
          ["spec", "recovery"],
          ["spec", "replication"],
        ]),
      ),
    ]);
  }

  #ofSubject(subject: EventSubject): readonly WrittenValue[] {
    const { platform } = this.#model;
    const regionPath = (name: string, key: string): Path => [
      ...["spec", "regions"],
      platform.regions.findIndex((each) => each.name === name),
      key,
    ];
    switch (subject.kind) {
      case "region":
        return this.#of("Platform", platform.name, [regionPath(subject.region, "failure")]);
      case "zone":
        return this.#of("Platform", platform.name, [regionPath(subject.region, "zoneFailure")]);
      case "fate": {
        const at = platform.fates.findIndex(({ name }) => name === subject.fate);
        return this.#of("Platform", platform.name, [["spec", "fates", at, "failure"]]);
      }
      case "replicas":
        return this.#ofReplicas(subject.component, subject.placement);
      case "switch-over":
        return this.#of("Component", subject.component, [
          ["spec", "standby"],
          ["spec", "recovery"],
        ]);
      case "design":
        return [];
    }
  }

  #ofReplicas(component: string, placement: Placement): readonly WrittenValue[] {
    const at = the(this.#model.components, component).placements.indexOf(placement);
    const own = this.#of("Component", component, [["spec", "placements", at, "failure"]]);
    return [
      ...this.#of("Component", component, [["spec", "placements", at, "replicas"]]),
      ...(own.length > 0 ? own : this.#of("Component", component, [["spec", "failure"]])),
    ];
  }

  #of(
    kind: Parameters<Workspace["written"]>[0],
    name: string,
    paths: readonly Path[],
  ): readonly WrittenValue[] {
    return paths.flatMap((path) => {
      const where = this.#written(kind, name, path);
      return where === null ? [] : [{ what: `${kind} ${name}: ${shownPath(path)}`, where }];
    });
  }
}

function distinct(values: readonly WrittenValue[]): readonly WrittenValue[] {
  return [...new Map(values.map((each) => [each.what, each])).values()];
}

/** The last part of an explanation. */
export function placesText(values: readonly WrittenValue[], columns: number): string {
  const lines = values.map(({ what, where: { file, line, column } }) =>
    wrapped(`${what}, ${file}:${line}:${column}`, { columns, indent: 2 }),
  );
  return part("where it is written", lines);
}
