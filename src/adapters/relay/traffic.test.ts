import { describe, expect, it } from "vitest";
import { milliseconds, monotonicMs } from "../../core/units/units.ts";
import { defaultBounds, Traffic } from "./traffic.ts";

function traffic(): { seen: Traffic; at: (ms: number) => void } {
  let now = 0;
  return { seen: new Traffic({ now: () => monotonicMs(now) }), at: (ms) => (now = ms) };
}

describe("what the edge sees of a region", () => {
  it("is idle before anybody asked for anything", () => {
    expect(traffic().seen.view(defaultBounds)).toMatchObject({
      kind: "idle",
      lastByteAgeMs: null,
      awaitingMs: null,
    });
  });

  it("is answering while its bytes are fresh, and idle once nobody asks any more", () => {
    const { seen, at } = traffic();
    const exchange = seen.open();
    exchange.sent();
    at(10);
    exchange.received();
    expect(seen.view(defaultBounds).kind).toBe("answering");
    at(5_000);
    expect(seen.view(defaultBounds)).toMatchObject({ kind: "idle", lastByteAgeMs: 4_990, awaitingMs: null });
  });

  it("is silent once somebody has waited beyond the bound and nobody heard a byte", () => {
    const { seen, at } = traffic();
    const [one, other] = [seen.open(), seen.open()];
    one.sent();
    at(100);
    one.sent();
    other.sent();
    at(701);
    expect(seen.view(defaultBounds)).toMatchObject({ kind: "silent", awaitingMs: 701 });
    other.received();
    expect(seen.view(defaultBounds)).toMatchObject({ kind: "answering", awaitingMs: 701 });
    one.close();
    expect(seen.view(defaultBounds).awaitingMs).toBeNull();
  });

  it("is refusing after a refusal until it sends a byte, and no longer than the window", () => {
    const { seen, at } = traffic();
    const exchange = seen.open();
    exchange.received();
    at(5);
    seen.refused();
    expect(seen.view(defaultBounds)).toMatchObject({ kind: "refusing", refusals: 1 });
    at(6);
    exchange.received();
    expect(seen.view(defaultBounds).kind).toBe("answering");
    at(7);
    seen.refused();
    at(2_000);
    expect(seen.view(defaultBounds)).toMatchObject({ kind: "idle", refusals: 0 });
  });

  it("takes its bounds from whoever asks", () => {
    const { seen, at } = traffic();
    seen.open().sent();
    at(200);
    expect(seen.view({ answeringWithinMs: milliseconds(50), silentAfterMs: milliseconds(150) }).kind).toBe(
      "silent",
    );
    expect(seen.view(defaultBounds).kind).toBe("idle");
  });
});
