import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "../manifest/manifest.ts";
import type { Model } from "../model/model.ts";
import { isAnyMissed, predictionOf } from "../prediction/prediction.ts";
import { seconds } from "../units/units.ts";
import { Front, type Weights } from "./front.ts";
import { builtBy } from "./limits.ts";
import { optimum, type OptimiseSettings, type Optimum } from "./optimise.ts";

const settings: OptimiseSettings = {
  tables: shippedCatalogue,
  detection: { probeEvery: seconds(0.25), refusals: 3, silentAfter: seconds(1) },
  ...{ stepsMax: 2 ** 22, evaluationsMax: 1e5, availability: "told" },
};

const document = (kind: string, name: string, spec: string): string =>
  `apiVersion: holdfast/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}\n`;

/** A shop whose database may stand in one place or two, and lag or not. */
const shop = (choices: readonly string[], price = "1 USD/h"): readonly string[] => [
  document(
    "Platform",
    "shop",
    "  regions:\n    - { name: east, provider: one, zones: [a, b], location: aws/us-east-1 }\n    - { name: west, provider: one, location: aws/us-west-2 }",
  ),
  document(
    "Component",
    "gateway",
    `  type: gateway
  pattern: active-active
  needs: [{ component: database }]
  placements:
    - { region: east, zones: [a, b], replicas: 3, required: 2, price: 0.1 USD/h, power: { idle: 50 W, busy: 90 W } }
    - { region: west, replicas: 3, required: 2, price: 0.1 USD/h, power: { idle: 50 W, busy: 90 W } }`,
  ),
  document(
    "Component",
    "database",
    `  type: database
  pattern: hot-standby
  replication: { mode: synchronous, confirmations: 1 }
  placements:
    - { region: east, zones: [a], replicas: 1, price: ${price}, power: { idle: 100 W, busy: 200 W } }
    - { region: west, replicas: 1, price: ${price}, power: { idle: 100 W, busy: 200 W } }`,
  ),
  document(
    "Journey",
    "buy",
    "  entry: gateway\n  owner: us\n  impact: 100 USD/h\n  objectives:\n    region: { rto: 2 h, rpo: 1 s, availability: 99.99 % }",
  ),
  document("Journey", "look", "  entry: database\n  owner: us\n  impact: 300 USD/h\n  objectives: { }"),
  document("Scenario", "east-lost", "  failures: [{ region: east, how: lost }]"),
  document("Options", "ways", `  choices:\n${choices.map((each) => `    - ${each}\n`).join("")}`),
];

const all = [
  "{ component: gateway, place: west, presence: [kept, left-out] }",
  "{ component: gateway, place: east, replicas: [{ replicas: 3, required: 2 }, { replicas: 4, required: 2 }, { replicas: 2 }] }",
  "{ component: database, place: east, replicas: [{ replicas: 1 }, { replicas: 2, required: 1 }] }",
  "{ component: database, pattern: [hot-standby, warm-standby, pilot-light] }",
  "{ component: database, replication: [{ mode: asynchronous, lag: 500 ms }, { mode: asynchronous, lag: 20 s }] }",
];

