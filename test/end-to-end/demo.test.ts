import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine, projectRoot } from "../built-program.ts";
import type { OtlpSpan, OtlpTraces } from "../../src/core/trace/otlp.ts";
import { HttpReceiver } from "../http-receiver.ts";
import { decodedTraces, throughOfficialMessages } from "../otlp-decoder.ts";
import { ownProgram } from "../running-lab.ts";
import { SmallDisk } from "../small-disk.ts";
import { ended, StartedProgram } from "../started-program.ts";

const isRoot = process.getuid?.() === 0;
const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
const hasScript = existsSync("/usr/bin/script");
const escape = "\u001b";

let own: Awaited<ReturnType<typeof ownProgram>>;
let folder = "";
let collector: HttpReceiver;
let grafana: HttpReceiver;

beforeAll(async () => {
  own = await ownProgram();
  folder = await mkdtemp(join(tmpdir(), "holdfast-demo-test-"));
  collector = await HttpReceiver.answering({ status: 200 });
  grafana = await HttpReceiver.answering({ status: 200, body: '{"message":"Annotation added","id":1}' });
});
afterAll(async () => {
  await collector.close();
  await grafana.close();
  await own.remove();
  await rm(folder, { recursive: true });
});

function run(...args: readonly string[]): Promise<Ended> {
  return ended({ program: own.file, args, folder });
}

function filesIn(...path: readonly string[]): readonly string[] {
  return readdirSync(join(folder, ...path), { recursive: true }).map(String);
}

function isWithin(span: OtlpSpanTimes, parent: OtlpSpanTimes): boolean {
  return (
    BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano) &&
    BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano)
  );
}

