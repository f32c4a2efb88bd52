import { describe, expect, it } from "vitest";
import { generationsOf, measuredIn, nameSets, runtimes, titleOf } from "./llm.ts";
import { llmSlis, type Measured } from "./name-set.ts";

const cases = nameSets.map((set) => [titleOf(set), set] as const);
const newestOf = (runtime: string) => generationsOf(runtime).at(-1);

function metricsOf(measured: Measured): readonly string[] {
  return measured.kind === "latency"
    ? [measured.histogram.metric]
    : [measured.part.counted.metric, ...measured.total.map(({ metric }) => metric)];
}

describe("the map of metrics", () => {
  it.each(cases)("says of %s for each indicator how it is measured, or why it is not", (_, set) => {
    const told = [...set.measured, ...set.missing].map(({ sli }) => sli);
    expect([...told].sort()).toEqual([...llmSlis].sort());
  });

  it.each(cases)(
    "gives %s ascending edges, a source for each row, and metrics that can be asked for",
    (_, set) => {
      for (const measured of set.measured) {
        expect(measured.source).toMatch(/^[\w-]+\/[\w-]+/);
        for (const metric of metricsOf(measured)) expect(metric).toMatch(/^[a-z][a-z0-9_:]*$/);
        if (measured.kind === "share") continue;
        expect(measured.edges.length).toBeGreaterThan(3);
        expect(measured.edges).toEqual([...measured.edges].sort((a, b) => a - b));
      }
    },
  );

  it("calls the answers of a runtime alike in all of its generations", () => {
    for (const runtime of runtimes)
      expect(new Set(generationsOf(runtime).map(({ answers }) => JSON.stringify(answers))).size).toBe(1);
  });

  it("has in an older generation no edge that a newer one has not", () => {
    for (const runtime of runtimes)
      for (const { sli } of nameSets.flatMap(({ measured }) => measured)) {
        const edges = generationsOf(runtime).flatMap((set) => {
          const measured = measuredIn(set, sli);
          return measured?.kind === "latency" ? [measured.edges] : [];
        });
        for (const [at, later] of edges.slice(1).entries())
          expect(later).toEqual(expect.arrayContaining([...(edges[at] ?? [])]));
      }
  });

  it("tells tokens from requests where vLLM's names do not", () => {
    const [early, both, today] = generationsOf("vllm").map((set) => ({
      request: measuredIn(set, "time-per-output-token"),
      token: measuredIn(set, "inter-token-latency"),
    }));
    expect(early?.request).toBeNull();
    expect(early?.token).toMatchObject({
      histogram: { metric: "vllm:time_per_output_token_seconds" },
      of: "tokens",
    });
    expect(both?.token).toMatchObject({ histogram: { metric: "vllm:inter_token_latency_seconds" } });
    expect(today?.request).toMatchObject({
      histogram: { metric: "vllm:request_time_per_output_token_seconds" },
      of: "requests",
    });
  });

  it("has the edges of TGI's router digit for digit", () => {
    const set = newestOf("tgi");
    const measured = set === undefined ? null : measuredIn(set, "end-to-end");
    if (measured?.kind !== "latency") throw new Error("TGI measures how long an answer takes");
    expect(measured.edges).toHaveLength(35);
    expect(measured.edges.slice(0, 3).map(String)).toEqual([
      "0.00015000000000000001",
      "0.00022500000000000002",
      "0.0003375",
    ]);
  });

  it("takes no metric for another that is called alike", () => {
    const litellm = newestOf("litellm");
    expect(litellm === undefined ? null : measuredIn(litellm, "time-per-output-token")).toBeNull();
    const all = nameSets.flatMap(({ measured }) => measured.flatMap(metricsOf));
    expect(all).not.toContain("litellm_deployment_latency_per_output_token");
    expect(all).not.toContain("nv_inference_request_duration_us");
  });
});
