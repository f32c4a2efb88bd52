import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nameSets } from "../../src/core/llm/llm.ts";
import { holdfast, inOneLine } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-slo-llm-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

describe("holdfast slo llm", () => {
  const sets = nameSets.map(({ runtime, generation }) => [runtime, generation ?? ""] as const);
  it.each(sets)(
    "prints canonical SLOs of %s %s that are valid, and whose rules have no warning",
    (...set) => {
      const [runtime, generation] = set;
      const of = ["--runtime", runtime, ...(generation === "" ? [] : ["--generation", generation])];
      const { status, out, err } = holdfast(["slo", "llm", ...of, "--model", "m"]);
      expect(status).toBe(0);
      expect(err).toContain("holdfast slo rules FILE");
      expect(out.split("\n").filter((line) => line.startsWith("#") && line.length > 80)).toEqual([]);
      const file = written("llm.yaml", out);
      expect(holdfast(["slo", "validate", "--strict", file])).toMatchObject({ status: 0, err: "" });
      expect(holdfast(["slo", "fmt", file])).toEqual({ status: 0, out, err: "" });
      const rules = join(folder, "rules.yaml");
      const made = holdfast(["slo", "rules", file, "--out", rules]);
      expect(made.status).toBe(0);
      expect(made.err).not.toContain("warning");
      if (hasPromtool) expect(spawnSync("promtool", ["check", "rules", rules]).status).toBe(0);
    },
  );

  it("says in comments what is counted, by which metrics, and what is not to be had", () => {
    const { out } = holdfast(["slo", "llm", "--runtime", "litellm", "--service", "shop"]);
    expect(inOneLine(out.replaceAll("\n# ", " "))).toContain(
      "# Without time-per-output-token: litellm_deployment_latency_per_output_token is, for a stream, the time to its first token",
    );
    expect(out).toContain("# Of requests, by litellm_request_total_latency_metric");
    expect(out).toContain("name: shop-end-to-end\n");
  });

  it("prints those of a generation, of a place and of a model where models are told apart", () => {
    const asked = ["--runtime", "vllm", "--generation", "v0.4", "--model", "m", "--selector", 'job="a"'];
    const { out } = holdfast(["slo", "llm", ...asked]);
    expect(out).not.toContain("llm: time-per-output-token");
    expect(out).toContain(`llm: inter-token-latency
            runtime: vllm
            generation: v0.4
            model: m
            selector: job="a"
`);
    expect(out).toContain(`llm: request-errors
              runtime: vllm
              generation: v0.4
              selector: job="a"
`);
  });

  it("shows the map in lines that fit, or as data", () => {
    const { status, out, err } = holdfast(["slo", "llm", "--list"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain(`vllm v0.12 (v0.12 and later)
  time-to-first-token: seconds of requests
    histogram vllm:time_to_first_token_seconds
    from the arrival at the front end
    source: vllm-project/vllm@139b1c3 vllm/v1/metrics/buckets.py
`);
    expect(holdfast(["slo", "llm", "--list", "--runtime", "tgi"]).out).not.toContain("vllm");
    const data = JSON.parse(holdfast(["slo", "llm", "--list", "--json"]).out) as { nameSets: object[] };
    expect(data).toMatchObject({ formatVersion: 1, ok: true });
    expect(data.nameSets).toHaveLength(8);
    const documents = holdfast(["slo", "llm", "--runtime", "triton", "--json"]).out;
    expect(JSON.parse(documents)).toMatchObject({
      documents: [{ metadata: { name: "chat-time-to-first-token" } }, {}, {}, {}],
    });
  });

  it.each([
    [[], "write --runtime with one of vllm, tgi, triton"],
    [["--runtime", "ollama"], 'runtime "ollama" is not known'],
    [["--runtime", "vllm", "--generation", "v9"], "write --generation with one of v0.4, v0.10.2, v0.12"],
    [["--runtime", "tgi", "--generation", "v3"], "leave --generation out"],
    [["--runtime", "tgi", "--service", "Ü x"], 'cli/bad-option --service is "Ü x" why:'],
    [["--runtime", "tgi", "--service", "c".repeat(42)], "with a letter or digit at both ends, at most 41"],
    [["--runtime", "tgi", "--selector", 'job="chat'], 'cli/bad-option --selector is "job="chat" why:'],
  ])("refuses %s in words", (options, told) => {
    const { status, out, err } = holdfast(["slo", "llm", ...options]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(inOneLine(err)).toContain(told);
  });
});

describe("holdfast slo rules, with what a server exports", () => {
  const metrics = `vllm:time_to_first_token_seconds_bucket{model_name="m",le="0.25"} 1
vllm:time_to_first_token_seconds_bucket{model_name="m",le="1.0"} 1
vllm:time_to_first_token_seconds_bucket{model_name="m",le="+Inf"} 1
`;
  const slos = (): string => {
    const { out } = holdfast(["slo", "llm", "--runtime", "vllm", "--model", "m"]);
    return written("llm.yaml", out.split("---\n")[0] ?? "");
  };

  it("warns of a bound at which no bucket ends there, and of metrics that are not there", () => {
    const file = slos();
    const saved = written("metrics.txt", metrics);
    const { status, out, err } = holdfast(["slo", "rules", file, "--metrics", saved]);
    expect(status).toBe(0);
    expect(out).toContain("record: slo:bad:rate5m");
    expect(inOneLine(err)).toContain("slo/no-bucket-edge");
    expect(inOneLine(err)).toContain("write 0.25 or 1, where the nearest ones end");
    const other = written("other.txt", "up 1\n");
    expect(inOneLine(holdfast(["slo", "rules", file, "--metrics", other]).err)).toContain(
      "slo/absent-metric",
    );
    const both = holdfast(["slo", "rules", file, "--metrics", other, "--metrics", saved, "--json"]);
    expect(JSON.parse(both.out)).toMatchObject({ findings: [{ code: "slo/no-bucket-edge" }] });
  });

  it("says which line of it is none, and makes no rules", () => {
    const saved = written("metrics.txt", "up 1\n<html>\n");
    const { status, out, err } = holdfast(["slo", "rules", slos(), "--metrics", saved]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(`${saved}:2:1 slo/unreadable-metrics`);
  });
});
