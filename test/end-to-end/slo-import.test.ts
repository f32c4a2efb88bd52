import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, inOneLine } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-slo-import-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const sloth = `version: prometheus/v1
service: chat
slos:
  - name: answers
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(failed_total[{{.window}}]))
        total_query: sum(rate(asked_total[{{.window}}]))
`;
const plugged = `  - name: plugged
    objective: 99
    sli:
      plugin: { id: counts }
`;
const pyrra = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: fast, namespace: chat, labels: { pyrra.dev/service: chat } }
spec:
  target: "99"
  window: 2w
  indicator:
    latency:
      success: { metric: 'wait_seconds_bucket{le="1"}' }
      total: { metric: wait_seconds_count }
`;

const translated = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: chat-answers
  annotations:
    holdfast.dev/alerting: mwmbr
spec:
  service: chat
  indicator:
    metadata:
      name: chat-answers
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: failed_total
        total:
          metricSource:
            type: Prometheus
            spec:
              query: asked_total
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - targetPercent: 99.9
`;

describe("holdfast slo import", () => {
  it("writes OpenSLO on standard output, and what to do next beside it", () => {
    const { status, out, err } = holdfast(["slo", "import", "--period", "28d", written("a.yaml", sloth)]);
    expect({ status, out }).toEqual({ status: 0, out: translated });
    expect(err).toContain("1 SLO translated\n");
    expect(err).toContain("holdfast slo validate FILE");
  });

  it("writes what the same program finds valid, with a warning for what is dropped", () => {
    written("a.yaml", sloth);
    written("b.yaml", pyrra);
    const { status, out, err } = holdfast(["slo", "import", folder]);
    expect(status).toBe(0);
    expect(inOneLine(err)).toContain(`warning ${join(folder, "b.yaml")}:3:25 manifest/unknown-key`);
    expect(err).toContain("2 SLOs translated, 1 warning\n");
    const checked = holdfast(["slo", "validate", "--strict", written("slos.txt", out)]);
    expect(checked).toMatchObject({ status: 0, err: "" });
    expect(checked.out).toContain("fine: 2 documents, all valid");
  });

  it("answers 2 with line and column of what cannot be translated, and writes the rest", () => {
    const file = written("a.yaml", sloth + plugged);
    const { status, out, err } = holdfast(["slo", "import", "--period", "28d", file]);
    expect({ status, out }).toEqual({ status: 2, out: translated });
    expect(inOneLine(err)).toContain(`error ${file}:13:7 manifest/unknown-key`);
    expect(err).toContain("> 13 |       plugin: { id: counts }");
    expect(err).toContain("1 SLO translated, 1 problem\n");
  });

  it("refuses a name that SLOs of two files have", () => {
    written("a.yaml", sloth);
    written("b.yaml", sloth);
    const { status, err } = holdfast(["slo", "import", folder]);
    expect(status).toBe(2);
    expect(err).toContain("manifest/duplicate-name");
    expect(inOneLine(err)).toContain(`the first is at ${join(folder, "a.yaml")}:4`);
  });

  it("tells programs all of it, and nothing else on standard output", () => {
    const file = written("a.yaml", `${sloth}${plugged}---\n${pyrra}`);
    const { status, out, err } = holdfast(["slo", "import", "--json", file]);
    expect({ status, err }).toEqual({ status: 2, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      ok: false,
      documents: [{ metadata: { name: "chat-answers" } }, { metadata: { name: "fast" } }],
      problems: [{ code: "manifest/unknown-key", where: { file, line: 13, column: 7 } }],
      warnings: [{ code: "manifest/unknown-key", where: { file, line: 17, column: 25 } }],
    });
  });

  it("refuses files in which nothing is, and takes those beside others", () => {
    const file = written("empty.yaml", "# nothing yet\n");
    const { status, out, err } = holdfast(["slo", "import", file]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(inOneLine(err)).toContain("slo/no-document 1 file read, and no spec of Sloth or Pyrra is in it");
    written("a.yaml", sloth);
    expect(holdfast(["slo", "import", folder]).status).toBe(0);
  });

  it.each([
    [["--period", "1M"], "manifest/impossible-quantity"],
    [[], "workspace/no-such-file"],
  ])("refuses %s and a file that is not there", (options, code) => {
    const { status, out, err } = holdfast(["slo", "import", ...options, join(folder, "gone.yaml")]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(code);
  });
});
