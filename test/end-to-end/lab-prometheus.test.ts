import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labDirDefault } from "../../src/runtime/lab-command.ts";
import { type Ended, inOneLine, projectRoot } from "../built-program.ts";
import { ownProgram, RunningLab } from "../running-lab.ts";
import { ended } from "../started-program.ts";

const areHere = ["prometheus", "prometheus-alertmanager"].every(
  (each) => spawnSync(each, ["--version"]).status === 0,
);
const skipped = areHere
  ? ""
  : " (skipped: Debian's packages prometheus and prometheus-alertmanager are not here)";

const manual = readFileSync(join(projectRoot, "docs", "manual", "observability.md"), "utf8");
const [, section = ""] = /\n## A lab with Prometheus and Alertmanager\n([^]*?)\n## /.exec(manual) ?? [];
const commands = [...section.matchAll(/^holdfast (.*)$/gm)].map(([, line = ""]) => line);

let program: Awaited<ReturnType<typeof ownProgram>>;
let folder = "";
let lab: RunningLab;

beforeAll(async () => {
  program = await ownProgram();
  folder = await mkdtemp(join(tmpdir(), "holdfast-watched-"));
  // PostgreSQL runs as another account when we are root, and must be able to pass.
  await chmod(folder, 0o711);
  lab = RunningLab.in(join(folder, labDirDefault), program.file);
});
afterAll(async () => {
  await lab.lab("down");
  await rm(folder, { recursive: true });
  await program.remove();
});

/** Runs a command line as the manual has it. */
function asTyped(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return ended({ program: program.file, args: line.split(" "), folder, environment });
}

/** Runs the next commands of the manual's section, up to the one that begins so. */
async function typeUpTo(begin: string): Promise<string> {
  for (;;) {
    const line = commands.shift();
    if (line === undefined) throw new Error(`the manual does not say: holdfast ${begin}`);
    const { prometheusUrl } = (await urls()) ?? {};
    const { status, out, err } = await asTyped(line.replace("http://127.0.0.1:9090", prometheusUrl ?? ""));
    expect(status, `holdfast ${line}: ${err}`).toBe(0);
    if (line.startsWith(begin)) return out;
  }
}

interface Urls {
  readonly prometheusUrl: string | null;
  readonly alertmanagerUrl: string | null;
}

/** Where both are; `null` where no lab runs. */
async function urls(): Promise<Urls | null> {
  const { status, out } = await lab.lab("status", "--json");
  return status === 0 ? (JSON.parse(out) as { readonly metrics: Urls }).metrics : null;
}

async function answerOf(url: string | null | undefined, path: string): Promise<unknown> {
  return (await fetch(`${url ?? ""}${path}`)).json();
}

interface Targets {
  readonly data: {
    readonly activeTargets: readonly {
      readonly health: string;
      readonly scrapeUrl: string;
      readonly labels: Readonly<Record<string, string>>;
    }[];
  };
}

/** Names of alerts that Alertmanager holds to be raised. */
async function alerts(alertmanagerUrl: string | null): Promise<readonly string[]> {
  const all = (await answerOf(alertmanagerUrl, "/api/v2/alerts?active=true&inhibited=true")) as readonly {
    readonly labels: Readonly<Record<string, string>>;
  }[];
  return all.map(({ labels }) => labels["alertname"] ?? "");
}

async function pidOf(watcher: string): Promise<number> {
  for (const pid of await lab.processes())
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`prometheus/${watcher}.yml`)) return pid;
  throw new Error(`no ${watcher} runs`);
}

/** What each says when a file stands where it stores things; Prometheus in the panic by which it ends. */
const whyNot = {
  prometheus: "panic: Unable to create mmap-ed active query log",
  alertmanager: "not a directory",
};

/** Above the bounds that the manual names: the machine may be busy. */
const patience = { timeout: 100_000, interval: 500 };
const failing = "HoldfastJourneyFailing";

