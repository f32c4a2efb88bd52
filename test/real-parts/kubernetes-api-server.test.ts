import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InBetween } from "../kubernetes-in-between.ts";
import { LiveStage } from "../kubernetes-live-stage.ts";
import { prepared } from "../kubernetes-preparation.ts";
import { keepRecordings, type Recording } from "../kubernetes-recording.ts";
import { stories } from "../kubernetes-stories.ts";
import { isKubernetesHere, RunningKubernetes } from "../running-kubernetes.ts";

const skipped = isKubernetesHere
  ? ""
  : " (skipped: KUBE_APISERVER and KUBE_CONTROLLER_MANAGER name no programs)";
/** Takes the place of what is recorded. */
const isKept = process.env["KEEP_RECORDINGS"] === "yes";

describe.skipIf(!isKubernetesHere)(`objects of a real API server that a plan changes${skipped}`, () => {
  let folder: string;
  let cluster: RunningKubernetes;
  let inBetween: InBetween;
  let version: string;
  const recordings: Recording[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-recording-"));
    inBetween = await InBetween.start(folder);
    cluster = await RunningKubernetes.start();
    await prepared(cluster);
    version = (
      JSON.parse((await cluster.administer({ method: "GET", path: "/version" })).text) as {
        gitVersion: string;
      }
    ).gitVersion;
  });
  afterAll(async () => {
    await cluster.stop();
    await inBetween.stop();
    rmSync(folder, { recursive: true });
    if (isKept) keepRecordings(recordings);
  });

  it.each(stories)("$name: $about", async (story) => {
    const { name } = story;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    expect(
      (await cluster.administer({ method: "POST", path: "/api/v1/namespaces", body: namespace })).status,
    ).toBe(201);
    const stage = new LiveStage(story, { cluster, inBetween, folder });
    try {
      const outcome = await story.act(stage, name);
      recordings.push({ version, story: name, outcome, exchanges: stage.exchanges });
      expect(outcome).toMatchObject(story.said);
    } finally {
      await stage.end();
    }
  });
});
