import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../src/core/problem/problem.ts";
import { wholeCut } from "../../src/runtime/network-harm.ts";
import { HarmedRegions } from "./harmed-regions.ts";
import type { Strain } from "./lab-network.ts";

const problem: Problem = { code: "lab/kernel-refused", what: "no", where: null, why: "so", mend: "try" };
const loss = { kind: "loss", lossRatio: 0.2 } as const;
const delay = { kind: "delay", delaySeconds: 0.2, direction: "both", from: "everybody" } as const;
const flap = { kind: "flap", periodSeconds: 2 } as const;

let settled: string[];
let isWilling: boolean;
let quicken: (region: string) => void;
let regions: HarmedRegions;

/** @param isKernel whether it loses packets, as the kernel can */
function stage(isKernel: boolean): HarmedRegions {
  return new HarmedRegions({
    losesPackets: isKernel,
    onQuickened: (listener) => {
      quicken = listener;
    },
    settle: (region, strains: readonly Strain[]) => {
      settled.push(`${region}: ${strains.map(({ kind }) => kind).join("+")}`);
      return Promise.resolve(isWilling ? { ok: true, value: null } : { ok: false, problems: [problem] });
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [settled, isWilling] = [[], true];
  regions = stage(true);
});
afterEach(() => {
  regions.close();
  vi.useRealTimers();
});

describe("harm to the network of a region", () => {
  it("adds up until it is healed, and asked for twice is done once", async () => {
    expect(await regions.add("east", loss)).toEqual({ ok: true, value: "done" });
    expect(await regions.add("east", wholeCut)).toEqual({ ok: true, value: "done" });
    expect(await regions.add("east", wholeCut)).toEqual({ ok: true, value: "unchanged" });
    expect(await regions.heal("east")).toEqual({ ok: true, value: "done" });
    expect(await regions.heal("east")).toEqual({ ok: true, value: "unchanged" });
    expect(settled).toEqual(["east: loss", "east: cut+loss", "east: "]);
  });

  it("is not in force when it could not be done", async () => {
    isWilling = false;
    expect(await regions.add("east", wholeCut)).toEqual({ ok: false, problems: [problem] });
    expect(regions.of("east")).toEqual([]);
  });

  it("is refused where it loses packets and the network cannot", async () => {
    const relays = stage(false);
    expect(await relays.add("east", loss)).toMatchObject({ problems: [{ code: "lab/loses-no-packets" }] });
    expect([settled, relays.of("east")]).toEqual([[], []]);
  });

  it("is late no more where what held its packets up has ended, and all else stays", async () => {
    await regions.add("east", wholeCut);
    await regions.add("east", delay);
    quicken("east");
    await regions.heal("west");
    expect(regions.of("east")).toEqual([wholeCut]);
    expect(settled).toEqual(["east: cut", "east: cut+delay", "east: cut"]);
  });

  it("cuts a region that flaps off for half of each period, beside what else is done to it", async () => {
    await regions.add("east", loss);
    await regions.add("east", flap);
    await vi.advanceTimersByTimeAsync(3_100);
    expect(settled).toEqual(["east: loss", "east: loss+cut", "east: loss", "east: loss+cut", "east: loss"]);
    expect(regions.of("east")).toEqual([loss, flap]);
  });

  it.each(["heal", "close"] as const)("flaps no more after %s", async (end) => {
    await regions.add("east", flap);
    await vi.advanceTimersByTimeAsync(1_100);
    if (end === "heal") await regions.heal("east");
    else regions.close();
    const before = settled.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(settled).toHaveLength(before);
  });

  it("flaps by the newest period alone", async () => {
    await regions.add("east", flap);
    await regions.add("east", { kind: "flap", periodSeconds: 20 });
    settled = [];
    await vi.advanceTimersByTimeAsync(9_000);
    expect(settled).toEqual([]);
    expect(regions.of("east")).toEqual([{ kind: "flap", periodSeconds: 20 }]);
  });
});
