import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { milliseconds } from "../core/units/units.ts";
import { type JourneyProbe, type ProbeResult, runProbes } from "./probes.ts";

const pace = { everyMs: milliseconds(1_000), withinMs: milliseconds(2_000) };
const startedAt = 1_700_000_000_000;
let results: ProbeResult[];
let life: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ now: startedAt });
  results = [];
  life = new AbortController();
});
afterEach(() => {
  life.abort();
  vi.useRealTimers();
});

function run(attempt: JourneyProbe["attempt"], journey = "chat"): void {
  runProbes([{ journey, attempt }], { pace, listeners: [(result) => results.push(result)] }, life.signal);
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("probes of journeys", () => {
  it("tell of each attempt when it began, what came of it and how long it took", async () => {
    run(async () => {
      await after(250);
      return "good";
    });
    await vi.advanceTimersByTimeAsync(2_300);
    expect(results).toEqual([
      { atMs: startedAt + 1_000, journey: "chat", outcome: "good", seconds: 0.25 },
      { atMs: startedAt + 2_000, journey: "chat", outcome: "good", seconds: 0.25 },
    ]);
  });

  it("go on at their pace through an outage, whose attempts are bad as long as it lasts", async () => {
    let heeds: boolean | null = null;
    run(
      (signal) =>
        new Promise((resolve, reject) => {
          if (Date.now() >= startedAt + 6_000) resolve("good");
          heeds = heeds !== true;
          if (heeds)
            signal.addEventListener("abort", () => {
              reject(new Error("called off"));
            });
        }),
    );
    await vi.advanceTimersByTimeAsync(8_100);
    const inOrder = results.toSorted((a, b) => a.atMs - b.atMs);
    expect(inOrder.map(({ outcome, seconds }) => `${outcome} ${seconds}`)).toEqual([
      ...Array.from({ length: 5 }, () => "bad 2"),
      ...Array.from({ length: 3 }, () => "good 0"),
    ]);
  });

  it("are not ended by an attempt that fails in a way that nobody thought of", async () => {
    run(() => {
      throw new Error("no such thing");
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(results.map(({ outcome }) => outcome)).toEqual(["bad", "bad"]);
  });

  it("end with their signal: what is under way is told to nobody, and no timer is left", async () => {
    run(async () => {
      await after(500);
      return "good";
    });
    await vi.advanceTimersByTimeAsync(1_200);
    life.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(results).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("attempt every journey by itself", async () => {
    run(() => Promise.resolve("good"), "chat");
    run(() => Promise.resolve("bad"), "search");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(results.map(({ journey, outcome }) => `${journey} ${outcome}`)).toEqual([
      "chat good",
      "search bad",
    ]);
  });
});
