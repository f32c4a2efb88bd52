import { describe, expect, it } from "vitest";
import type { PlantedBug } from "./planted-bugs.ts";
import { performed } from "./scenario.ts";
import { shrunk } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import { storyOf } from "./story.ts";

/** The first seed that finds the bug, made small. */
function smallestOf(bug: PlantedBug): {
  readonly before: number;
  readonly after: number;
  readonly story: string;
} {
  const bugs = new Set([bug]);
  for (let seed = 1; seed <= 500; seed += 1) {
    const { violations, played } = simulate(seed, { bugs });
    const [first] = violations;
    if (first === undefined) continue;
    const { schedule } = shrunk(played, first.invariant, bugs);
    return {
      before: played.faults.length,
      after: schedule.faults.length,
      story: performed(storyOf(schedule, bugs)),
    };
  }
  throw new Error(`500 schedules did not find ${bug}`);
}

describe("a schedule that breaks a promise", () => {
  it("is shrunk to a story of one fault in calm weather where one is enough", () => {
    const { after, story } = smallestOf("reused-epoch");
    expect(after).toBe(1);
    expect(story).not.toMatch(/^weather/m);
    expect(story).toMatch(/^! invariant [13] is broken/m);
  });

  it("is told as a story that breaks it again, with the mistake and without rest", () => {
    const { before, after, story } = smallestOf("single-vantage");
    expect(after).toBeLessThanOrEqual(before);
    expect(story).toMatch(/^bug single-vantage$/m);
    expect(story).toMatch(/^! invariant 6 is broken/m);
  });

  it("breaks nothing once its mistake is mended", () => {
    const { story } = smallestOf("reused-epoch");
    expect(performed(story.replace("bug reused-epoch\n", ""))).not.toMatch(/^! invariant/m);
  });
});
