import { describe, expect, it } from "vitest";
import { foreseenExample } from "../../test/foreseen-example.ts";
import type { KubernetesVerifyWish, VerifyWish } from "../core/model/verify-wish.ts";
import { unsetFor } from "../core/plan/unset.ts";
import { notSo, type Tried, type Verifier } from "../core/plan/verifier.ts";
import { instantMs } from "../core/units/units.ts";
import { type LookSettings, lookToday } from "./look-today.ts";
import type { Verifiers } from "./verifiers.ts";

const plan = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" });
const life = new AbortController().signal;
const now = instantMs(Date.parse("2026-04-15T12:00:00Z"));
const environment = Object.fromEntries(unsetFor(plan.stages, {}).map((name) => [name, "set"]));

/** What tries show, by kind; each is counted. */
class Shown {
  readonly tries: string[] = [];
  readonly verifiers: Verifiers;

  constructor(shown: Partial<Record<VerifyWish["kind"], Tried>> = {}) {
    const verifier = <Wish extends VerifyWish>(): Verifier<Wish> => ({
      try: ({ kind }) => {
        this.tries.push(kind);
        return Promise.resolve(shown[kind] ?? { kind: "so" });
      },
    });
    const prompted = { try: () => Promise.resolve<Tried>({ kind: "so" }) };
    this.verifiers = {
      sql: verifier(),
      http: verifier(),
      inference: verifier(),
      promql: verifier(),
      prompted,
      kubernetes: verifier(),
    };
  }
}

/** Asked where a gate is of that kind. */
const budget: LookSettings["budget"] = () => Promise.resolve({ kind: "so" });
const spent: LookSettings["budget"] = () => Promise.resolve(notSo("the budget is spent"));

describe("looking at what keeps a plan from being begun", () => {
  it("tries each gate once, and nothing of its steps", async () => {
    const { tries, verifiers } = new Shown();
    expect(
      await lookToday(plan, { verifiers, budget, environment, now, folder: "/srv/plans" }, life),
    ).toEqual([]);
    expect(tries).toEqual(["http", "promql"]);
  });

  it("looks at a cluster by a kubeconfig that is found from the workspace's folder", async () => {
    const kubernetes = foreseenExample("kubernetes", { plan: "leave-east", scenario: "east-lost" });
    const { verifiers } = new Shown();
    const files: unknown[] = [];
    const cluster: Verifier<KubernetesVerifyWish> = {
      try: (wish) => {
        files.push(wish.cluster);
        return Promise.resolve({ kind: "so" });
      },
    };
    const settings = { budget, environment: { GIT_ASKPASS: "" }, now, folder: "/srv/plans" };
    expect(
      await lookToday(kubernetes, { ...settings, verifiers: { ...verifiers, kubernetes: cluster } }, life),
    ).toEqual([]);
    expect(files).toEqual([{ kind: "kubeconfig", file: "/srv/secrets/west.kubeconfig", context: "west" }]);
  });

  it("tells each gate that is closed, and names that are not set", async () => {
    const { verifiers } = new Shown({ http: notSo("it is down") });
    const { HOME, ...rest } = environment;
    expect(HOME).toBe("set");
    const found = await lookToday(
      plan,
      { verifiers, budget, environment: rest, now, folder: "/srv/plans" },
      life,
    );
    expect(found.map(({ interlock, what }) => [interlock, what])).toEqual([
      ["west-answers", "gate west-answers is closed: it is down"],
      [null, "its steps are given HOME, which is not set here"],
    ]);
  });

  it("asks the error budget where a gate is of that kind, and tells what that answers", async () => {
    const { verifiers } = new Shown();
    const found = await lookToday(
      plan,
      { verifiers, budget: spent, environment, now, folder: "/srv/plans" },
      life,
    );
    expect(found).toMatchObject([
      {
        interlock: "budget-left",
        what: "gate budget-left is closed: the budget is spent",
        mend: expect.stringContaining("holdfast gate slo FOLDER --for automatic-failover") as string,
      },
    ]);
  });
});
