import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { foreseenExample } from "../../test/foreseen-example.ts";
import type { Actuator, Look } from "../core/plan/actuator.ts";
import type { SeenWorld } from "../core/plan/seen-world.ts";
import type { Problem } from "../core/problem/problem.ts";
import { lookAtWorld, lookMsMax, type WorldToLookAt } from "./look-at-world.ts";
import type { Actuators } from "./outside-change.ts";

const life = new AbortController().signal;
const { stages } = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, [
  [", check: [paged, east]", ""],
]);
const silent: Problem = { code: "dns/silent", what: "it does not answer", where: null, why: "", mend: "" };

/** Things outside, as a test lets them be. */
class Outside {
  readonly looked: { readonly name: string; readonly wish: unknown; readonly afterMs: number }[] = [];
  /** Names of those that never answer. */
  mute: readonly string[] = [];
  underWay = 0;
  underWayMost = 0;
  changed = 0;

  readonly #since = Date.now();

  readonly #actuator = <Wish extends object>(name: string): Actuator<Wish> => ({
    look: async (wish, signal) => {
      this.underWay += 1;
      this.underWayMost = Math.max(this.underWayMost, this.underWay);
      if (this.mute.includes(name))
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve);
        });
      else await Promise.resolve();
      this.underWay -= 1;
      this.looked.push({ name, wish, afterMs: Date.now() - this.#since });
      const seen: Look = { kind: "seen", now: { [name]: "red" }, wanted: { [name]: "blue" }, epoch: 3 };
      return signal.aborted ? { kind: "unseen", problem: silent } : seen;
    },
    apply: () => {
      this.changed += 1;
      return Promise.resolve({ kind: "done", now: {} });
    },
  });

  readonly actuators: Actuators = {
    dns: this.#actuator("dns"),
    gitops: this.#actuator("gitops"),
    haproxy: this.#actuator("haproxy"),
    kubernetes: this.#actuator("kubernetes"),
    patroni: this.#actuator("patroni"),
    terraform: this.#actuator("terraform"),
    run: this.#actuator("run"),
  };
}

describe("the world that a plan would change", () => {
  let outside: Outside;
  beforeEach(() => {
    vi.useFakeTimers();
    outside = new Outside();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function seen(
    serving: WorldToLookAt["serving"] = null,
    signal: AbortSignal = life,
    folder = "/srv/plans",
  ): Promise<SeenWorld> {
    return lookAtWorld(stages, { actuators: outside.actuators, folder, serving }, signal);
  }

  const stepOf = ({ steps }: SeenWorld, part: string): unknown =>
    steps.find(({ step }) => step.includes(part))?.outside;

  it("is looked at where its steps change something, with paths from the workspace's folder, and not changed", async () => {
    const { steps } = await seen();
    expect(steps.map(({ step }) => step)).toEqual(
      stages.flat().flatMap(({ name, deed }) => (Object.hasOwn(outside.actuators, deed.kind) ? [name] : [])),
    );
    expect(steps[1]).toEqual({
      step: "3 terraform more-machines",
      outside: { kind: "seen", now: { terraform: "red" }, wanted: { terraform: "blue" } },
    });
    const epochFile = "/var/lib/holdfast/infrastructure.epoch.look";
    const wish = expect.objectContaining({ directory: "/srv/plans/infrastructure", epochFile }) as unknown;
    expect(outside.looked).toContainEqual({ name: "terraform", wish, afterMs: 0 });
    expect(outside.changed).toBe(0);
  });

  it("is not looked at where a program has no check, and that is said", async () => {
    const now = await seen();
    expect(stepOf(now, "raise-quota")).toMatchObject({ kind: "seen" });
    expect(stepOf(now, "page-support")).toEqual({
      kind: "unseen",
      because: "it has no check that tells how it is",
    });
  });

  it("is looked at all at once, and what does not answer is given up, once an attempt at its step would be", async () => {
    outside.mute = ["dns", "terraform"];
    const looking = seen();
    await vi.advanceTimersByTimeAsync(lookMsMax);
    const now = await looking;
    const givenUp = outside.looked.filter(({ afterMs }) => afterMs > 0);
    // One attempt at a step of DNS may take 10 s, and one of Terraform 10 min.
    expect(givenUp.map(({ name, afterMs }) => [name, afterMs])).toEqual([
      ["dns", 10_000],
      ["terraform", lookMsMax],
    ]);
    expect(stepOf(now, "more-machines")).toEqual({ kind: "unseen", because: "it does not answer" });
    expect(stepOf(now, "raise-quota")).toMatchObject({ kind: "seen" });
    expect(outside.underWayMost).toBe(outside.looked.length);
  });

  it("is not looked at to the end once that is called off", async () => {
    outside.mute = ["terraform"];
    const calling = new AbortController();
    const looking = seen(null, calling.signal);
    calling.abort();
    expect(stepOf(await looking, "more-machines")).toMatchObject({ kind: "unseen" });
  });

  it("tells which region serves, that none does, why nobody knows, and nothing where it was not asked", async () => {
    expect((await seen()).serving).toEqual({ kind: "not-asked" });
    expect((await seen({ ok: true, value: "east" })).serving).toEqual({ kind: "seen", region: "east" });
    expect((await seen({ ok: true, value: null })).serving).toEqual({ kind: "seen", region: null });
    expect((await seen({ ok: false, problems: [silent] })).serving).toEqual({
      kind: "unseen",
      because: "it does not answer",
    });
  });
});