function modelOf(texts: readonly string[]): Model {
  const read = readWorkspace(
    texts.map((text, at) => ({ path: `${at}.yaml`, text })),
    shippedCatalogue,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.value.model;
}

function found(model: Model, change: Partial<OptimiseSettings> = {}): Optimum {
  const answer = optimum(model, [...model.options.values()], { ...settings, ...change });
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.value;
}

/** Weighs every design by predicting it whole. */
function byPrediction(model: Model): readonly Weights[] {
  const chosen = [...model.options.values()].flatMap(({ variants }) =>
    [...variants].map(([name, of]) => ({ name, variants: of })),
  );
  const front = new Front();
  const designs = chosen.reduce<readonly (readonly number[])[]>(
    (picks, { variants }) => picks.flatMap((each) => variants.map((_, pick) => [...each, pick])),
    [[]],
  );
  for (const picks of designs) {
    const { journeys, cost, carbon, ...rest } = predictionOf(builtBy(model, chosen, picks), settings);
    const bare = journeys.map((each) => ({ ...each, availabilityVerdicts: [] }));
    if (isAnyMissed({ journeys: bare, cost, carbon, ...rest })) continue;
    const [buy, look] = journeys.map(({ availability }) => availability.run?.unavailability ?? 1);
    const downtime = Number((0.25 * (buy ?? 1) + 0.75 * (look ?? 1)).toPrecision(9));
    front.offer({
      ...{ picks, downtime, carbon: Number((carbon.total?.value ?? 0).toPrecision(9)) },
      cost: cost.ok ? (cost.value.total?.value.microsPerMonth ?? 0) : 0,
    });
  }
  return front.points;
}

const shown = (cost: number, carbon: number, downtime: number): string =>
  `${cost} ${carbon.toPrecision(6)} ${downtime.toPrecision(6)}`;

describe("the designs that are worth their money", () => {
  const model = modelOf(shop(all));
  const answer = found(model);

  it("are those of predicting every design whole", () => {
    const expected = byPrediction(model).map((each) => shown(each.cost, each.carbon, each.downtime));
    const points = answer.front.map((each) =>
      shown(each.cost?.microsPerMonth ?? 0, each.carbon, each.unavailability),
    );
    expect(expected.length).toBeGreaterThan(5);
    expect([...points].sort()).toEqual([...expected].sort());
    expect(answer.looked).toMatchObject({ isExact: true, settled: 1 });
  });

  it("say by what journeys are weighted, and which objectives hold", () => {
    expect(answer.weightedBy).toBe("impact");
    expect(answer.limits).toEqual(["buy after east-lost: RTO 2 h", "buy after east-lost: RPO 1 s"]);
    expect(answer.unattainable).toEqual([]);
  });

  it("come best first: by money for each minute removed, and those that remove none last", () => {
    const prices = answer.front.map(({ pricePerMinute }) => pricePerMinute?.microsPerMonth ?? Infinity);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect(prices.at(-1)).toBe(Infinity);
  });

  it("tell of today's design, and of each single change, whether another beats it and which", () => {
    for (const design of [answer.today, ...answer.singleChanges]) {
      if (design.verdict.kind !== "dominated") continue;
      const by = answer.front[design.verdict.by];
      expect(by?.unavailability).toBeLessThanOrEqual(design.unavailability);
      expect(by?.cost?.microsPerMonth).toBeLessThanOrEqual(design.cost?.microsPerMonth ?? 0);
      expect(by?.carbon).toBeLessThanOrEqual(design.carbon);
    }
    const kinds = answer.singleChanges.map(({ changes, verdict }) => `${changes[0]?.to}: ${verdict.kind}`);
    expect(kinds).toContain("asynchronous, 20 s behind: misses-objectives");
    expect(kinds.some((each) => each.endsWith("dominated"))).toBe(true);
  });

  it("meet objectives of availability, too, where that is asked", () => {
    const strict = found(model, { availability: "constraint" });
    expect(answer.front.some(({ missed }) => missed.length > 0)).toBe(true);
    expect(strict.front.length).toBeGreaterThan(0);
    expect(strict.front.every(({ missed }) => missed.length === 0)).toBe(true);
  });

  it("say that they are not all, and how far it was looked, when the work was cut short", () => {
    const { looked, front } = found(model, { evaluationsMax: 12 });
    expect(looked).toMatchObject({ isExact: false, designs: answer.looked.designs });
    expect(looked.settled).toBeLessThan(1);
    expect(front.length).toBeGreaterThan(0);
  });
});

describe("a space of designs", () => {
  it("of one choice between two is told whole", () => {
    const answer = found(modelOf(shop([all[2] ?? ""])));
    expect(answer.looked.designs).toBe(2);
    expect(answer.singleChanges).toHaveLength(1);
    expect(answer.front.flatMap(({ changes }) => changes)).toEqual([
      { what: "replicas of database in east", from: "1", to: "2, 1 required" },
    ]);
  });

  it("is refused where amounts are in several currencies", () => {
    const added =
      "{ component: gateway, added: [{ region: east, cell: blue, replicas: 1, price: 1 EUR/h }] }";
    const cells = "regions:";
    const texts = shop([added]).map((text) =>
      text.replace(cells, `cells: [{ name: blue, region: east, share: 100 % }]\n  ${cells}`),
    );
    const read = readWorkspace(
      texts.map((text, at) => ({ path: `${at}.yaml`, text })),
      shippedCatalogue,
    );
    expect(read.ok ? [] : read.problems.map(({ what }) => what)).toEqual([
      expect.stringContaining("spec.choices[0].added[0].price is in EUR"),
    ]);
  });

  it("leaves out an objective that no design meets, and says so", () => {
    const texts = shop([all[2] ?? ""]).map((text) => text.replace("rto: 2 h", "rto: 1 ms"));
    const answer = found(modelOf(texts));
    expect(answer.unattainable).toEqual(["buy after east-lost: RTO 1 ms"]);
    expect(answer.front.length).toBeGreaterThan(0);
  });
});

describe("designs of a journey with degraded modes", () => {
  const price = "price: 1 USD/h, power: { idle: 100 W, busy: 200 W }";
  const cache = document(
    "Component",
    "answers",
    `  type: cache\n  pattern: active-active\n  placements:\n    - { region: east, replicas: 1, ${price} }\n    - { region: west, replicas: 1, ${price} }`,
  );
  const choices = ["{ component: answers, place: west, presence: [kept, left-out] }", all[0] ?? ""];
  const cached =
    "\n  degradedModes:\n    - { name: cached, instead: [{ of: database, by: answers }], rto: { region: 1 min } }";

  function shopWith(modes: string): Model {
    const whole = shop(choices).map((text) =>
      text.replace("  impact: 100 USD/h", `  impact: 100 USD/h${modes}`),
    );
    return modelOf([...whole, cache]);
  }

  it("hold what the mode needs, too", () => {
    const changed = (model: Model): string =>
      JSON.stringify(found(model).front.map(({ changes }) => changes));
    expect(changed(shopWith(""))).toContain("answers");
    expect(found(shopWith(cached)).limits).toContain("buy after east-lost, in cached: RTO 1 min");
    expect(changed(shopWith(cached))).not.toContain("answers");
  });

  it("are those of predicting every design whole", () => {
    const model = shopWith(cached);
    const expected = byPrediction(model).map((each) => shown(each.cost, each.carbon, each.downtime));
    const points = found(model).front.map((each) =>
      shown(each.cost?.microsPerMonth ?? 0, each.carbon, each.unavailability),
    );
    expect([...points].sort()).toEqual([...expected].sort());
  });
});

it("the assistant's choices are weighed exactly, and today's design is judged", () => {
  const read = readWorkspace(exampleFiles("assistant"), shippedCatalogue);
  const answer = found((read.ok ? read.value.model : null) as Model);
  expect(answer.looked).toMatchObject({ isExact: true, settled: 1 });
  expect(answer.front.length).toBeGreaterThan(3);
  expect(answer.unattainable).toEqual([]);
  const { verdict, missed } = answer.today;
  expect(verdict.kind === "misses-objectives").toBe(missed.some((each) => answer.limits.includes(each)));
});

it("names no price for a minute of which so little is removed that the money cannot be counted", () => {
  const dear = shop(
    [
      "{ component: gateway, place: east, replicas: [{ replicas: 3, required: 2 }, { replicas: 30, required: 2 }] }",
    ],
    "10 USD/h",
  ).map((text) => text.replaceAll("price: 0.1 USD/h", "price: 30000 USD/h"));
  const { front, singleChanges } = found(modelOf(dear));
  expect(singleChanges).toHaveLength(1);
  expect([...front, ...singleChanges].map(({ pricePerMinute }) => pricePerMinute)).toContain(null);
});
