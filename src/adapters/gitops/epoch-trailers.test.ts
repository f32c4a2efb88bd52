import { describe, expect, it } from "vitest";
import type { GitopsWish } from "../../core/model/gitops-wish.ts";
import { commitMessage, epochsOf } from "./epoch-trailers.ts";

/** As `git log` tells it. */
function told(...commits: readonly (readonly [epochs: string, files: string])[]): string {
  return commits.map(([epochs, files]) => `${epochs}\u001f\u001f${files}\u001e\n`).join("");
}

describe("the epochs that commits keep", () => {
  it("are the highest of each file, wherever in the history it stands", () => {
    const log = told(["7", "a.yaml"], ["9", "b.yaml\u001fa b.yaml"], ["8", "a.yaml\u001fb.yaml"]);
    expect(epochsOf(["a.yaml", "b.yaml", "a b.yaml", "c.yaml"], log)).toEqual([8, 9, 9, null]);
    expect(epochsOf(["a.yaml"], "")).toEqual([null]);
  });

  it("are the highest of those that somebody squashed into one", () => {
    expect(epochsOf(["a.yaml"], told(["7\u001f12\u001f9", "a.yaml\u001fb.yaml"]))).toEqual([12]);
  });

  it("are not what is no whole number", () => {
    const log = told(["x", "a.yaml"], ["-1", "a.yaml"], ["9999999999999999", "a.yaml"], ["", "a.yaml"]);
    expect(epochsOf(["a.yaml"], log)).toEqual([null]);
  });
});

describe("what a commit says", () => {
  const wish: GitopsWish = {
    ...{ plan: "leave-east", step: "west-grows", repository: "r", branch: "main", environment: [] },
    edits: ["a.yaml", "b.yaml", "a.yaml"].map((file) => ({ file, document: null, set: [] })),
    message: "West grows",
    author: { name: "Holdfast", email: "holdfast@localhost" },
  };

  it("is what it changes, the step, and the epoch of each file", () => {
    const settings = {
      now: { "a.yaml x": "1", "b.yaml y": "2" },
      wanted: { "a.yaml x": "3", "b.yaml y": "2" },
    };
    expect(commitMessage(wish, 7, settings)).toBe(`West grows

a.yaml x: 1 -> 3

Holdfast-Step: leave-east/west-grows
Holdfast-Epoch: 7
Holdfast-File: a.yaml
Holdfast-File: b.yaml
`);
  });

  it("says that it changes nothing, and why it is there", () => {
    const message = commitMessage(wish, 7, { now: { "a.yaml x": "1" }, wanted: { "a.yaml x": "1" } });
    expect(message).toContain("\n\nAll is so already; this keeps the epoch,");
  });
});