interface OtlpSpanTimes {
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

describe("a demo", () => {
  let demo: Ended;
  let summary: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      GRAFANA_URL: grafana.url,
      GRAFANA_TOKEN: "token",
    };
    demo = await ended({
      program: own.file,
      args: ["demo", "--json", "--out", "out"],
      folder,
      environment,
    });
    summary = JSON.parse(demo.out) as typeof summary;
  });

  it("meets its objectives and loses no acknowledged write", () => {
    expect(demo).toMatchObject({ status: 0 });
    expect(summary).toMatchObject({ writesLost: 0, objectivesMet: true, rpoObjectiveSeconds: 0 });
    expect(summary["outageSeconds"]).toBeGreaterThan(0);
    expect(summary["writesAcknowledged"]).toBeGreaterThan(100);
    expect(summary["completionsStarted"]).toBeGreaterThan(2);
  });

  it("prints its summary alone on standard output, the same as in its file, with exactly the promised keys", () => {
    expect(JSON.parse(readFileSync(join(folder, "out", "summary.json"), "utf8"))).toEqual(summary);
    expect(Object.keys(summary).toSorted()).toEqual([
      "completionsFailed",
      "completionsStarted",
      "evidenceHead",
      "formatVersion",
      "objectivesMet",
      "outageSeconds",
      "phasesSeconds",
      "rpoObjectiveSeconds",
      "rtoObjectiveSeconds",
      "writesAcknowledged",
      "writesLost",
    ]);
    const phases = summary["phasesSeconds"] as Readonly<Record<string, number>>;
    expect(Object.keys(phases)).toEqual(["detect", "decide", "fence", "promote", "route", "verify"]);
    for (const seconds of Object.values(phases)) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it("tells its progress off a terminal in plain lines", () => {
    expect(demo.err).not.toContain(escape);
    expect(demo.err).not.toContain("\r");
    expect(demo.err).toMatch(/^ +\d+\.\d s {2}region east is lost$/m);
  });

  it("leaves evidence that verifies against the head in its summary, and nobody's lock", async () => {
    const head = String(summary["evidenceHead"]);
    const verified = await run("evidence", "verify", "out/evidence", "--head", head);
    expect(verified.status).toBe(0);
    expect(verified.out).toContain('This is the head of "drill"');
    expect(filesIn("out").filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("leaves its trace, the same that its evidence gives to anybody later, and official messages hold", async () => {
    const trace = readFileSync(join(folder, "out", "trace.json"), "utf8");
    const again = await run("evidence", "trace", "out/evidence", "--out", "again.json");
    expect(again).toMatchObject({ status: 0, out: "" });
    expect(readFileSync(join(folder, "again.json"), "utf8")).toBe(trace);
    await rm(join(folder, "again.json"));
    const document = JSON.parse(trace) as OtlpTraces;
    expect(spansIn(throughOfficialMessages(document))).toHaveLength(spansIn(document).length);
  });

  it("has in its trace the phases that its summary tells, each within its parent, and what agents did", () => {
    const spans = spansIn(JSON.parse(readFileSync(join(folder, "out", "trace.json"), "utf8")) as OtlpTraces);
    const phases = summary["phasesSeconds"] as Readonly<Record<string, number>>;
    for (const [name, seconds] of Object.entries(phases)) {
      const span = spans.find((each) => each.name === name && hasAttribute(each, "holdfast.phase"));
      expect(secondsOf(span), name).toBeCloseTo(seconds, 3);
    }
    expect(secondsOf(spans.find(({ name }) => name === "outage"))).toBeCloseTo(
      Number(summary["outageSeconds"]),
      3,
    );
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["drill region-loss", "failover", "stop-receiving", "inject", "audit"]),
    );
    expect(
      spans.filter((span) => span.name === "promote" && hasAttribute(span, "holdfast.deed")),
    ).toHaveLength(1);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const [root, ...others] = spans;
    expect(root?.parentSpanId).toBeUndefined();
    for (const span of others) {
      const parent = byId.get(span.parentSpanId ?? "");
      expect(parent, span.name).toBeDefined();
      if (parent !== undefined) expect(isWithin(span, parent), span.name).toBe(true);
    }
    expect(root?.status).toEqual({ code: 1 });
    expect(root?.events.map(({ name }) => name)).toEqual([
      "holdfast.fault.injected",
      "holdfast.decision.taken",
      "holdfast.recovered",
    ]);
  });

  it("sends its trace once to the collector that the environment names, and marks the charts of its Grafana", () => {
    const spans = spansIn(JSON.parse(readFileSync(join(folder, "out", "trace.json"), "utf8")) as OtlpTraces);
    expect(collector.received.map(({ path }) => path)).toEqual(["/v1/traces"]);
    const sent = spansIn(decodedTraces(collector.received[0]?.body ?? new Uint8Array()));
    expect(sent.map(({ traceId, spanId, name }) => ({ traceId, spanId, name }))).toEqual(
      spans.map(({ traceId, spanId, name }) => ({ traceId, spanId, name })),
    );
    expect(grafana.received).toHaveLength(4);
    expect(demo.err).toContain(`trace ${spans[0]?.traceId ?? ""} sent to ${collector.url}/v1/traces`);
  });

  it("leaves a PDF, and nothing beside its outcome", () => {
    expect(
      readFileSync(join(folder, "out", "report.pdf"))
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
    expect(readdirSync(join(folder, "out")).toSorted()).toEqual([
      "evidence",
      "report.html",
      "report.pdf",
      "summary.json",
      "trace.json",
    ]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it.skipIf(chromiumPath === undefined)(
    "leaves a page that opens from disk and asks nothing of any network (skipped: no Chromium)",
    async () => {
      const browser = await chromium.launch({
        executablePath: chromiumPath as string,
        args: ["--no-sandbox"],
      });
      try {
        const page = await browser.newPage();
        const asked: string[] = [];
        const wrong: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        page.on("pageerror", (error) => wrong.push(error.message));
        page.on("console", (message) => wrong.push(message.text()));
        const url = pathToFileURL(join(folder, "out", "report.html")).href;
        await page.goto(url);
        expect(asked.filter((each) => each !== url && !each.startsWith("data:"))).toEqual([]);
        expect(wrong).toEqual([]);
        expect(await page.locator("body").innerText()).toContain(String(summary["evidenceHead"]));
      } finally {
        await browser.close();
      }
    },
  );
});

function spansIn({ resourceSpans }: OtlpTraces): readonly OtlpSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function hasAttribute({ attributes }: OtlpSpan, name: string): boolean {
  return attributes.some(({ key }) => key === name);
}

function secondsOf(span: OtlpSpan | undefined): number {
  if (span === undefined) return Number.NaN;
  return Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9;
}

describe.skipIf(!hasScript)("a second demo, frozen, on a terminal of 80 columns (skipped: no script)", () => {
  let shown = "";

  beforeAll(() => {
    const command = `stty cols 80 rows 24; exec "${process.execPath}" "${own.file}" demo --scenario freeze --out out`;
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        TMPDIR: folder,
        TERM: "xterm-256color",
        // It listens, and answers nothing while this very process waits for the demo.
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: "300",
      },
    });
    shown = stdout;
  });

  it("thaws what it froze, and meets its objectives", () => {
    const summary = JSON.parse(readFileSync(join(folder, "out", "summary.json"), "utf8")) as object;
    expect(summary).toMatchObject({ writesLost: 0, objectivesMet: true });
    expect(shown).toContain("region east thawed");
  });

  it("says once that its collector is silent, and lets its verdict stand", () => {
    const told = inOneLine(shown.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, ""));
    expect(told.split("trace/not-taken")).toHaveLength(2);
    expect(told).toContain("it was given 300 ms, and nothing was heard of it");
    expect(existsSync(join(folder, "out", "trace.json"))).toBe(true);
  });

  it("draws no line that a terminal would break", () => {
    const lines = shown.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").split(/[\r\n]+/);
    // The report's folder must be copied whole, wherever it is.
    const long = lines.filter((line) => line.length > 79 && !line.includes(folder));
    expect(long).toEqual([]);
    expect(lines).toContain("✓ users write and chat");
  });

  it("puts the outcome that was there before aside, whole", async () => {
    const [instant = ""] = readdirSync(join(folder, "out", "earlier"));
    for (const evidence of ["out/evidence", `out/earlier/${instant}/evidence`])
      expect((await run("evidence", "verify", evidence)).status).toBe(0);
    expect(filesIn("out", "earlier", instant)).toContain("report.pdf");
  });
});

/** Whether everybody may go through every folder down to `path`. */
function isOpen(path: string): boolean {
  return (statSync(path).mode & 0o001) !== 0 && (path === "/" || isOpen(dirname(path)));
}

describe("a demo whose outcome has no place", () => {
  it.each([
    ["a file", "taken"],
    ["below a file", "taken/deep"],
  ])("says so before anything is started when it is %s", async (_what, out) => {
    await writeFile(join(folder, "taken"), "");
    const { status, err } = await run("demo", "--out", out);
    expect(status).toBe(1);
    expect(err).toMatch(/^drill\/out-not-writable\n/);
    expect(err).toContain("mend: name a folder with --out that this user may write to");
    expect(readdirSync(folder).filter((name) => name.startsWith("holdfast-demo-"))).toEqual([]);
  });
});

describe.skipIf(!SmallDisk.canBeMounted())(
  "a demo whose disk has no room for its report (skipped: needs the right to mount a small disk)",
  () => {
    it("keeps its record there, says so, and writes nothing by halves", async () => {
      const disk = SmallDisk.mounted();
      if (disk === null) throw new Error("a small disk could be mounted a moment ago");
      try {
        const place = join(disk.folder, "out");
        const running = new StartedProgram({ program: own.file, args: ["demo", "--out", place], folder });
        await running.untilSays("serves; a write");
        // Room for the rest of the record, and for a part of the report.
        disk.fillBut(64 * 1_024);
        const { status, out, err } = await running.ended();
        expect({ status, out }).toEqual({ status: 1, out: "" });
        expect(err).toMatch(/^drill\/outcome-not-written\n.*ENOSPC/m);
        expect(inOneLine(err)).toContain(`its evidence is whole in ${join(place, "evidence")};`);
        expect(readdirSync(place)).toEqual(["evidence"]);
        expect((await run("evidence", "verify", join(place, "evidence"))).status).toBe(0);
        expect(await running.leftRunning()).toEqual([]);
      } finally {
        disk.remove();
      }
    });
  },
);

describe.skipIf(!isRoot || !isOpen(projectRoot))(
  "a demo of somebody without any right (skipped: needs root to become nobody, and a project that everybody may enter)",
  () => {
    const account = { uid: 65_534, gid: 65_534 };
    let home = "";

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), "holdfast-nobody-"));
      await chown(home, account.uid, account.gid);
    });
    afterAll(async () => {
      await rm(home, { recursive: true });
    });

    it("runs whole in their own folder", async () => {
      const { status, out } = await ended({ program: own.file, args: ["demo"], folder: home, account });
      expect(status).toBe(0);
      expect(out).toContain("objectives met");
      expect(readdirSync(home)).toEqual(["holdfast-demo"]);
      accessSync(join(home, "holdfast-demo", "report.html"), constants.R_OK);
    });

    it("says so when they may not write where its outcome belongs", async () => {
      chmodSync(folder, 0o755);
      const args = ["demo", "--out", join(folder, "not-theirs")];
      const { status, err } = await ended({ program: own.file, args, folder: home, account });
      expect(status).toBe(1);
      expect(inOneLine(err)).toMatch(/^drill\/out-not-writable .*EACCES/);
    });
  },
);
