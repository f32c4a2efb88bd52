import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../src/adapters/files/replace-file.ts";
import { memberFolder } from "../src/adapters/postgres/data-folder.ts";
import { endProcesses, postmasterOf, signalProcesses } from "../src/adapters/postgres/processes.ts";
import {
  identityOf,
  isAlive,
  type ProcessIdentity,
  processesWithCwd,
  stateOf,
} from "../src/adapters/processes/identity.ts";
import { type Mirror, mirror } from "../src/adapters/processes/mirror.ts";
import { signalGroup, stopAll } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { type LabEffect, type RegionProcess, regionProcesses } from "../src/runtime/lab.ts";
import { inherited } from "./inherited.ts";
import { PartReports } from "./part-reports.ts";
import { configFile, type LabLayout, logFile } from "./layout.ts";
import type { Placed } from "./network/places.ts";
import type { Watcher } from "./prometheus/watchers.ts";
import { labRegions } from "./topology.ts";
import type { RegionId } from "../src/core/failover/member.ts";

/** A process of the lab's own program in a region. PostgreSQL is the agent's, and found by its data folder. */
const ownProcesses = ["inference", "agent", "controller"] as const;
type OwnProcess = (typeof ownProcesses)[number];
const edge = "edge";

type RegionSignal = "SIGKILL" | "SIGSTOP" | "SIGCONT";

/** How the processes of a region are: none is there, all of those that are there are stopped, some are, or none is. */
export type RegionRun = "nothing-runs" | "frozen" | "partly-frozen" | "running";

/** How often the lab looks for a PostgreSQL that an agent has started. */
const lookEveryMs = 100;

/**
 * How long processes may take to end by themselves. An agent in the middle of a deed needs longer; what it guards
 * outlives a crash, and somebody waits at a terminal.
 */
const partingMs = milliseconds(2_000);
/** How long a PostgreSQL that nobody guards any more may take to be gone. */
const storeEndMsMax = 5_000;
/** Longer than any controller waits before it, or another, tries again to write a decision down. */
const decidedInVainMs = milliseconds(10_000);

export interface FleetSettings {
  readonly layout: LabLayout;
  /** Each region's PostgreSQL folder. */
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  /** The program's own file, run by this very Node. */
  readonly program: string;
  readonly placed: Placed;
  /** Told whenever a process has been started, before anything else is done with it. */
  readonly onStarted: (identity: ProcessIdentity) => Promise<void>;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** A program of the lab's own is given one, by which it knows that its lab lives. */
  readonly pipes: 0 | 1;
}

