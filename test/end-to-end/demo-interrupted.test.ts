import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ownProgram } from "../running-lab.ts";
import { ended, StartedProgram } from "../started-program.ts";

const isRoot = process.getuid?.() === 0;
/** Where PostgreSQL's folders stand for a demo that root runs, whose own folder PostgreSQL's account cannot enter. */
const openFolder = "/var/tmp/holdfast-data-uid0";
/** Generous, for a machine that is busy with other tests; the program itself needs about one second. */
const endMsMax = 30_000;

let own: Awaited<ReturnType<typeof ownProgram>>;
let folder = "";

beforeAll(async () => {
  own = await ownProgram();
});
afterAll(async () => {
  await own.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-interrupted-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function demo(...options: readonly string[]): StartedProgram {
  return new StartedProgram({ program: own.file, args: ["demo", "--out", "out", ...options], folder });
}

function platformFolders(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith("holdfast-demo-"));
}

/** PostgreSQL's folders outside the platform's own. */
function outerFolders(platform: string): readonly string[] {
  return ["east", "west", "central"]
    .map((region) => join(folder, platform, "regions", region, "postgres"))
    .map((wanted) => `postgres-${createHash("sha256").update(wanted).digest("hex").slice(0, 16)}`)
    .filter((name) => existsSync(join(openFolder, name)));
}

function leftIn(platform: string): readonly string[] {
  const root = join(folder, platform);
  if (!existsSync(root)) return [];
  const log = join(root, "logs", "lab.log");
  const said = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(-20) : [];
  return [...readdirSync(root, { recursive: true }).map(String).slice(0, 50), ...said];
}

async function expectNothingLeft(running: StartedProgram, platform: string): Promise<void> {
  expect(await running.leftRunning()).toEqual([]);
  for (let tries = 0; platformFolders().length > 0 && tries < 100; tries += 1) await pause(50);
  // With what its daemon said last: why a folder stays stands nowhere else.
  expect([...platformFolders(), ...leftIn(platform)]).toEqual([]);
  expect(outerFolders(platform)).toEqual([]);
}

async function expectRecord(): Promise<string> {
  const verified = await ended({ program: own.file, args: ["evidence", "verify", "out/evidence"], folder });
  expect(verified).toMatchObject({ status: 0, out: expect.stringContaining("holds") as string });
  const listed = await ended({ program: own.file, args: ["evidence", "list", "out/evidence"], folder });
  return listed.out;
}

describe("a demo that is interrupted", () => {
  it("leaves nothing at all when no region was up yet", async () => {
    const running = demo();
    await running.untilSays("PostgreSQL: creating the first member");
    const [platform = ""] = platformFolders();
    running.signal("SIGINT");
    const { status, err, afterMs } = await running.ended();
    expect({ status, isQuick: afterMs < endMsMax }).toEqual({ status: 130, isQuick: true });
    expect(err).toContain("Interrupted. The platform has ended\n");
    await expectNothingLeft(running, platform);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    { when: "while its regions start", said: "waiting for west", signal: "SIGTERM", recorded: null },
    { when: "under load", said: "users write and chat", signal: "SIGINT", recorded: "drill-broken-off" },
    { when: "right after the fault", said: "east is lost", signal: "SIGINT", recorded: "fault-announced" },
    {
      when: "while its report is written",
      said: "writing the report",
      signal: "SIGINT",
      recorded: "drill-finished",
    },
    { when: "with a region frozen", said: "serves; a write", signal: "SIGTERM", recorded: "fault-injected" },
  ] as const)("leaves its record alone $when", async ({ when, said, signal, recorded }) => {
    const options = when === "with a region frozen" ? ["--scenario", "freeze"] : [];
    const running = demo(...options);
    await running.untilSays(said);
    const [platform = ""] = platformFolders();
    expect(outerFolders(platform)).toHaveLength(isRoot ? 3 : 0);
    running.signal(signal);
    const { status, out, err, afterMs } = await running.ended();
    expect({ status, out, isQuick: afterMs < endMsMax }).toEqual({ status: 130, out: "", isQuick: true });
    expect(err).toContain("Interrupted. The platform has ended");
    expect(err).not.toContain("mistake of Holdfast");
    await expectNothingLeft(running, platform);
    if (recorded === null) return;
    expect(err).toContain(`the record of what was done stays in ${join(folder, "out", "evidence")}`);
    expect(await expectRecord()).toContain(recorded);
    expect(readdirSync(folder)).toEqual(["out"]);
    const outcome = readdirSync(join(folder, "out"));
    expect(outcome.filter((name) => name.startsWith("."))).toEqual([]);
    // Every part of an outcome or none: the signal may come after the last has found its place.
    expect([1, 4]).toContain(outcome.length);
  });

  it("ends at once at a second Ctrl-C, and its platform by itself", async () => {
    const running = demo();
    await running.untilSays("waiting until the surviving regions agree");
    const [platform = ""] = platformFolders();
    running.signal("SIGINT");
    // A second signal means "now" only after a second: npm passes one Ctrl-C on twice.
    await pause(1_100);
    running.signal("SIGINT");
    expect((await running.ended()).status).toBe(130);
    await expectNothingLeft(running, platform);
    expect(await expectRecord()).toContain("failover-complete");
  });

  it("leaves nothing when it is killed right after its platform has ended as asked", async () => {
    const running = demo();
    await running.untilSays("users write and chat");
    const [platform = ""] = platformFolders();
    running.signal("SIGINT");
    await running.untilGone("lab daemon");
    running.signal("SIGKILL");
    await running.ended();
    await expectNothingLeft(running, platform);
  });

  it("keeps its folder to itself while it runs, and bars nobody from it once it was killed", async () => {
    const running = demo();
    await running.untilSays("creating the first member");
    const inside = (): readonly string[] => readdirSync(join(folder, "out"), { recursive: true }).map(String);
    const before = inside();
    const second = await demo().ended();
    expect(second).toMatchObject({ status: 1, out: "" });
    expect(second.err).toMatch(/^drill\/out-in-use\n/);
    expect(inside()).toEqual(expect.arrayContaining([...before]));
    expect(existsSync(join(folder, "out", "earlier"))).toBe(false);
    running.signal("SIGKILL");
    await running.ended();
    const next = demo();
    await next.untilSays("creating the first member");
    next.signal("SIGINT");
    expect((await next.ended()).status).toBe(130);
    expect(await next.leftRunning()).toEqual([]);
  });

  it.each([
    ["while the first store is made", "creating the first member", null],
    ["right after the fault", "east is lost", "fault-announced"],
  ])("takes its platform with it when it is killed %s", async (_when, said, recorded) => {
    const running = demo();
    await running.untilSays(said);
    const [platform = ""] = platformFolders();
    running.signal("SIGKILL");
    await running.ended();
    await expectNothingLeft(running, platform);
    if (recorded !== null) expect(await expectRecord()).toContain(recorded);
  });
});
