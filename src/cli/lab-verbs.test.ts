import { describe, expect, it } from "vitest";
import type { Problem } from "../core/problem/problem.ts";
import type { LabStatus, LabVerbs } from "../runtime/lab.ts";
import { fault } from "./lab-fault.ts";
import { type DirOption, down, restore, status, up } from "./lab-verbs.ts";
import type { Parts } from "./parts.ts";
import type { ExitStatus, Shell } from "./shell.ts";

const problem: Problem = {
  code: "lab/none-runs",
  what: "no lab runs here",
  where: null,
  why: "The request is for a running lab.",
  mend: "start one",
};
const refused = { ok: false, problems: [problem] } as const;
const done = { ok: true, value: "done" } as const;

const ready: LabStatus = {
  formatVersion: 1,
  state: "ready",
  active: "west",
  epoch: 7,
  blockedBy: null,
  trust: "armed",
  heldBecause: null,
  awaitsWord: false,
  mayLack: null,
  edge: { postgresUrl: "postgres://edge", httpUrl: "http://edge", dashboardUrl: "http://edge/" },
  coordination: { kind: "built-in", isAnswering: true, voters: [], access: null, notBelieved: null },
  metrics: { targets: [], prometheusUrl: null, alertmanagerUrl: null },
  regions: [],
};

/** A lab that does whatever it is asked, and whose daemon has ended by the time that anybody waits for it. */
const willing: LabVerbs = {
  start: () =>
    Promise.resolve({
      ok: true,
      value: { status: ready, ended: Promise.resolve(), detach: () => Promise.resolve() },
    }),
  status: () => Promise.resolve({ ok: true, value: ready }),
  details: () => Promise.resolve(refused),
  inject: () => Promise.resolve(done),
  harm: () => Promise.resolve(done),
  restore: () => Promise.resolve(done),
  order: () => Promise.resolve(refused),
  runStore: () => {
    throw new Error("no plan is run here");
  },
  stop: () => Promise.resolve({ ok: true, value: "none-ran" }),
  remove: () => Promise.resolve(),
};

const unwilling: LabVerbs = {
  ...willing,
  start: () => Promise.resolve(refused),
  status: () => Promise.resolve(refused),
  inject: () => Promise.resolve(refused),
  harm: () => Promise.resolve(refused),
  restore: () => Promise.resolve(refused),
  stop: () => Promise.resolve(refused),
};

/** A shell and what was said on it. */
interface Stage {
  readonly shell: Shell;
  readonly parts: Parts;
  readonly said: { out: string; err: string };
}

function stage(lab: LabVerbs): Stage {
  const said = { out: "", err: "" };
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd: "/srv/ada",
    env: {},
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  // Of all outside systems, these verbs ask for the lab alone.
  const parts = { lab: () => Promise.resolve(lab) } as unknown as Parts;
  return { shell, parts, said };
}

const here = { dir: ".holdfast/lab" };
const elsewhere = { dir: "my lab" };

describe("lab up in the foreground", () => {
  it("says that the lab's daemon died, and fails", async () => {
    const { shell, parts, said } = stage({
      ...willing,
      stop: () => Promise.resolve({ ok: true, value: "stopped" }),
    });
    expect(await up(elsewhere, shell, parts)).toBe(1);
    expect(said.err).toContain(
      "lab/daemon-died\n  the lab in /srv/ada/my lab has ended without being asked to\n",
    );
    expect(said.err).toContain("read the end of /srv/ada/my lab/logs/lab.log");
    expect(said.err).toContain("`holdfast lab up --dir 'my lab'`\n");
  });

  it("ends well when another command has ended the lab", async () => {
    const { shell, parts, said } = stage(willing);
    expect(await up(here, shell, parts)).toBe(0);
    expect(said.err).toContain("lab: another command has ended it\n");
  });
});

describe("what watches a lab that is started", () => {
  it.each([
    [{}, "nothing"],
    [{ probes: true }, "probes"],
    [{ prometheus: true }, "prometheus"],
    [{ probes: true, prometheus: true }, "prometheus"],
  ] as const)("with the options %j is: %s", async (options, expected) => {
    const asked: string[] = [];
    const start: LabVerbs["start"] = (request, signal) => {
      asked.push(request.watchedBy);
      return willing.start(request, signal);
    };
    const { shell, parts } = stage({ ...willing, start });
    await up({ ...here, ...options, detach: true }, shell, parts);
    expect(asked).toEqual([expected]);
  });
});