/** All processes of the lab: starts them, signals a region's at once, and ends them. */
export class Fleet {
  readonly #settings: FleetSettings;
  readonly #own = new Map<string, ProcessIdentity>();
  readonly #reports = new PartReports();
  readonly #postgres = new Map<RegionId, { readonly identity: ProcessIdentity; readonly mirror: Mirror }>();
  /** The last that was asked for in each place; what is asked for next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #isLooking = false;

  constructor(settings: FleetSettings) {
    this.#settings = settings;
  }

  /** Keeps finding the PostgreSQL of each region until aborted, and lets its children share what is done to it. */
  watchPostgres(signal: AbortSignal): void {
    const timer = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      // What a full disk kept from being noted is noted at a later look; its data folder names it until then.
      void this.#findPostgres()
        .catch(() => undefined)
        .finally(() => {
          this.#isLooking = false;
        });
    }, lookEveryMs);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      for (const { mirror: watching } of this.#postgres.values()) watching.close();
    });
  }

  /** Starts the edge unless it runs. */
  startEdge(config: unknown): Promise<Parsed<LabEffect>> {
    return this.#inTurn(edge, async () => {
      const path = join(this.#settings.layout.root, "edge.json");
      await replaceFile(path, JSON.stringify(config));
      return this.#startUnlessAlive(edge, this.#ownCommand(["lab", "process", "edge", path]));
    });
  }

  /** Starts a program that watches the lab, in the lab's folder, unless it runs. */
  startWatcher(watcher: Watcher, { command, args }: Omit<Command, "pipes">): Promise<Parsed<LabEffect>> {
    return this.#inTurn(watcher, () => this.#startUnlessAlive(watcher, { command, args, pipes: 0 }));
  }

  isWatcherAlive(watcher: Watcher): boolean {
    const identity = this.#own.get(watcher);
    return identity !== undefined && isAlive(identity);
  }

  /** Thaws what is frozen in a region and starts what does not run there. */
  bringBack(region: RegionId, config: unknown): Promise<Parsed<LabEffect>> {
    return this.#inTurn(region, async () => {
      const isWhole =
        this.processesOf(region).length === regionProcesses.length && this.runOf(region) === "running";
      await this.#signal(region, "SIGCONT");
      const path = configFile(this.#settings.layout, region, "region");
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, JSON.stringify(config));
      for (const name of ownProcesses) {
        const args = ["lab", "process", name, path];
        const started = await this.#startUnlessAlive(partName(name, region), this.#commandIn(region, args));
        if (!started.ok) return started;
      }
      return { ok: true, value: isWhole ? "unchanged" : "done" };
    });
  }

  /** Why parts of the lab have ended by themselves; none when all go on, or were killed. */
  causesOfEnd(): Promise<readonly Problem[]> {
    return this.#reports.causesOfEnd();
  }

  /** What a region's agent last tried in vain. */
  agentTriedInVain(region: RegionId): string | null {
    return this.#reports.inVain(partName("agent", region));
  }

  /** Why some controller could not write down what it decided, and goes on trying; `null`: none has said so in the last seconds. */
  decidedInVain(): string | null {
    const told = labRegions.map((region) =>
      this.#reports.inVainWithin(partName("controller", region), decidedInVainMs),
    );
    return told.find((text) => text !== null) ?? null;
  }

  processesOf(region: RegionId): readonly { readonly name: RegionProcess; readonly pid: number }[] {
    return this.#aliveIn(region).map(({ name, identity }) => ({ name, pid: identity.pid }));
  }

  /** Which of a region's processes run; those that are stopped do not. */
  runningIn(region: RegionId): readonly RegionProcess[] {
    return this.#aliveIn(region)
      .filter(({ identity }) => stateOf(identity) === "running")
      .map(({ name }) => name);
  }

  runOf(region: RegionId): RegionRun {
    const states = this.#aliveIn(region).map(({ identity }) => stateOf(identity));
    const stopped = states.filter((state) => state === "stopped").length;
    if (states.length === 0) return "nothing-runs";
    if (stopped === 0) return "running";
    return stopped === states.length ? "frozen" : "partly-frozen";
  }

  /**
   * Signals every process of a region at once: PostgreSQL's many first, for a commit must not slip in between. Answers how they
   * were just before.
   */
  signalRegion(region: RegionId, name: RegionSignal): Promise<RegionRun> {
    return this.#inTurn(region, async () => {
      const before = this.runOf(region);
      await this.#signal(region, name);
      return before;
    });
  }

  #aliveIn(
    region: RegionId,
  ): readonly { readonly name: RegionProcess; readonly identity: ProcessIdentity }[] {
    const known = [
      { name: "postgres" as const, identity: this.#postgres.get(region)?.identity ?? null },
      ...ownProcesses.map((name) => ({ name, identity: this.#identityOf(name, region) })),
    ];
    return known.flatMap(({ name, identity }) =>
      identity !== null && isAlive(identity) ? [{ name, identity }] : [],
    );
  }

  async #signal(region: RegionId, name: RegionSignal): Promise<void> {
    for (const process of ownProcesses) {
      const identity = this.#identityOf(process, region);
      if (identity !== null) signalGroup(identity, name);
    }
    await signalProcesses(this.#dataOf(region), name);
  }

  /** Ends everything; controllers first, so that nobody recovers what is being taken down. */
  async stop(): Promise<readonly ProcessIdentity[]> {
    // What is being started is there to be ended when its turn is over; nobody asks for more once the lab ends.
    await Promise.all([...this.#turns.keys()].map((place) => this.#inTurn(place, () => Promise.resolve())));
    const controllers = labRegions.map((region) => partName("controller", region));
    const left: ProcessIdentity[] = [];
    for (const isTheirTurn of [true, false]) {
      const identities = [...this.#own]
        .filter(([name]) => controllers.includes(name) === isTheirTurn)
        .map(([, identity]) => identity);
      left.push(...(await stopAll(identities, { gentleMs: partingMs })));
    }
    const patience = AbortSignal.timeout(storeEndMsMax);
    for (const region of labRegions) await endProcesses(this.#dataOf(region), patience);
    return left;
  }

  #identityOf(name: OwnProcess, region: RegionId): ProcessIdentity | null {
    return this.#own.get(partName(name, region)) ?? null;
  }

  #dataOf(region: RegionId): string {
    return memberFolder(this.#settings.dataFolders[region] ?? "").data;
  }

  /** One thing after another in each place: a process that two start at once would run twice, and one of them unknown. */
  #inTurn<Value>(place: string, act: () => Promise<Value>): Promise<Value> {
    const before = this.#turns.get(place) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(place, turn);
    return turn;
  }

  #commandIn(region: RegionId, args: readonly string[]): Command {
    const own = this.#ownCommand(args);
    return { ...own, ...this.#settings.placed(region, own) };
  }

  #ownCommand(args: readonly string[]): Command {
    return { command: process.execPath, args: [this.#settings.program, ...args], pipes: 1 };
  }

  async #startUnlessAlive(name: string, command: Command): Promise<Parsed<LabEffect>> {
    const known = this.#own.get(name);
    if (known !== undefined && isAlive(known)) return { ok: true, value: "unchanged" };
    const { layout, onStarted } = this.#settings;
    const log = logFile(layout, name);
    const started = await startProcess({
      ...command,
      env: inherited(),
      cwd: layout.root,
      logFile: log,
    });
    if (!started.ok) return started;
    const { identity } = started.value;
    this.#reports.follow(name, log, started.value);
    this.#own.set(name, identity);
    await onStarted(identity);
    return { ok: true, value: "done" };
  }

  async #findPostgres(): Promise<void> {
    for (const region of labRegions) {
      const known = this.#postgres.get(region);
      if (known !== undefined && isAlive(known.identity)) continue;
      const data = this.#dataOf(region);
      const pid = await postmasterOf(data);
      const identity = pid === null ? null : identityOf(pid);
      if (identity === null) continue;
      await this.#settings.onStarted(identity);
      this.#postgres.set(region, {
        identity,
        mirror: mirror({ leader: identity, children: () => processesWithCwd(data) }),
      });
    }
  }
}

function partName(process: OwnProcess, region: RegionId): string {
  return `${process}-${region}`;
}
