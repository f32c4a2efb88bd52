import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import { sectionsOf } from "./sections.ts";

function steps(...edits: readonly Edit[]): readonly string[] {
  const plan = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, edits);
  return sectionsOf(plan).find(({ title }) => title === "steps")?.lines ?? [];
}

describe("what steps change outside of the failover engine, before anything happens", () => {
  it("says what will be so, by what, for how long it is tried and what becomes of the run when that fails", () => {
    const lines = steps();
    expect(lines[0]).toBe(
      "? spend: somebody says yes (to this very run, with `failover approve`, signed by ada (key …Skk3B4PM=), bob (key …26Mf9mFs=); up to 15 min; when it fails: a person decides)",
    );
    expect(lines[1]).toBe(
      "~ raise-quota: PUT https://quota.example.com/west (it is asked how it is, before and after; up to 1 min, 3 times; when it fails: a person decides)",
    );
    expect(lines[2]).toBe(
      "~ more-machines: infrastructure is as it says with machines=8, of it terraform_data.front (exactly what terraform plans then is applied; up to 10 min; when it fails: it goes on without)",
    );
    expect(lines.slice(6, 9)).toEqual([
      "~ where west serves: api.example.com A is 192.0.2.2, for 30 s (by update of example.com at 192.0.2.53:53; up to 10 s, 3 times; when it fails: all is undone)",
      "+ where west serves: sql/west takes requests, weight 100 (by the proxy's runtime API; up to 10 s; when it fails: a person decides)",
      "- where west serves: sql/east takes no new requests, and what it has begun is cut (by the proxy's runtime API; up to 10 s; when it fails: a person decides)",
    ]);
    expect([lines[9], lines[14]]).toEqual([
      "? resolvers-forget: 30 s pass (nothing is changed; then it goes on)",
      "~ page-support: page east (it is asked how it is, before and after; up to 30 s; when it fails: it goes on without, no way back)",
    ]);
    const commit = "by a commit on main of https://git.example.com/platform/clusters.git, never by force";
    expect(lines.slice(15)).toEqual([
      `~ east-stays-out: clusters/east/values.yaml says inference.replicas: 0 (${commit}; up to 1 min, 2 times; when it fails: it goes on without)`,
      `~ east-stays-out: clusters/east/routes.yaml (Gateway front) says metadata.annotations["example.com/takes-clients"]: "false" (${commit}; up to 1 min, 2 times; when it fails: it goes on without)`,
    ]);
  });

  it("says what is tried until it is so, which nothing undoes", () => {
    expect(steps().slice(10, 14)).toEqual([
      "? chat: update holdfast_probe set at = now() is committed, and select embedding_version from search_index is 3 (it is tried until it is so; up to 1 min; when it fails: a person decides)",
      "? chat: assistant at https://api.example.com/v1 answers 2 of 3 golden prompts well, as fp_44709d6fcb (it is tried until it is so; up to 1 min; when it fails: a person decides)",
      '? where west serves: chat: https://search.example.com/index answers 200, with "documents-2026" (it is tried until it is so; up to 1 min; when it fails: a person decides)',
      '? chat: max by (region) (index_lag_seconds{region="west"}) is at least 0 and at most 60 (it is tried until it is so; up to 5 min; when it fails: it goes on without)',
    ]);
  });

  it("asks for all golden prompts to be answered well where nothing else is said, by whatever model answers", () => {
    const lines = steps(["        goodMin: 2\n", ""], ["        fingerprint: fp_44709d6fcb\n", ""]);
    expect(lines[11]).toContain("answers 3 of 3 golden prompts well (it is tried");
  });

  it("says when nobody can ask how it is, how many must agree, and what is drained", () => {
    const lines = steps(
      [", check: [paged, east] }", " }"],
      ["people: 1", "people: 2"],
      ["{ name: east, state: maint, sessions: cut }", "{ name: east, state: drain }"],
    );
    expect(lines[0]).toContain("spend: 2 people say yes");
    expect(lines[8]).toContain(
      "- where west serves: sql/east takes no new requests, and ends what it has begun",
    );
    expect(lines[14]).toContain("(nobody can ask how it is;");
  });

  it("says how a cluster under Patroni shall be, and who is asked", () => {
    const shown = (plan: string, scenario: string, ...edits: readonly Edit[]): readonly string[] =>
      sectionsOf(foreseenExample("patroni", { plan, scenario }, edits)).find(({ title }) => title === "steps")
        ?.lines ?? [];
    expect(shown("leave-east", "east-lost")[1]).toBe(
      "+ promote-orders: the cluster follows nobody and takes writes (Patroni is asked, at http://10.2.0.5:8008, http://10.2.0.6:8008; up to 2 min, 2 times; when it fails: a person decides)",
    );
    expect(shown("leave-zone-a", "east-a-slow")[0]).toContain(
      "~ lead-from-b: east-2 leads its cluster (Patroni",
    );
    const back = "{ kind: standby-of, host: h, port: 5432, slot: west, restoreCommand: fetch-wal }";
    const edit: Edit = ["shallBe: { kind: independent }", `shallBe: ${back}`];
    expect(shown("leave-east", "east-lost", edit)[1]).toContain(
      "- promote-orders: the cluster follows h:5432, slot west, archive by fetch-wal and takes no writes (Patroni",
    );
  });

  it("says how an object of a cluster shall be, and by whose API", () => {
    const shown = (...edits: readonly Edit[]): readonly string[] =>
      sectionsOf(foreseenExample("kubernetes", { plan: "leave-east", scenario: "east-lost" }, edits)).find(
        ({ title }) => title === "steps",
      )?.lines ?? [];
    const lines = shown().map((line) => line.replace(/; .*/, ""));
    expect(lines.slice(0, 7)).toEqual([
      "~ west-grows: Deployment inference/serve has 8 replicas, all ready (by the API of west",
      "~ embeddings-grow: ScaledObject inference/embed says spec.minReplicaCount: 4 (by the API of west",
      '~ embeddings-grow: ScaledObject inference/embed says metadata.annotations["example.com/since"]: "east left" (by the API of west',
      "~ requests-to-west: HTTPRoute front/chat gives west the weight 100 (by the API of west, though it may be set back",
      "- requests-to-west: HTTPRoute front/chat gives east the weight 0 (by the API of west, though it may be set back",
      "~ streams-to-west: GRPCRoute front/streams gives west the weight 1 (by the API of west",
      "- streams-to-west: GRPCRoute front/streams gives east the weight 0 (by the API of west",
    ]);
    expect(lines[8]).toContain("? chat: StatefulSet inference/cache tells that spec.replicas is 4, and");
    const away: Edit = ["spec.minReplicaCount, value: 4", "spec.minReplicaCount, value: null"];
    const pod: Edit = [
      'cluster: { kind: kubeconfig, file: "../secrets/west.kubeconfig", context: west }\n      object: { apiVersion: apps/v1, kind: Deployment,',
      "cluster: { kind: in-cluster }\n      object: { apiVersion: apps/v1, kind: Deployment,",
    ];
    expect(shown(pod, away)[0]).toContain("(by the API of the cluster in which it runs;");
    expect(shown(away)[1]).toContain(
      "- embeddings-grow: ScaledObject inference/embed says no spec.minReplicaCount",
    );
  });

  it("says that a person runs it, which controllers by themselves do not", () => {
    const plan = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, [
      ["failover: ask", "failover: when-armed"],
    ]);
    // Somebody is called, which takes them 5 to 15 min, and is asked for an approval besides.
    const phases = plan.forecasts[0]?.time?.phases ?? [];
    expect(phases.find(({ phase }) => phase === "decide")?.p95Seconds).toBeGreaterThan(900);
    expect(plan.obstacles.map(({ effect, what }) => [effect, what])).toEqual([
      [
        "asks",
        "a person runs it: the failover engine carries out no approve spend, run raise-quota, terraform more-machines, route gateway, route gateway, wait resolvers-forget, verify chat, verify chat, verify chat, verify chat, gitops east-stays-out",
      ],
    ]);
  });

  it("needs nothing of what the scenario takes", () => {
    const plan = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, [
      [
        "    - { region: west, replicas: 1 }\n    - { region: central, replicas: 1 }\n---\napiVersion: holdfast/v1alpha1\nkind: Scenario",
        "    - { region: east, replicas: 1 }\n---\napiVersion: holdfast/v1alpha1\nkind: Scenario",
      ],
    ]);
    const stops = plan.obstacles.filter(({ effect }) => effect === "stops").map(({ what }) => what);
    expect(stops).toContain("step run needs desk (desk → east), of which east-lost leaves no place");
    expect(stops).toContain("step terraform needs desk (desk → east), of which east-lost leaves no place");
    expect(stops).toContain("step gitops needs desk (desk → east), of which east-lost leaves no place");
  });
});