describe("lab status while nobody serves and failover is held", () => {
  it("names first the one command of this moment, as it is typed here", async () => {
    const heldBecause = "not proven; run `holdfast drill run loss`";
    const waiting = { ...ready, blockedBy: "it is held", trust: "held", heldBecause } as const;
    const told = async (awaitsWord: boolean): Promise<Stage["said"]> => {
      const answer = { ok: true, value: { ...waiting, awaitsWord } } as const;
      const { shell, parts, said } = stage({ ...willing, status: () => Promise.resolve(answer) });
      await status(here, { ...shell, env: { HOLDFAST_CALLED_AS: "npm run holdfast --" } }, parts);
      return said;
    };
    const { out, err } = await told(true);
    expect(err).toMatch(/^\nNext: npm run holdfast -- failover run --ungraceful\s/);
    expect(out).toContain("`npm run holdfast -- drill run loss`");
    expect(out).not.toContain("`holdfast ");
    expect((await told(false)).err).toBe("");
  });
});

describe("what a lab command suggests next", () => {
  const inMine = "--dir 'my lab'";

  it.each([
    ["up --detach", elsewhere, [`fault kill west ${inMine}`, `down ${inMine}`]],
    ["up", elsewhere, [`fault kill west ${inMine}`]],
    ["up", here, ["fault kill west"]],
    ["kill", elsewhere, [`status ${inMine}`, `restore east ${inMine}`]],
    ["kill", here, ["status", "restore east"]],
    ["freeze", here, ["status", "fault thaw east"]],
    ["partition", here, ["status", "fault heal east"]],
    ["restore", elsewhere, [`status ${inMine}`]],
  ] as const)("after %s in the folder %j is for the same lab", async (...[verb, options, next]) => {
    const { shell, parts, said } = stage(willing);
    if (verb === "up") await up(options, shell, parts);
    else if (verb === "up --detach") await up({ ...options, detach: true }, shell, parts);
    else if (verb === "restore") await restore({ region: "east", options }, shell, parts);
    else await fault({ fault: verb, region: "east", options }, shell, parts);
    const suggested = said.err.slice(said.err.indexOf("Next: ")).match(/holdfast lab [^\n]*?(?= {2,}|\n)/g);
    expect(suggested).toEqual(next.map((command) => `holdfast lab ${command}`));
  });
});

describe("a partition that is asked for", () => {
  it.each([
    [{}, { direction: "both", from: "everybody" }, "east is cut off from everybody"],
    [{ direction: "in" }, { direction: "in", from: "everybody" }, "nothing reaches east"],
    [{ direction: "out" }, { direction: "out", from: "everybody" }, "nothing leaves east"],
    [{ from: "peers" }, { direction: "both", from: "peers" }, "east is cut off from the other regions"],
    [
      { direction: "in", from: "coordination" },
      { direction: "in", from: "coordination" },
      "nothing from the coordination store reaches east",
    ],
    [
      { direction: "out", from: "clients" },
      { direction: "out", from: "clients" },
      "nothing from east reaches clients",
    ],
  ] as const)("with the options %j is done as said: %j", async (options, expected, text) => {
    const asked: unknown[] = [];
    const harm: LabVerbs["harm"] = (_root, what) => {
      asked.push(what);
      return Promise.resolve(done);
    };
    const { shell, parts, said } = stage({ ...willing, harm });
    const given = { fault: "partition", region: "east", options: { ...here, ...options } };
    expect(await fault(given, shell, parts)).toBe(0);
    expect(asked).toEqual([{ kind: "cut", ...expected }]);
    expect(said.err).toMatch(new RegExp(`^${text}\n`));
  });

  it.each([
    ["flap", {}, { kind: "flap", periodSeconds: 4 }, "east is cut off and reached again by turns, every 4 s"],
    ["flap", { period: "500ms" }, { kind: "flap", periodSeconds: 0.5 }, "every 0.5 s"],
    [
      "lossy",
      { share: "20%" },
      { kind: "loss", lossRatio: 0.2 },
      "20 % of the packets into east and out of it are lost",
    ],
    [
      "slow",
      { delay: "200ms" },
      { kind: "delay", delaySeconds: 0.2, direction: "both", from: "everybody" },
      "what passes between east and everybody is 200 ms late, each way",
    ],
    [
      "slow",
      { delay: "1.5 s", direction: "in", from: "peers" },
      { kind: "delay", delaySeconds: 1.5, direction: "in", from: "peers" },
      "what comes from the other regions to east is 1.5 s late",
    ],
    [
      "slow",
      { delay: "1s", direction: "out", from: "clients" },
      { kind: "delay", delaySeconds: 1, direction: "out", from: "clients" },
      "what goes from east to clients is 1 s late",
    ],
  ] as const)("can be of another kind: %s %j", async (...[kind, options, expected, text]) => {
    const asked: unknown[] = [];
    const harm: LabVerbs["harm"] = (_root, what) => {
      asked.push(what);
      return Promise.resolve(done);
    };
    const { shell, parts, said } = stage({ ...willing, harm });
    expect(await fault({ fault: kind, region: "east", options: { ...here, ...options } }, shell, parts)).toBe(
      0,
    );
    expect(asked).toEqual([expected]);
    expect(said.err.replaceAll(/\s+/g, " ")).toContain(text);
  });

  it.each([
    ["flap", { period: "often" }, "lab/bad-period"],
    ["flap", { period: "1ms" }, "lab/bad-period"],
    ["lossy", {}, "lab/bad-share"],
    ["lossy", { share: "0.2" }, "lab/bad-share"],
    ["lossy", { share: "100%" }, "lab/bad-share"],
    ["lossy", { share: "20%", period: "4s" }, "lab/option-of-another-fault"],
    ["slow", {}, "lab/bad-delay"],
    ["slow", { delay: "200" }, "lab/bad-delay"],
    ["slow", { delay: "0s" }, "lab/bad-delay"],
    ["slow", { delay: "11s" }, "lab/bad-delay"],
    ["partition", { delay: "200ms" }, "lab/option-of-another-fault"],
  ] as const)("is refused with what it cannot be: %s %j", async (kind, options, code) => {
    const { shell, parts, said } = stage(willing);
    expect(await fault({ fault: kind, region: "east", options: { ...here, ...options } }, shell, parts)).toBe(
      1,
    );
    expect(said.err).toMatch(new RegExp(`^${code}\\n`));
  });

  it("is what --direction and --from are of, and no other fault", async () => {
    for (const option of [{ direction: "in" }, { from: "peers" }] as const) {
      const { shell, parts, said } = stage(willing);
      const given = { fault: "kill", region: "east", options: { ...here, ...option } };
      expect(await fault(given, shell, parts)).toBe(1);
      expect(said.err).toMatch(/^lab\/option-of-another-fault\n/);
    }
  });
});

