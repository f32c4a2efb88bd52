import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Delay, delayedBytesMax } from "./delay.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A delay between a source and a sink that say what becomes of them. */
class Bench {
  readonly arrived: string[] = [];
  resumed = 0;
  hasSinkRoom = true;
  readonly delay = new Delay({
    before: { ready: () => (this.resumed += 1) },
    next: {
      write: (chunk) => {
        this.arrived.push(chunk.length > 20 ? `${chunk.length} bytes` : chunk.toString());
        return this.hasSinkRoom;
      },
      end: () => this.arrived.push("end"),
      reset: () => this.arrived.push("reset"),
    },
  });

  say(text: string): boolean {
    return this.delay.write(Buffer.from(text));
  }
}

describe("a delay", () => {
  it("lets everything pass at once while there is none", () => {
    const bench = new Bench();
    bench.say("a");
    bench.delay.end();
    bench.delay.reset();
    expect(bench.arrived).toEqual(["a", "end", "reset"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets each chunk come as late as it is, and no later for those before it", () => {
    const bench = new Bench();
    bench.delay.set(200);
    bench.say("a");
    vi.advanceTimersByTime(1);
    bench.say("b");
    vi.advanceTimersByTime(198);
    expect(bench.arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bench.arrived).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(bench.arrived).toEqual(["a", "b"]);
    expect([bench.delay.keptBytes, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it.each(["end", "reset"] as const)("lets a connection's %s come late too, after what was sent", (how) => {
    const bench = new Bench();
    bench.delay.set(200);
    bench.say("a");
    vi.advanceTimersByTime(100);
    bench.delay[how]();
    vi.advanceTimersByTime(100);
    expect(bench.arrived).toEqual(["a"]);
    vi.advanceTimersByTime(100);
    expect(bench.arrived).toEqual(["a", how]);
  });

  it("holds for what is on its way already when it changes, and keeps the order", () => {
    const bench = new Bench();
    bench.delay.set(1_000);
    bench.say("a");
    vi.advanceTimersByTime(100);
    bench.say("b");
    bench.delay.set(150);
    expect(bench.arrived).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(bench.arrived).toEqual(["a"]);
    bench.delay.set(0);
    expect(bench.arrived).toEqual(["a", "b"]);
    bench.say("c");
    expect(bench.arrived).toEqual(["a", "b", "c"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets the source wait once so much is on its way, loses nothing, and lets it go on when there is room", () => {
    const bench = new Bench();
    bench.delay.set(200);
    expect(bench.delay.write(Buffer.alloc(delayedBytesMax - 1))).toBe(true);
    vi.advanceTimersByTime(100);
    expect(bench.delay.write(Buffer.alloc(100))).toBe(false);
    bench.delay.ready();
    expect(bench.resumed).toBe(0);
    vi.advanceTimersByTime(100);
    expect(bench.resumed).toBe(1);
    vi.advanceTimersByTime(100);
    expect(bench.arrived).toEqual([`${delayedBytesMax - 1} bytes`, "100 bytes"]);
  });

  it("lets the source wait while the sink has no room", () => {
    const bench = new Bench();
    bench.delay.set(200);
    bench.hasSinkRoom = false;
    expect(bench.say("a")).toBe(true);
    vi.advanceTimersByTime(200);
    expect(bench.say("b")).toBe(false);
    vi.advanceTimersByTime(200);
    expect([bench.arrived, bench.resumed]).toEqual([["a", "b"], 0]);
    bench.delay.ready();
    expect(bench.resumed).toBe(1);
    bench.hasSinkRoom = true;
    expect(bench.say("c")).toBe(true);
  });

  it("forgets what was on its way when nobody is there any more", () => {
    const bench = new Bench();
    bench.delay.set(200);
    bench.say("a");
    bench.delay.forget();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect([bench.arrived, bench.delay.keptBytes]).toEqual([[], 0]);
  });
});
