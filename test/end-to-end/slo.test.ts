import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, inOneLine, projectRoot } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-slo-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const service = "apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: chat\n";
const compared = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: chat
spec:
  service: chat
  indicator:
    metadata: { name: chat }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { spec: { query: errors_total } } }
        total: { metricSource: { spec: { query: requests_total } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
      op: gt
`;

describe("holdfast slo validate", () => {
  it("answers 0 and a line for each document where all are valid", () => {
    const file = written("service.yaml", service);
    expect(holdfast(["slo", "validate", file])).toEqual({
      status: 0,
      out: `${file}:1 Service "chat": valid\nfine: 1 document, all valid\n`,
      err: "",
    });
  });

  it("answers 2 with line and column of what is wrong, in files and in folders of them", () => {
    written("slo.yaml", compared);
    written(
      "service.json",
      JSON.stringify({ apiVersion: "openslo/v1", kind: "Service", metadata: { name: "x y" } }),
    );
    const { status, out, err } = holdfast(["slo", "validate", folder]);
    expect(status).toBe(2);
    expect(out).toContain(`${join(folder, "slo.yaml")}:18:7`);
    expect(out).toContain("> 18 |       op: gt");
    expect(out).toContain('metadata.name is "x y", which is no name');
    expect(out).toContain("\nnot fine: 2 documents, 2 not valid\n");
    expect(err).toContain("holdfast slo validate --lenient FILE");
  });

  it.each([
    ["text that is no YAML", `${service}\tx: 1\n`],
    ["a key that no version has", `${service}  nmae: x\n`],
    ["a key that stands twice", `${service}kind: Service\n`],
  ])("does not suggest to be lenient where that takes it neither: %s", (_, text) => {
    const { status, out, err } = holdfast(["slo", "validate", written("a.yaml", text)]);
    expect({ status, err }).toEqual({ status: 2, err: "" });
    expect(out).toContain("not fine: 1 document, 1 not valid");
    expect(out).not.toContain(": valid");
  });

  it("takes what OpenSLO's prose allows with a warning where it is to be lenient", () => {
    const { status, out } = holdfast(["slo", "validate", "--lenient", written("slo.yaml", compared)]);
    expect(status).toBe(0);
    expect(out).toContain("warning ");
    expect(out).toContain("mend: delete op");
  });

  it.each(["validate", "rules", "tests"])(
    "%s lets no file color a terminal or erase a line of it",
    (verb) => {
      const key = String.raw`"\e[31mred\r\e[2Kgone"`;
      const text = `${service}  ${key}: 1\n${key}: [\n`;
      for (const told of [service.replace("chat", key), `${service}  ${key}: 1\n`, text]) {
        const { out, err } = holdfast(["slo", verb, written("esc.yaml", told)]);
        expect(`${out}${err}`).not.toMatch(/[^\P{Cc}\n]/u);
      }
    },
  );

  it.each([
    ["slo", "validate"],
    ["slo", "rules"],
    ["gate", "slo", "--for", "nonsense"],
    ["slo", "status", `--${"a".repeat(100)}`],
  ])("%s %s has lines that fit, whatever stands in a file and on the command line", (...command) => {
    const name = "a".repeat(5_000);
    const file = written("long.yaml", `${service.replace("chat", name)}  ${name}: ${name}\n`);
    const { out, err } = holdfast([...command, file]);
    expect(`${out}${err}`).not.toMatch(/^.{81}/m);
    expect(`${out}${err}`.length).toBeGreaterThan(50);
  });

  it("tells programs of each document, and nothing else on standard output", () => {
    const file = written("all.yaml", `${service}---\n${compared}`);
    const { status, out, err } = holdfast(["slo", "validate", "--json", file]);
    expect({ status, err }).toEqual({ status: 2, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      documents: [
        { file, document: 0, kind: "Service", apiVersion: "openslo/v1", valid: true, problems: [] },
        { file, document: 1, kind: "SLO", valid: false, problems: [{ where: { line: 23, column: 7 } }] },
      ],
    });
  });

  it("passes over manifests of a workspace, and says where there is nothing else", () => {
    const manifest = "apiVersion: holdfast/v1alpha1\nkind: Nothing\n---\n";
    expect(holdfast(["slo", "validate", written("both.yaml", manifest + service)])).toMatchObject({
      status: 0,
    });
    const { status, err } = holdfast(["slo", "validate", written("alone.yaml", manifest)]);
    expect(status).toBe(1);
    expect(err).toContain("1 file read, and no OpenSLO document is in it");
  });

  it.each([
    [["--strict", "--lenient"], "cli/contradiction"],
    [[], "workspace/no-such-file"],
  ])("refuses %s and a file that is not there", (options, code) => {
    const { status, out, err } = holdfast(["slo", "validate", ...options, join(folder, "gone.yaml")]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(code);
  });
});

describe("holdfast slo rules and tests", () => {
  it.each([
    ["rules", "--lenient"],
    ["rules", "--inhibit"],
    ["tests", "--lenient"],
    ["status", "--lenient"],
  ])("say that no SLO is there, in place of rules that guard nothing: %s %s", (verb, option) => {
    const { status, out, err } = holdfast(["slo", verb, option, written("a.yaml", service)]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(inOneLine(err)).toContain("slo/no-slo 1 file read, and no SLO is in it");
  });

  it("say which file to name where a folder is named, and make folders that are missing", () => {
    const refused = holdfast(["slo", "rules", "examples/slos", "--out", folder]);
    expect({ status: refused.status, out: refused.out }).toEqual({ status: 1, out: "" });
    expect(inOneLine(refused.err)).toContain(
      `workspace/not-a-file ${folder} is a folder why: what is written there is a file, and what is there is left as it is mend: name a file in it, such as ${join(folder, "FILE")}`,
    );
    const rules = join(folder, "made", "rules.yaml");
    expect(holdfast(["slo", "rules", "examples/slos", "--out", rules]).status).toBe(0);
    expect(existsSync(rules)).toBe(true);
  });

  it("writes the rules of the examples, and tests that try them", () => {
    const [rules, tests] = [join(folder, "rules.yaml"), join(folder, "tests.yaml")];
    const made = holdfast(["slo", "rules", "examples/slos", "--out", rules]);
    expect(made).toMatchObject({ status: 0, out: `${rules}: 141 rules for 7 objectives\n` });
    expect(made.err).toContain(`promtool check rules ${rules}`);
    expect(readFileSync(rules, "utf8")).toMatch(/^groups:\n {2}- name: slo-chat-answers\n {4}interval: 1m\n/);
    const tried = holdfast(["slo", "tests", "examples/slos", "--rules", rules, "--out", tests]);
    expect(tried).toMatchObject({ status: 0, out: `${tests}: 30 tests for 5 SLOs\n` });
    expect(inOneLine(tried.err)).toContain(
      "no tests for month-of-answers: promtool takes minutes over the rules of a calendar",
    );
    expect(readFileSync(tests, "utf8")).toMatch(/^rule_files:\n {2}- "rules.yaml"\n/);
  });

  it("prints rules alone on standard output, or as a resource, or as data", () => {
    const file = written("slo.yaml", compared.replace("      op: gt\n", ""));
    expect(holdfast(["slo", "rules", file]).out).toMatch(/^groups:\n[^]*record: slo:bad:rate5m/);
    expect(holdfast(["slo", "rules", file, "--operator"]).out).toMatch(
      /^apiVersion: monitoring.coreos.com\/v1\n/,
    );
    const { out } = holdfast(["slo", "rules", file, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ formatVersion: 1, ok: true, objectives: 1, findings: [] });
  });

  it("prints rules of Alertmanager that keep slower alerts quiet, and no rules of Prometheus", () => {
    const { status, out, err } = holdfast(["slo", "rules", "examples/slos", "--inhibit"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^inhibit_rules:\n {2}- source_matchers:\n/);
    expect(out).toContain("equal: [slo, service, objective]\n");
    const file = join(folder, "inhibit.yaml");
    expect(holdfast(["slo", "rules", "examples/slos", "--inhibit", "--out", file]).out).toBe("");
    expect(readFileSync(file, "utf8")).toBe(out);
    const data = holdfast(["slo", "rules", "examples/slos", "--inhibit", "--json"]).out;
    expect(JSON.parse(data)).toMatchObject({ ok: true, inhibitRules: [{}, {}, {}] });
    const both = holdfast(["slo", "rules", "examples/slos", "--inhibit", "--operator"]);
    expect(both).toMatchObject({ status: 1, out: "" });
    expect(both.err).toContain("cli/contradiction");
  });

  it("warns of a maintenance window that is none, with line and column, and of a calendar that ends", () => {
    const fine = compared.replace("      op: gt\n", "");
    const withWindow = (window: string): string =>
      fine.replace(
        "  name: chat\n",
        `  name: chat\n  annotations:\n    holdfast.dev/maintenance: ${window}\n`,
      );
    const refused = holdfast(["slo", "rules", written("slo.yaml", withWindow("tonight"))]);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("slo/maintenance");
    expect(refused.err).toContain(`${join(folder, "slo.yaml")}:6:31`);
    const made = holdfast(["slo", "rules", written("slo.yaml", withWindow("R/2026-01-01T00:00Z/PT1H/P7D"))]);
    expect(made.out).toContain("record: slo:maintenance:active");
    const calendar = "{ duration: 1d, calendar: { startTime: 2026-01-01 00:00:00, timeZone: UTC } }";
    const daily = fine.replace("{ duration: 30d, isRolling: true }", calendar);
    expect(holdfast(["slo", "rules", written("slo.yaml", daily)]).err).toContain("slo/calendar-ends");
  });

  it("warns of what is odd, and makes the rules", () => {
    const file = written("slo.yaml", compared.replace("target: 0.99\n      op: gt\n", "target: 0.9\n"));
    const { status, err } = holdfast(["slo", "rules", file]);
    expect(status).toBe(0);
    expect(err).toContain(`warning ${file}:4:9`);
    expect(err).toContain("slo/alert-cannot-fire");
  });

  it("makes no rules of what is not valid, or not to be measured, and says where", () => {
    const unread = written(
      "slo.yaml",
      compared.replace("      op: gt\n", "").replace("errors_total", "'sum(errors_total'"),
    );
    const { status, out, err } = holdfast(["slo", "rules", unread, "--out", join(folder, "rules.yaml")]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("slo/unreadable-query");
    expect(err).toContain("> 12 |         bad:");
    expect(existsSync(join(folder, "rules.yaml"))).toBe(false);
    expect(holdfast(["slo", "tests", written("other.yaml", compared)]).status).toBe(1);
  });
});

describe("SLOs of journeys", () => {
  it("are made by themselves of availability objectives, and printed to be kept", () => {
    const { status, out } = holdfast(["slo", "journeys", "examples/assistant"]);
    expect(status).toBe(0);
    expect(out).toMatch(/name: chat-availability\n/);
    const kept = written("chat.yaml", out);
    expect(holdfast(["slo", "validate", kept])).toMatchObject({ status: 0 });
    const { objectives, groups } = JSON.parse(
      holdfast(["slo", "rules", "examples/assistant", "--json"]).out,
    ) as {
      readonly objectives: number;
      readonly groups: readonly { readonly name: string }[];
    };
    expect(objectives).toBe(3);
    expect(groups.map(({ name }) => name)).toContain("slo-chat-availability");
  });

  it("give way to one that is about the journey", () => {
    const workspace = join(folder, "workspace");
    cpSync(join(projectRoot, "examples", "active-passive"), workspace, { recursive: true });
    const made = holdfast(["slo", "journeys", workspace]).out;
    expect(made).toContain("kind: SLO");
    writeFileSync(join(workspace, "slo.yaml"), made.replace("-availability\n", "-mine\n"));
    const again = holdfast(["slo", "journeys", workspace]);
    expect(again).toMatchObject({ status: 0, out: "" });
    expect(JSON.parse(holdfast(["slo", "rules", workspace, "--json"]).out)).toMatchObject({ objectives: 1 });
  });
});
