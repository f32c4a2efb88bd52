import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heldTo } from "../kubernetes-held-to.ts";
import { InBetween } from "../kubernetes-in-between.ts";
import { recordedDiscovery, recordedStories, recordedVersions } from "../kubernetes-recording.ts";
import { ReplayStage } from "../kubernetes-replay.ts";
import { KubernetesStandIn } from "../kubernetes-stand-in.ts";
import { stories } from "../kubernetes-stories.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-recorded-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(recordedVersions())("what a real API server answered (%s)", (version) => {
  const recordings = recordedStories(version);
  const discovery = recordedDiscovery(version);

  it("is recorded of every story", () => {
    expect(recordings.map(({ story }) => story).sort()).toEqual(stories.map(({ name }) => name).sort());
  });

  describe("is taken by the adapter as it was", () => {
    let inBetween: InBetween;
    beforeAll(async () => {
      inBetween = await InBetween.start(folder);
    });
    afterAll(async () => {
      await inBetween.stop();
    });

    it.each(stories)("$name: $about", async ({ name, act, said }) => {
      const recording = recordings.find(({ story }) => story === name);
      if (recording === undefined) throw new Error(`nothing is recorded of ${name}`);
      const stage = new ReplayStage(recording, { inBetween, discovery, folder });
      const outcome = await act(stage, name);
      expect({ unexpected: stage.unexpected, missing: stage.missing }).toEqual({
        unexpected: [],
        missing: [],
      });
      expect(outcome).toMatchObject(said);
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(recording.outcome);
    });
  });

  it.each(recordings)("is what the stand-in answers to the same: $story", async (recording) => {
    const standIn = await KubernetesStandIn.start(folder);
    try {
      expect(await heldTo(recording, discovery, standIn)).toEqual([]);
    } finally {
      await standIn.stop();
    }
  });

  it("tells no value of a Secret in what the adapter says", () => {
    const said = JSON.stringify(recordings.find(({ story }) => story === "patch-secret")?.outcome);
    expect(said).toContain("its words are not told");
    expect(said).not.toMatch(/aHVzaC1odXNo|bmV3LW5ldw|12345678|no base64/);
  });
});
