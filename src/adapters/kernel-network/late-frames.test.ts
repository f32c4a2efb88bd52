import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LateFrames } from "./late-frames.ts";

function frame(number: number): Buffer {
  return Buffer.from([number]);
}

/** All that leave at an instant. */
function leaving(frames: LateFrames, now: number): readonly number[] {
  const left: number[] = [];
  for (let next = frames.next(now); next !== null; next = frames.next(now)) left.push(Number(next[0]));
  return left;
}

describe("frames that are on their way", () => {
  it("leave so long after they came, and no sooner", () => {
    const frames = new LateFrames(200);
    frames.take(frame(1), 1_000);
    frames.take(frame(2), 1_001);
    expect(frames.dueAt).toBe(1_200);
    expect(leaving(frames, 1_199)).toEqual([]);
    expect(leaving(frames, 1_200)).toEqual([1]);
    expect([frames.dueAt, frames.bytes]).toEqual([1_201, 1]);
    expect(leaving(frames, 5_000)).toEqual([2]);
    expect([frames.dueAt, frames.bytes]).toEqual([null, 0]);
  });

  it("leave at once, and those after them too, when they are hurried", () => {
    const frames = new LateFrames(200);
    frames.take(frame(1), 1_000);
    frames.take(frame(2), 1_100);
    frames.hurry();
    expect(leaving(frames, 1_101)).toEqual([1, 2]);
    frames.take(frame(3), 1_102);
    expect(leaving(frames, 1_102)).toEqual([3]);
  });

  it("leave in the order in which they came, each once, whenever they are looked for", () => {
    const steps = fc.array(fc.record({ afterMs: fc.nat(300), came: fc.nat(2_000) }), { maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1_000 }), (all, lateMs) => {
        const frames = new LateFrames(lateMs);
        const [came, left]: [number[], number[]] = [[], []];
        let now = 0;
        for (const step of all) {
          now += step.afterMs;
          for (let number = 0; number < step.came; number += 1) {
            frames.take(frame(number % 256), now);
            came.push(number % 256);
          }
          left.push(...leaving(frames, now));
        }
        left.push(...leaving(frames, now + lateMs));
        expect(left).toEqual(came);
        expect(frames.bytes).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