describe.skipIf(!areHere)(`a lab that Prometheus and Alertmanager watch${skipped}`, () => {
  it("has each of its parts as a target that is up", async () => {
    await typeUpTo("lab up");
    const { metrics } = await lab.status();
    const wanted = metrics.targets.map(({ part, region, url }) => ({
      health: "up",
      scrapeUrl: url,
      labels: {
        ...{ job: `holdfast-${part}`, part, instance: region === null ? part : `${part}-${region}` },
        ...(region === null ? {} : { region }),
      },
    }));
    const byUrl = (a: { scrapeUrl: string }, b: { scrapeUrl: string }): number =>
      a.scrapeUrl.localeCompare(b.scrapeUrl);
    await expect
      .poll(async () => {
        const { data } = (await answerOf(metrics.prometheusUrl, "/api/v1/targets")) as Targets;
        return data.activeTargets
          .map(({ health, scrapeUrl, labels }) => ({ health, scrapeUrl, labels }))
          .toSorted(byUrl);
      }, patience)
      .toEqual(wanted.toSorted(byUrl));
    // While regions come up, tickets on them may be raised for a moment.
    await expect.poll(() => alerts(metrics.alertmanagerUrl), patience).toEqual([]);
  });

  it("raises an alert while its journeys fail, and no longer", async () => {
    const { alertmanagerUrl } = await lab.status().then(({ metrics }) => metrics);
    await typeUpTo("lab fault kill west");
    await expect.poll(() => alerts(alertmanagerUrl), patience).toContain(failing);
    expect(await typeUpTo("lab status")).toContain(
      `\n  alerts  ${alertmanagerUrl ?? ""}/   (Alertmanager)\n`,
    );
    await typeUpTo("lab restore west");
    await expect.poll(() => alerts(alertmanagerUrl), patience).not.toContain(failing);
  });

  it("knows how its objective stands", async () => {
    const { prometheusUrl } = (await urls()) ?? {};
    const known = `slo:error_budget_remaining:ratio{slo="chat-completion-availability"} < 0`;
    const query = `/api/v1/query?query=${encodeURIComponent(known)}`;
    await expect
      .poll(() => answerOf(prometheusUrl, query), { ...patience, timeout: 180_000 })
      .toMatchObject({ data: { result: [{}] } });
    const out = await typeUpTo("slo status");
    expect(out).toContain("chat-completion-availability");
    expect(out).toContain("1 objective: 0 met, 1 missed, 0 unknown");
    const workspace = join(projectRoot, "examples", "lab");
    const byProbes = await asTyped(`slo status ${workspace} --probes ${labDirDefault}`);
    expect(byProbes.out).toContain("1 objective: 0 met, 1 missed, 0 unknown");
  });

  it("says when one of them is gone, and starts it again with a region that is restored", async () => {
    const { prometheusUrl, alertmanagerUrl } = (await urls()) ?? {};
    process.kill(await pidOf("prometheus"), "SIGKILL");
    await expect.poll(urls, patience).toMatchObject({ prometheusUrl: null, alertmanagerUrl });
    expect(JSON.parse((await lab.lab("restore", "central", "--json")).out)).toMatchObject({ result: "done" });
    expect(await urls()).toMatchObject({ prometheusUrl, alertmanagerUrl });
  });

  it("ends with both, and leaves nothing", async () => {
    await typeUpTo("lab down");
    expect(commands).toEqual([]);
    expect(await lab.processes()).toEqual([]);
  });

  it("leaves both behind when all that ends them is killed at once, until it is taken down", async () => {
    await lab.do("up", "--detach", "--prometheus");
    const left = [await pidOf("alertmanager"), await pidOf("prometheus")];
    const enders = [await lab.edgePid(), await lab.daemonPid()];
    for (const pid of enders) process.kill(pid, "SIGKILL");
    await expect.poll(() => lab.processes(), patience).toEqual(left.toSorted((a, b) => a - b));
    const { status, err } = await lab.lab("status");
    expect(status).toBe(1);
    expect(err).toMatch(/^lab\/left-behind\n/);
    for (const pid of left) expect(err).toContain(String(pid));
    await lab.do("down");
    expect(await lab.processes()).toEqual([]);
  });

  it("loses both by its edge when its daemon alone is killed", async () => {
    await lab.do("up", "--detach", "--prometheus");
    process.kill(await lab.daemonPid(), "SIGKILL");
    expect(await lab.untilNothingRuns()).toEqual([]);
  });

  it.each(["prometheus", "alertmanager"] as const)(
    "does not start when %s refuses to, and says why",
    async (watcher) => {
      const data = join(lab.root, "prometheus", watcher === "prometheus" ? "data" : "alertmanager-data");
      rmSync(data, { recursive: true, force: true });
      mkdirSync(dirname(data), { recursive: true });
      writeFileSync(data, "");
      const { status, err } = await lab.lab("up", "--detach", "--prometheus");
      rmSync(data);
      expect(status).toBe(1);
      const told = inOneLine(err);
      expect(told).toMatch(
        new RegExp(`lab/part-ended ${watcher} ended by itself with status [12]; the end of its log: `),
      );
      expect(told).toContain(whyNot[watcher]);
      expect(await lab.processes()).toEqual([]);
    },
  );
});

describe("a lab that is to be watched by programs that are not there", () => {
  it("says what to install before anything is made", async () => {
    const place = join(folder, "nothing");
    mkdirSync(place);
    const { status, err } = await asTyped(`lab up --prometheus --dir ${place}`, { PATH: folder });
    expect(status).toBe(1);
    expect(err).toMatch(/^observe\/not-installed\n/);
    expect(inOneLine(err)).toContain("`apt-get install prometheus prometheus-alertmanager`");
    expect(readdirSync(place)).toEqual([]);
  });
});
