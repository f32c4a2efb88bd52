import { describe, expect, it, vi } from "vitest";
import { bounded } from "./bounded.ts";

function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve("aborted");
    });
    if (signal.aborted) resolve("aborted");
  });
}

describe("what is bounded", () => {
  it("is called off when its time has passed", async () => {
    vi.useFakeTimers();
    try {
      const ended = bounded(new AbortController().signal, 60_000, untilAborted);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await ended).toBe("aborted");
    } finally {
      vi.useRealTimers();
    }
  });

  it("is called off with the signal that it stands under, also one that was aborted before", async () => {
    const caller = new AbortController();
    const ended = bounded(caller.signal, 60_000, untilAborted);
    caller.abort();
    expect(await ended).toBe("aborted");
    expect(await bounded(caller.signal, 60_000, untilAborted)).toBe("aborted");
  });
});
