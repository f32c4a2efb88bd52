import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine, projectRoot } from "../built-program.ts";
import { ownProgram, RunningLab } from "../running-lab.ts";
import type { OtlpTraces } from "../../src/core/trace/otlp.ts";
import { HttpReceiver } from "../http-receiver.ts";
import { SmallDisk } from "../small-disk.ts";
import { ended, StartedProgram } from "../started-program.ts";

let own: Awaited<ReturnType<typeof ownProgram>>;
let lab: RunningLab;
let folder = "";

beforeAll(async () => {
  own = await ownProgram();
  folder = await mkdtemp(join(tmpdir(), "holdfast-drill-test-"));
  lab = await RunningLab.inNewFolder(own.file);
});
afterAll(async () => {
  await lab.remove();
  await own.remove();
  await rm(folder, { recursive: true });
});

function command(...options: readonly string[]): {
  program: string;
  args: readonly string[];
  folder: string;
} {
  return { program: own.file, args: ["drill", "run", ...options, "--dir", lab.root], folder };
}

function drill(...options: readonly string[]): Promise<Ended> {
  return ended(command(...options));
}

/** Options that name a workspace like the lab's own, whose scenarios strike `region`. */
function striking(region: string): readonly string[] {
  const workspace = join(folder, `striking-${region}`);
  cpSync(join(projectRoot, "examples", "lab"), workspace, { recursive: true });
  const file = join(workspace, "scenarios.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("region: east", `region: ${region}`));
  return ["--workspace", workspace];
}

describe("a drill that cannot begin", () => {
  it("says how to start a lab when none runs, and leaves nothing behind", async () => {
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toMatch(/lab\/none-runs\n/);
    expect(inOneLine(err)).toMatch(/mend: start one with `holdfast lab up --detach --dir \S+`/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("guesses which drill was meant", async () => {
    const { status, err } = await drill("region-los");
    expect(status).toBe(1);
    expect(err).toMatch(/^drill\/unknown\n {2}no drill is named "region-los"\n/);
    expect(err).toContain('mend: did you mean "region-loss"?');
    expect(err).toContain("region-freeze");
  });

  it("shows where its workspace is broken", async () => {
    cpSync(join(projectRoot, "examples", "lab"), join(folder, "broken"), { recursive: true });
    writeFileSync(join(folder, "broken", "typo.yaml"), "apiVersion: holdfast/v1alpha1\nkind: Dril\n");
    const { status, err } = await drill("region-loss", "--workspace", "broken");
    expect(status).toBe(1);
    expect(err).toContain("typo.yaml:2:7");
    expect(err).toContain('"Drill"');
    await rm(join(folder, "broken"), { recursive: true });
  });

  it("refuses a workspace that would fail on the day, before a lab is asked for", async () => {
    const unsound = join(folder, "unsound");
    cpSync(join(projectRoot, "examples", "lab"), unsound, { recursive: true });
    const file = join(unsound, "recovery.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("silentAfter: 1 s", "silentAfter: 50 ms"));
    const { status, err } = await drill("region-loss", "--workspace", "unsound");
    expect(status).toBe(1);
    expect(err).toMatch(/^unsound\/recovery.yaml:\d+:\d+ drill\/workspace-has-errors\n/);
    expect(err).toContain("1 error in unsound, the first: detection/bounds-contradict");
    expect(err).toContain("`holdfast check unsound`");
    expect(readdirSync(folder)).toEqual(["unsound"]);
    await rm(unsound, { recursive: true });
  });

  it("names the missing workspace", async () => {
    const { status, err } = await drill("region-loss", "--workspace", "nowhere");
    expect(status).toBe(1);
    expect(err).toContain("nowhere");
    expect(err).toContain("mend:");
  });
});

/** One lab's story, in order: a drill is interrupted, another region takes over, nobody takes over, a region is missing. */
describe("a drill on a lab that runs", () => {
  beforeAll(async () => {
    await lab.up();
    await lab.untilReady();
  });

  it("brings everything back when it is interrupted, and the lab keeps its record", async () => {
    const running = new StartedProgram(command("region-freeze"));
    await running.untilSays("east is frozen");
    running.signal("SIGINT");
    const { status, err } = await running.ended();
    expect(status).toBe(130);
    expect(err).not.toContain("mistake of Holdfast");
    const record = join(lab.root, "evidence");
    expect(err).toContain(`\nInterrupted. The record of what was done stays in ${record}\n`);
    await lab.untilReady();
    const evidence = join(lab.root, "evidence");
    const verify = { program: own.file, args: ["evidence", "verify", evidence], folder };
    expect((await ended(verify)).status).toBe(0);
    const list = { program: own.file, args: ["evidence", "list", evidence], folder };
    expect((await ended(list)).out).toContain("drill-broken-off");
    expect(existsSync(join(folder, "holdfast-drill"))).toBe(false);
  });

  it("refuses a plan by which the lab does not go, and says where they differ", async () => {
    const other = join(folder, "other");
    cpSync(join(projectRoot, "examples", "lab"), other, { recursive: true });
    const file = join(other, "recovery.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("silentAfter: 1 s", "silentAfter: 2 s"));
    const { status, err } = await drill("region-loss", "--workspace", "other");
    expect(status).toBe(1);
    expect(err).toMatch(/^drill\/other-plan\n/);
    expect(inOneLine(err)).toContain("detection.silentAfter: 2 s in the plan, 1 s in the lab");
    expect((await lab.status()).state).toBe("ready");
  });

  it("says who serves when the scenario strikes another region", async () => {
    if ((await lab.status()).active === "east") {
      await lab.do("fault", "kill", "east");
      await lab.until(
        "served from elsewhere",
        ({ active, state }) => active !== "east" && state === "degraded",
      );
    }
    const { active, state } = await lab.status();
    if (state !== "ready") {
      expect((await drill("region-loss")).err).toMatch(/drill\/lab-not-ready\n.*degraded/);
      await lab.do("restore", "east");
      await lab.untilReady();
    }
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toContain("drill/region-not-active");
    expect(err).toContain(`strikes east, but ${active} serves now`);
  });

  it("judges a platform that nobody recovers, tells it in every form, and brings its region back", async () => {
    const { active, regions } = await lab.status();
    const agents = regions
      .filter(({ name }) => name !== active)
      .flatMap(({ processes }) => processes)
      .filter(({ name }) => name === "agent");
    expect(agents).toHaveLength(2);
    const collector = await HttpReceiver.answering({ status: 500 });
    const running = new StartedProgram({
      ...command("region-loss", ...striking(active), "--out", "nobody", "--json"),
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    await running.untilSays("users write and chat");
    // Stopped agents can fence nobody, so nobody may take over; clients notice nothing until the region is lost.
    for (const { pid } of agents) process.kill(pid, "SIGSTOP");
    const { status, out, err } = await running.ended();
    for (const { pid } of agents) process.kill(pid, "SIGCONT");
    expect({ status, err: err.includes("nobody took over within 60 s") }).toEqual({ status: 2, err: true });
    // A collector that fails is told of once, and changes nothing.
    expect(collector.received).toHaveLength(1);
    expect(err.split("trace/not-taken")).toHaveLength(2);
    expect(err).toContain("it answers 500");
    await collector.close();
    const summary = JSON.parse(out) as Readonly<Record<string, unknown>>;
    expect(summary).toMatchObject({ outageSeconds: null, writesLost: null, objectivesMet: false });
    expect(summary["writesAcknowledged"]).toBeGreaterThan(10);
    const place = join(folder, "nobody");
    expect(JSON.parse(readFileSync(join(place, "summary.json"), "utf8"))).toEqual(summary);
    const html = readFileSync(join(place, "report.html"), "utf8");
    expect(html).toContain("Nobody could read the surviving store, so what was lost is not known.");
    expect(html).toContain("killed at once; nobody took over");
    expect(existsSync(join(place, "report.pdf"))).toBe(true);
    const evidence = join(place, "evidence");
    const head = String(summary["evidenceHead"]);
    const verify = { program: own.file, args: ["evidence", "verify", evidence, "--head", head], folder };
    expect((await ended(verify)).status).toBe(0);
    const list = { program: own.file, args: ["evidence", "list", evidence], folder };
    const listed = (await ended(list)).out;
    for (const kind of ["not-recovered", "region-restored", "drill-finished"]) expect(listed).toContain(kind);
    const told = JSON.parse(readFileSync(join(place, "trace.json"), "utf8")) as OtlpTraces;
    const [root, ...spans] = told.resourceSpans.flatMap(({ scopeSpans: [scope] }) => scope?.spans ?? []);
    expect(root).toMatchObject({ name: "drill region-loss", status: { code: 2 } });
    expect(root?.events.map(({ name }) => name)).toContain("holdfast.not_recovered");
    expect(spans.find(({ name }) => name === "failover")?.status.code).toBe(2);
    await lab.untilReady();
  });

  it.skipIf(!SmallDisk.canBeMounted())(
    "says where its record stands when its outcome finds no room, and writes nothing by halves (skipped: needs the right to mount a small disk)",
    async () => {
      const { active } = await lab.status();
      const disk = SmallDisk.mounted();
      if (disk === null) throw new Error("a small disk could be mounted a moment ago");
      try {
        // Room for a part of the outcome.
        disk.fillBut(64 * 1_024);
        const place = join(disk.folder, "out");
        const { status, out, err } = await drill("region-loss", ...striking(active), "--out", place);
        expect({ status, out }).toEqual({ status: 1, out: "" });
        expect(err).toMatch(/^drill\/outcome-not-written\n.*ENOSPC/m);
        expect(inOneLine(err)).toContain(`its evidence is whole in ${join(lab.root, "evidence")}`);
        expect(readdirSync(disk.folder)).toEqual(["filler"]);
      } finally {
        disk.remove();
      }
      const verify = { program: own.file, args: ["evidence", "verify", join(lab.root, "evidence")], folder };
      expect((await ended(verify)).status).toBe(0);
      await lab.do("restore", active);
      await lab.untilReady();
    },
  );

  it("names in the logs of its parts the traces that its evidence makes, on lines of one shape", async () => {
    const folderOfLogs = join(lab.root, "logs");
    const lines = readdirSync(folderOfLogs).flatMap((name) =>
      readFileSync(join(folderOfLogs, name), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    );
    for (const line of lines) {
      expect(line).toMatchObject({ "service.name": "holdfast", body: expect.any(String) as string });
      expect(new Date(String(line["time"])).toISOString()).toBe(line["time"]);
      expect(["INFO", "WARN", "ERROR", "FATAL"]).toContain(line["severity"]);
    }
    expect([...new Set(lines.map((line) => line["holdfast.process"]))].toSorted()).toEqual([
      "agent",
      "controller",
      "edge",
      "inference",
      "lab",
    ]);
    const evidence = join(lab.root, "evidence");
    const trace = { program: own.file, args: ["evidence", "trace", evidence, "--json"], folder };
    const { resourceSpans } = JSON.parse((await ended(trace)).out) as OtlpTraces;
    const spans = resourceSpans.flatMap(({ scopeSpans: [scope] }) => scope?.spans ?? []);
    const served = spans.filter(({ name, status }) => name === "failover" && status.code !== 2);
    expect(served.length).toBeGreaterThan(0);
    for (const { traceId } of served) {
      const named = lines.filter((line) => line["trace_id"] === traceId);
      const processes = new Set(named.map((line) => line["holdfast.process"]));
      expect([...processes].toSorted()).toEqual(["agent", "controller"]);
      const ids = spans.filter((span) => span.traceId === traceId).map(({ spanId }) => spanId);
      const deeds = named.filter(
        (line) => line["holdfast.deed"] === "promote" && line["severity"] === "INFO",
      );
      expect(deeds.length).toBeGreaterThan(0);
      for (const line of deeds) expect(ids).toContain(line["span_id"]);
    }
  });

  it("refuses a lab that is not whole", async () => {
    await lab.do("fault", "kill", "central");
    await lab.until("not whole", ({ state }) => state !== "ready");
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toContain("drill/lab-not-ready");
    expect(err).toContain("holdfast lab restore REGION");
  });
});
