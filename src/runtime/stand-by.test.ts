import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../adapters/memory/clock.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import { milliseconds } from "../core/units/units.ts";
import { runStep } from "../../test/sample-run.ts";
import { beginRun, lookUpRun, type RunStore } from "./run-store.ts";
import { lostRun } from "./stand-by.ts";

const patience = milliseconds(600);
const silences: boolean[] = [];
const onSilence = (isSilent: boolean): void => {
  silences.push(isSilent);
};
const never = new AbortController().signal;

describe("whoever stands by a plan", () => {
  let store: MemoryCoordinator;

  beforeEach(async () => {
    store = new MemoryCoordinator({ clock: systemClock });
    const of = { plan: "sha256:1", by: "ada", from: "east", form: "graceful", despite: [] } as const;
    expect((await beginRun(store, [[runStep("fence")]], { ...of, signer: null, signal: never })).kind).toBe(
      "begun",
    );
  });

  it("takes a run over that nobody changes any more, under its epoch and another carrier", async () => {
    const before = await lookUpRun(store, never);
    const taken = await lostRun(store, { plan: "sha256:1", by: "eve", patience, onSilence }, never);
    if (before === null || before === "unreachable") throw new Error("the run was written down");
    expect(taken?.run).toMatchObject({ by: "ada", alsoBy: ["eve"], epoch: before.run.epoch });
    expect(taken?.run.carrier).not.toBe(before.run.carrier);
  });

  it("leaves a run of another plan alone", async () => {
    expect(
      await lostRun(store, { plan: "sha256:2", by: "eve", patience, onSilence }, AbortSignal.timeout(2_500)),
    ).toBeNull();
  });

  it("counts no time in which the store does not answer, for nobody can show anything then", async () => {
    let asked = 0;
    const flaky: RunStore = {
      get: (key, signal) => {
        asked += 1;
        const isSilent = asked % 2 === 0;
        return isSilent ? Promise.resolve({ kind: "unreachable", cause: "" }) : store.get(key, signal);
      },
      compareAndSet: (write, signal) => store.compareAndSet(write, signal),
    };
    expect(
      await lostRun(flaky, { plan: "sha256:1", by: "eve", patience, onSilence }, AbortSignal.timeout(3_500)),
    ).toBeNull();
    expect(asked).toBeGreaterThan(4);
    expect(silences.slice(0, 2)).toEqual([true, false]);
  });
});