describe("a lab command that finds things as they are wanted", () => {
  const content: LabVerbs = {
    ...willing,
    inject: () => Promise.resolve({ ok: true, value: "unchanged" }),
    harm: () => Promise.resolve({ ok: true, value: "unchanged" }),
    restore: () => Promise.resolve({ ok: true, value: "unchanged" }),
  };

  it.each([
    ["kill", "nothing ran in east any more"],
    ["freeze", "everything in east was frozen already"],
    ["thaw", "nothing in east was frozen"],
    ["partition", "it was so already: east is cut off from everybody"],
    ["heal", "east was not cut off"],
  ])("says that nothing was to be done, and ends well: %s", async (kind, expected) => {
    const { shell, parts, said } = stage(content);
    expect(await fault({ fault: kind, region: "east", options: here }, shell, parts)).toBe(0);
    expect(said.err).toMatch(new RegExp(`^${expected}; nothing was to be done\n`));
  });

  it("says so of a restore too, and to programs", async () => {
    const people = stage(content);
    expect(await restore({ region: "east", options: here }, people.shell, people.parts)).toBe(0);
    expect(people.said.err).toMatch(/^everything in east runs already; nothing was to be done\n/);
    const programs = stage(content);
    const options = { ...here, json: true } as const;
    expect(await restore({ region: "east", options }, programs.shell, programs.parts)).toBe(0);
    expect(JSON.parse(programs.said.out)).toEqual({ formatVersion: 1, result: "unchanged" });
  });
});

describe("a lab command that is refused", () => {
  type Run = (options: DirOption, on: Stage) => Promise<ExitStatus>;
  const verbs: Readonly<Record<string, Run>> = {
    up: (options, { shell, parts }) => up(options, shell, parts),
    status: (options, { shell, parts }) => status(options, shell, parts),
    down: (options, { shell, parts }) => down(options, shell, parts),
    restore: (options, { shell, parts }) => restore({ region: "east", options }, shell, parts),
    fault: (options, { shell, parts }) => fault({ fault: "kill", region: "east", options }, shell, parts),
    "fault of no kind": (options, { shell, parts }) =>
      fault({ fault: "bite", region: "east", options }, shell, parts),
    "up on no port": (options, { shell, parts }) => up({ ...options, sqlPort: "0" }, shell, parts),
  };

  it.each(Object.entries(verbs))("tells programs its problems as JSON: %s", async (_name, run) => {
    const on = stage(unwilling);
    expect(await run({ ...here, json: true }, on)).toBe(1);
    expect(JSON.parse(on.said.out)).toEqual({
      formatVersion: 1,
      ok: false,
      problems: [
        expect.objectContaining({ code: expect.any(String) as string, mend: expect.any(String) as string }),
      ],
    });
    expect(on.said.err).toBe("");
  });

  it.each(Object.entries(verbs))("tells people on standard error: %s", async (_name, run) => {
    const on = stage(unwilling);
    expect(await run(here, on)).toBe(1);
    expect(on.said).toMatchObject({ out: "", err: expect.stringContaining("\n  mend: ") as string });
  });
});
