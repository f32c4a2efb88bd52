import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { within } from "./deadline.ts";

/** Never answers by itself; gives up when told to. */
function patient(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      resolve(`gave up: ${String(signal.reason)}`);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
  });
}

const life = (): AbortSignal => new AbortController().signal;

describe("a deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("ends what does not answer, and says for how long it was waited for", async () => {
    const answer = within({ signals: [life()], ms: 500 }, patient);
    vi.advanceTimersByTime(500);
    expect(await answer).toBe("gave up: Error: no answer within 500 ms");
  });

  it("comes sooner when one of its signals aborts, for that signal's reason", async () => {
    const abort = new AbortController();
    const answer = within({ signals: [life(), abort.signal], ms: 500 }, patient);
    abort.abort("a newer reign");
    expect(await answer).toBe("gave up: a newer reign");
  });

  it("has passed already when a signal has aborted before", async () => {
    expect(await within({ signals: [AbortSignal.abort("over")], ms: 500 }, patient)).toBe("gave up: over");
  });

  it("does not come at once where it lies farther off than a timer reaches", async () => {
    const abort = new AbortController();
    const answer = within({ signals: [abort.signal], ms: 2 ** 31 }, patient);
    vi.advanceTimersByTime(1_000);
    abort.abort("enough");
    expect(await answer).toBe("gave up: enough");
  });

  it("may be one of many under one signal, and nobody is warned of that", async () => {
    const warned = vi.spyOn(process, "emitWarning");
    const abort = new AbortController();
    const answers = Array.from({ length: 30 }, () => within({ signals: [abort.signal], ms: 500 }, patient));
    abort.abort("enough");
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["gave up: enough"]));
    expect(warned).not.toHaveBeenCalled();
  });

  it("leaves no timer and no listener behind once it was answered", async () => {
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    expect(await within({ signals: [abort.signal], ms: 500 }, () => Promise.resolve("answer"))).toBe(
      "answer",
    );
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });

  it("leaves none behind either when it was answered by an exception", async () => {
    await expect(
      within({ signals: [life()], ms: 500 }, () => Promise.reject(new Error("broken"))),
    ).rejects.toThrow("broken");
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("a deadline comes although the garbage was collected before", async () => {
  setFlagsFromString("--expose-gc");
  // Given by the flag; typed nowhere.
  const collectGarbage = runInNewContext("gc") as () => void;
  const answer = within({ signals: [life()], ms: 20 }, patient);
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(await answer).toContain("no answer within 20 ms");
});
