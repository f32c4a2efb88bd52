import { beforeEach, describe, expect, it } from "vitest";
import { foreseenExample } from "../../test/foreseen-example.ts";
import { person } from "../../test/sample-signers.ts";
import { cryptography } from "../adapters/files/evidence-cryptography.ts";
import { systemClock } from "../adapters/memory/clock.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import type { VerifyWish } from "../core/model/verify-wish.ts";
import type { PromptedWish } from "../core/model/warm-wish.ts";
import type { Actuator, Applied } from "../core/plan/actuator.ts";
import { runText } from "./run-record.ts";
import { notSo, type Tried, type Verifier } from "../core/plan/verifier.ts";
import type { DeedResult, PlanRun } from "../core/plan/run.ts";
import type { StagedStep } from "../core/plan/stages.ts";
import { keyOf } from "../core/plan/signed-approval.ts";
import type { Problem } from "../core/problem/problem.ts";
import { instantMs, milliseconds } from "../core/units/units.ts";
import { carryOutSteps, type Engine } from "./carry-out-step.ts";
import type { Actuators } from "./outside-change.ts";
import type { Verifiers } from "./verifiers.ts";
import { readSystemClock } from "./clocks.ts";
import { approveRun, beginRun, lookUpRun, orderRun, takeOverRun, writeRun } from "./run-store.ts";

const { readPublicKey: readKey } = cryptography;
const life = new AbortController().signal;
/** Of those who may approve, one whose private key is known here. */
const bob = { by: null, login: "root", signer: person("bob").signer };
const stages = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }).stages.map(
  (stage) =>
    stage.map((step) =>
      step.asks === null
        ? step
        : { ...step, asks: { ...step.asks, approvers: [{ name: "bob", key: keyOf(bob.signer) }] } },
    ),
);
const { stages: patroniStages } = foreseenExample("patroni", { plan: "leave-east", scenario: "east-lost" });
const cold = foreseenExample("cold-region", { plan: "leave-east", scenario: "east-lost" }).stages;
const { stages: kubernetesStages } = foreseenExample("kubernetes", {
  ...{ plan: "leave-east", scenario: "east-lost" },
});
const engineStep = "4-6 fail over database";
const hourMs = 3_600_000;

const silent: Problem = {
  code: "dns/silent",
  what: "it does not answer",
  where: null,
  why: "",
  mend: "wake it",
};

/** The things outside, and the failover engine, as a test lets them be. */
class World {
  readonly store = new MemoryCoordinator({ clock: systemClock });
  readonly applied: unknown[] = [];
  readonly looked: string[] = [];
  readonly orders: unknown[] = [];
  serving: string | null = "east";
  /** Who serves after the next order. */
  next = "west";
  result: Applied = { kind: "done", now: {} };
  isBlind = false;

  readonly #actuator = <Wish extends object>(name: string): Actuator<Wish> => ({
    look: () => {
      this.looked.push(name);
      return Promise.resolve(
        this.isBlind
          ? { kind: "unseen", problem: silent }
          : { kind: "seen", now: { colour: "red" }, wanted: { colour: "blue" }, epoch: null },
      );
    },
    apply: (wish, epoch) => {
      this.applied.push({ name, wish, epoch });
      return Promise.resolve(this.result);
    },
  });

  readonly actuators: Actuators = {
    dns: this.#actuator("dns"),
    gitops: this.#actuator("gitops"),
    kubernetes: this.#actuator("kubernetes"),
    haproxy: this.#actuator("haproxy"),
    patroni: this.#actuator("patroni"),
    terraform: this.#actuator("terraform"),
    run: this.#actuator("run"),
  };

  /** What tries show, one after another; after the last it is so. */
  shown: Tried[] = [];
  readonly tried: string[] = [];
  readonly triedWishes: (VerifyWish | PromptedWish)[] = [];

  readonly #verifier = <Wish extends VerifyWish | PromptedWish>(): Verifier<Wish> => ({
    try: (wish) => {
      this.tried.push(wish.kind);
      this.triedWishes.push(wish);
      return Promise.resolve(this.shown.shift() ?? { kind: "so" });
    },
  });

  readonly verifiers: Verifiers = {
    sql: this.#verifier(),
    http: this.#verifier(),
    inference: this.#verifier(),
    promql: this.#verifier(),
    prompted: this.#verifier(),
    kubernetes: this.#verifier(),
  };

  readonly engine: Engine = {
    serving: () => Promise.resolve({ ok: true, value: this.serving }),
    handOver: (wish) => {
      this.orders.push(wish);
      this.serving = this.next;
      return Promise.resolve({ ok: true, value: this.next });
    },
  };
}

