import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { holdfast, projectRoot } from "../built-program.ts";
import { isPrometheusHere, skipped } from "../running-prometheus.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-observe-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: string;
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

function alertIn({ groups }: RuleFile, name: string): RuleFile["groups"][number]["rules"][number] {
  const found = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe("holdfast observe rules", () => {
  it("prints the alerts on Holdfast itself, each with the section of the manual that helps", () => {
    const { status, out, err } = holdfast(["observe", "rules"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const rules = parse(out) as RuleFile;
    expect(rules.groups).toMatchObject([{ name: "holdfast", interval: "15s" }]);
    expect(alertIn(rules, "HoldfastStandbyMissing")).toMatchObject({
      for: "2m",
      annotations: { runbook_url: "docs/manual/observability.md#holdfaststandbymissing" },
    });
  });

  it("writes them to a file, as it is told", () => {
    const file = join(folder, "rules.yaml");
    const page = "https://wiki.example.com/holdfast";
    const seen = ["--runbooks", page, "--grafana", "https://grafana.example.com/"];
    const asked = ["--pace", "lab", "--recovery", "4 s", "--proof", "7 d", ...seen];
    const { status, out, err } = holdfast(["observe", "rules", "--out", file, ...asked]);
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^${file}: \\d+ alerts\n$`));
    expect(err).toContain(`promtool check rules ${file}`);
    const rules = parse(readFileSync(file, "utf8")) as RuleFile;
    expect(rules.groups[0]?.interval).toBe("1s");
    expect(alertIn(rules, "HoldfastFailoverSlow").expr).toContain("> 4 and");
    expect(alertIn(rules, "HoldfastDrillOld").expr).toContain("> 604800");
    expect(alertIn(rules, "HoldfastNoLeader")).toMatchObject({
      for: "5s",
      annotations: {
        runbook_url: `${page}#holdfastnoleader`,
        dashboard_url: "https://grafana.example.com/d/holdfast-failover",
      },
    });
  });

  it("makes a resource for the Prometheus operator, and data for programs", () => {
    expect(holdfast(["observe", "rules", "--operator"]).out).toContain("kind: PrometheusRule");
    const { out } = holdfast(["observe", "rules", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ formatVersion: 1, ok: true, groups: [{ name: "holdfast" }] });
  });

  it.each([
    [["--recovery", "soon"], '--recovery is "soon"'],
    [["--proof", "0 s"], "is no time at all"],
  ])("refuses %j", (options, what) => {
    const { status, out, err } = holdfast(["observe", "rules", ...options]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("cli/bad-duration");
    expect(err).toContain(what);
  });

  it("fits 80 columns in its help", () => {
    for (const command of [["observe"], ["observe", "rules"], ["observe", "dashboards"]]) {
      const { out } = holdfast([...command, "--help"]);
      expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

describe("holdfast observe dashboards", () => {
  it("says which there are, and prints one by its name", () => {
    const listed = holdfast(["observe", "dashboards"]);
    expect(listed.status).toBe(0);
    expect(listed.out).toMatch(/^failover +Holdfast: .*\nslo +Holdfast: .*\nllm +Holdfast: .*\n$/);
    const { status, out, err } = holdfast(["observe", "dashboards", "slo"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({ uid: "holdfast-slo", schemaVersion: 39 });
  });

  it("writes each to a file, anew where it is there", () => {
    for (const times of [1, 2]) {
      const { status, out } = holdfast(["observe", "dashboards", "--out", "dashboards"], folder);
      expect({ times, status, out }).toEqual({ times, status: 0, out: "dashboards: 3 dashboards\n" });
    }
    const files = readdirSync(join(folder, "dashboards")).toSorted();
    expect(files).toEqual(["holdfast-failover.json", "holdfast-llm.json", "holdfast-slo.json"]);
    for (const file of files) {
      const made: unknown = JSON.parse(readFileSync(join(folder, "dashboards", file), "utf8"));
      expect(made).toMatchObject({ uid: file.replace(".json", "") });
    }
    holdfast(["observe", "dashboards", "llm", "--out", "one"], folder);
    expect(readdirSync(join(folder, "one"))).toEqual(["holdfast-llm.json"]);
  });

  it("asks a language model by the names of whatever serves it", () => {
    const { out } = holdfast(["observe", "dashboards", "llm", "--runtime", "tgi"]);
    expect(out).toContain("tgi_request_duration_bucket");
    expect(out).not.toContain("vllm:");
  });

  it("is data for programs", () => {
    const { out } = holdfast(["observe", "dashboards", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      dashboards: [{}, {}, { uid: "holdfast-llm" }],
    });
    const written = holdfast(["observe", "dashboards", "slo", "--out", "some", "--json"], folder);
    expect(JSON.parse(written.out)).toMatchObject({
      ok: true,
      written: [expect.stringContaining("slo.json")],
    });
  });

  it.each([
    [["budgets"], "cli/unknown-name", "write failover, slo, llm"],
    [["--runtime", "abacus"], "cli/unknown-name", 'runtime "abacus" is not known'],
    [["--runtime", "vllm", "--generation", "v0"], "cli/unknown-name", 'vllm has no generation "v0"'],
    [["--out", ""], "cli/no-folder-named", "--out names no folder"],
  ])("refuses %j", (options, code, what) => {
    const { status, out, err } = holdfast(["observe", "dashboards", ...options]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(code);
    expect(err).toContain(what);
  });
});

describe("the commands of the manual's page", () => {
  const page = readFileSync(join(projectRoot, "docs", "manual", "observability.md"), "utf8");
  const lines = [...page.matchAll(/^holdfast observe (.*)$/gm)].map(([, line = ""]) => line);

  it.each(lines)("holdfast observe %s does what the page says", (line) => {
    const { status, err } = holdfast(["observe", ...line.split(" ")], folder);
    expect({ status, err: status === 0 ? "" : err }).toEqual({ status: 0, err: "" });
  });

  it("are there", () => {
    expect(lines.length).toBeGreaterThan(1);
  });

  it.skipIf(!isPrometheusHere)(`write rules that promtool takes${skipped}`, () => {
    holdfast(["observe", "rules", "--out", "holdfast-rules.yaml"], folder);
    const { status, stdout } = spawnSync("promtool", ["check", "rules", "holdfast-rules.yaml"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/SUCCESS: \d\d rules found/);
  });

  it.skipIf(!isPrometheusHere)(`write rules in which an address is no template${skipped}`, () => {
    const addresses = ["--runbooks", "https://wiki/{{page}}", "--grafana", "http://{{host}}"];
    holdfast(["observe", "rules", ...addresses, "--out", "holdfast-rules.yaml"], folder);
    const { status } = spawnSync("promtool", ["check", "rules", "holdfast-rules.yaml"], { cwd: folder });
    expect(status).toBe(0);
  });
});