describe("a step that is carried out", () => {
  let world: World;
  let told: unknown[];
  let run: PlanRun;

  beforeEach(async () => {
    world = new World();
    told = [];
    const of = {
      plan: "sha256:1",
      by: "ada",
      from: "east",
      form: "graceful",
      despite: [],
      signer: null,
      signal: life,
    } as const;
    const answer = await beginRun(world.store, stages, of);
    if (answer.kind !== "begun") throw new Error(answer.kind);
    run = answer.seen.run;
  });

  interface Deed {
    readonly kind?: "do" | "undo";
    readonly of?: PlanRun;
    readonly signal?: AbortSignal;
  }

  async function carried(
    step: string,
    { kind = "do", of = run, signal = life }: Deed = {},
    planned: readonly (readonly StagedStep[])[] = stages,
  ): Promise<DeedResult> {
    const carryOut = carryOutSteps([...planned, ...patroniStages], {
      ...{
        actuators: world.actuators,
        verifiers: world.verifiers,
        engine: world.engine,
        store: world.store,
        readKey,
        folder: "/srv/plans",
      },
      onLook: (...looked) => told.push(looked),
    });
    return carryOut(kind === "do" ? { kind, step, attempt: 1 } : { kind, step }, of, signal);
  }

  /**
   * The run with a step that somebody has waited for so long, as it stands in the store too.
   * @param setBy by how much the wall clock was set meanwhile
   */
  async function asking(step: string, waitedMs: number, setBy = 0): Promise<PlanRun> {
    const since = instantMs(readSystemClock().wall - waitedMs - setBy);
    const waited = milliseconds(waitedMs);
    const next: PlanRun = {
      ...run,
      steps: { ...run.steps, [step]: { kind: "under-way", attempt: 1, since, waited } },
    };
    const seen = await lookUpRun(world.store, life);
    if (seen === null || seen === "unreachable") throw new Error("it stands in the store");
    await writeRun(world.store, { text: runText(next), expected: seen.revision, signal: life });
    return next;
  }

  it("is looked at and then changed, under the epoch of the run, with paths from the workspace's folder", async () => {
    world.serving = "west";
    expect(await carried("7 route gateway")).toEqual({ kind: "done" });
    expect(world.looked).toEqual(["dns"]);
    expect(told).toEqual([["7 route gateway", { colour: "red" }, { colour: "blue" }]]);
    expect(world.applied).toMatchObject([
      { name: "dns", epoch: 1, wish: { keyFile: "/etc/holdfast/dns.key" } },
    ]);
    await carried("3 terraform more-machines");
    expect(world.applied[1]).toMatchObject({ wish: { directory: "/srv/plans/infrastructure" } });
    await carried("8 route gateway");
    expect(world.applied[2]).toMatchObject({ wish: { socket: { path: "/run/haproxy/admin.sock" } } });
    await carried("14 notify page-support");
    expect(world.applied[3]).toMatchObject({ name: "run", wish: { directory: "/srv/plans" } });
    await carried("15 gitops east-stays-out");
    const repository = "https://git.example.com/platform/clusters.git";
    expect(world.applied[4]).toMatchObject({ name: "gitops", epoch: 1, wish: { repository } });
  });

  it("changes a repository that is a folder from the workspace's folder", async () => {
    const repository = "https://git.example.com/platform/clusters.git";
    const edits = [[repository, "../clusters.git"] as const];
    const local = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, edits).stages;
    await carried("15 gitops east-stays-out", {}, local);
    expect(world.applied).toMatchObject([{ wish: { repository: "/srv/clusters.git" } }]);
  });

  it("changes and tries a cluster by a kubeconfig that is found from the workspace's folder", async () => {
    const file = "/srv/secrets/west.kubeconfig";
    await carried("1 kubernetes west-grows", {}, kubernetesStages);
    await carried("1 kubernetes west-grows", { kind: "undo" }, kubernetesStages);
    expect(world.applied).toMatchObject([
      {
        name: "kubernetes",
        epoch: 1,
        wish: { cluster: { file, context: "west" }, shallBe: { replicas: 8 } },
      },
      { name: "kubernetes", epoch: 1, wish: { cluster: { file }, shallBe: { replicas: 2 } } },
    ]);
    expect(await carried("6 verify chat", {}, kubernetesStages)).toEqual({ kind: "done" });
    expect(world.tried).toEqual(["kubernetes"]);
    expect(world.triedWishes).toMatchObject([{ cluster: { file } }]);
  });

  it("asks Patroni, and asks it for the way back under the same epoch", async () => {
    expect(await carried("2 patroni promote-orders")).toEqual({ kind: "done" });
    expect(world.looked).toEqual(["patroni"]);
    await carried("2 patroni promote-orders", { kind: "undo" });
    expect(world.applied).toMatchObject([
      { name: "patroni", epoch: 1, wish: { shallBe: { kind: "independent" } } },
      { name: "patroni", epoch: 1, wish: { shallBe: { kind: "standby-of", slot: "west" } } },
    ]);
  });

  it("is undone by its way back", async () => {
    expect(await carried("3 terraform more-machines", { kind: "undo" })).toEqual({ kind: "done" });
    expect(world.applied).toMatchObject([{ wish: { variables: { machines: "2" } } }]);
    expect(await carried("1 approve spend", { kind: "undo" })).toEqual({ kind: "done" });
    expect(world.applied).toHaveLength(1);
  });

  it("fails where it cannot be looked at, and changes nothing; and where it could not be changed; with what to do about it", async () => {
    const inVain = { kind: "failed", because: silent.what, mend: "wake it" };
    world.isBlind = true;
    expect(await carried("3 terraform more-machines")).toEqual(inVain);
    expect(world.applied).toEqual([]);
    world.isBlind = false;
    world.result = { kind: "failed", problem: silent };
    expect(await carried("3 terraform more-machines")).toEqual(inVain);
    world.result = { kind: "outdated", epoch: 9 };
    expect(await carried("3 terraform more-machines")).toEqual({ kind: "outdated", epoch: 9 });
  });

  it("is passed over where another region serves than it is for, and fails while nobody does", async () => {
    world.serving = "central";
    expect(await carried("7 route gateway")).toEqual({
      kind: "skipped",
      because: "central serves, and not west",
    });
    world.serving = null;
    expect(await carried("7 route gateway")).toEqual({ kind: "failed", because: "nobody serves yet" });
    expect(world.applied).toEqual([]);
    // The way back is gone whoever serves by then.
    expect(await carried("7 route gateway", { kind: "undo" })).toEqual({ kind: "done" });
  });

  it("asks the failover engine once, and not where somebody serves already whom the plan lets serve", async () => {
    expect(await carried(engineStep)).toEqual({ kind: "done" });
    expect(world.orders).toEqual([{ form: "graceful", to: null, by: "ada" }]);
    expect(await carried(engineStep)).toEqual({ kind: "done" });
    expect(world.orders).toHaveLength(1);
  });

  it("hands over in the form of the run, and back again in order", async () => {
    const of: PlanRun = { ...run, form: "ungraceful" };
    await carried(engineStep, { of });
    expect(world.orders).toEqual([{ form: "ungraceful", to: null, by: "ada" }]);
    world.next = "east";
    expect(await carried(engineStep, { kind: "undo", of })).toEqual({ kind: "done" });
    expect(world.orders[1]).toEqual({ form: "graceful", to: "east", by: "ada" });
  });

  it("fails where the failover engine lets somebody serve whom the plan does not name", async () => {
    world.next = "north";
    expect(await carried(engineStep)).toEqual({
      kind: "failed",
      because: "north serves, which is none of west, central",
    });
  });

  it("that asks for approvals is done once people have said yes, and fails when nobody has in time", async () => {
    const step = "1 approve spend";
    const of = await asking(step, 1_000);
    const approved = carried(step, { of });
    expect(await approveRun(world.store, { step, ...bob, readKey, signal: life })).toMatchObject({
      missing: 0,
    });
    expect(await approved).toEqual({ kind: "done" });
    const late = await asking(step, 900_001);
    expect(await carried(step, { of: { ...late, approvals: [] } })).toEqual({
      kind: "failed",
      because: "not enough people have said yes in time",
    });
  });

  it("that asks for signed approvals is not done by one that was written into the store, nor by asking fewer there", async () => {
    const step = "1 approve spend";
    const of = await asking(step, 899_900);
    const forged = {
      ...of,
      asks: { [step]: { people: 0, approvers: [], within: milliseconds(900_000) } },
      approvals: [{ step, by: "bob", at: readSystemClock().wall, proof: null, withdrawn: null }],
    };
    const seen = await lookUpRun(world.store, life);
    if (seen === null || seen === "unreachable") throw new Error("it stands there");
    await writeRun(world.store, { text: runText(forged), expected: seen.revision, signal: life });
    expect(await carried(step, { of })).toEqual({
      kind: "failed",
      because: "not enough people have said yes in time",
    });
  });

  it("that waits counts on from what others have waited who carried it out before", async () => {
    const step = "9 wait resolvers-forget";
    expect(await carried(step, { of: await asking(step, 30_000) })).toEqual({ kind: "done" });
  });

  it("that asks or waits is not over because a wall clock was set forward", async () => {
    for (const step of ["9 wait resolvers-forget", "1 approve spend"]) {
      const waiting = carried(step, { of: await asking(step, 0, hourMs) });
      await orderRun(world.store, { order: "stop", by: "bob", signal: life });
      expect(await waiting).toEqual({ kind: "failed", because: "bob has stopped it" });
    }
  });

  it("that asks or waits takes no longer because a wall clock was set back", async () => {
    const [step, asks] = ["9 wait resolvers-forget", "1 approve spend"];
    expect(await carried(step, { of: await asking(step, 30_000, -hourMs) })).toEqual({ kind: "done" });
    expect(await carried(asks, { of: await asking(asks, 900_000, -hourMs) })).toEqual({
      kind: "failed",
      because: "not enough people have said yes in time",
    });
  });

  it("that asks or waits ends at once when somebody else goes on with the run", async () => {
    const step = "9 wait resolvers-forget";
    const waiting = carried(step, { of: await asking(step, 0) });
    await takeOverRun(world.store, { form: null, by: "eve" }, life);
    expect(await waiting).toEqual({ kind: "failed", because: "somebody else goes on with the run" });
  });

  it("that asks or waits ends at once when a person stops the run, and when it is called off", async () => {
    const step = "9 wait resolvers-forget";
    const waiting = carried(step, { of: await asking(step, 0) });
    await orderRun(world.store, { order: "stop", by: "bob", signal: life });
    expect(await waiting).toEqual({ kind: "failed", because: "bob has stopped it" });
    const off = AbortSignal.abort();
    expect(await carried(step, { of: await asking(step, 0), signal: off })).toEqual({
      kind: "failed",
      because: "it was called off",
    });
  });

  it("that verifies is tried until it is so, by what it names", async () => {
    world.serving = "west";
    world.shown = [notSo("nobody is there"), notSo("it is read-only")];
    expect(await carried("10 verify chat", { of: await asking("10 verify chat", 0) })).toEqual({
      kind: "done",
    });
    expect(world.tried).toEqual(["sql", "sql", "sql"]);
    for (const step of ["11 verify chat", "12 verify chat", "13 verify chat"])
      expect(await carried(step, { of: await asking(step, 0) })).toEqual({ kind: "done" });
    expect(world.tried.slice(3)).toEqual(["inference", "http", "promql"]);
    expect(world.applied).toEqual([]);
  });

  it("that verifies fails when its time is over, with why at last, and at once when no try can be made", async () => {
    const step = "10 verify chat";
    world.shown = [notSo("it is read-only")];
    expect(await carried(step, { of: await asking(step, 60_000) })).toEqual({
      kind: "failed",
      because: "it is read-only (tried 1 time)",
    });
    world.shown = [{ kind: "cannot", because: "CHAT_DATABASE_URL is not set" }];
    expect(await carried(step, { of: await asking(step, 0) })).toEqual({
      kind: "failed",
      because: "CHAT_DATABASE_URL is not set",
    });
    expect(world.tried).toHaveLength(2);
  });

  it("that scales is a program or a request of one's own, under the epoch, and back", async () => {
    expect(await carried("1 scale llm in west", {}, cold)).toEqual({ kind: "done" });
    await carried("1 scale llm in west", { kind: "undo" }, cold);
    expect(world.applied).toMatchObject([
      { name: "run", epoch: 1, wish: { command: ["scale", "llm", "west", "6"], directory: "/srv/plans" } },
      { name: "run", epoch: 1, wish: { command: ["scale", "llm", "west", "0"] } },
    ]);
  });

  it("that warms is tried until it is so, by what it names, and is not undone", async () => {
    world.serving = "west";
    world.shown = [notSo("the first token took 4 s")];
    for (const step of ["5 warm llm in west", "6 warm index in west", "9 warm llm in west"])
      expect(await carried(step, { of: await asking(step, 0) }, cold)).toEqual({ kind: "done" });
    const counted = ["inference", "inference", ...Array<string>(6).fill("sql"), "http", "http"];
    expect(world.tried).toEqual(counted);
    expect(await carried("5 warm llm in west", { kind: "undo" }, cold)).toEqual({ kind: "done" });
    expect(world.applied).toEqual([]);
  });

  it("that warms by a program runs it again until it ends well, under the epoch", async () => {
    const step = "7 warm gateway in west";
    expect(await carried(step, { of: await asking(step, 0) }, cold)).toEqual({ kind: "done" });
    expect(world.applied).toMatchObject([{ name: "run", epoch: 1, wish: { directory: "/srv/plans" } }]);
    world.result = { kind: "failed", problem: silent };
    const late = { kind: "failed", because: `${silent.what} (tried 1 time)` };
    expect(await carried(step, { of: await asking(step, 120_000) }, cold)).toEqual(late);
  });
});
