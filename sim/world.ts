import { type InstantMs, instantMs, monotonicMs } from "../src/core/units/units.ts";
import { Afflictions } from "./afflictions.ts";
import { Agenda } from "./agenda.ts";
import { Ambushes } from "./ambushes.ts";
import { type AgentNode, startAgent } from "./agent-node.ts";
import { Audit, wallStartMs } from "./audit.ts";
import { type ControllerNode, startController } from "./controller-node.ts";
import { type Aspect, type Coverage, saw } from "./coverage.ts";
import { SimulatedEdge } from "./edge.ts";
import { Flaps } from "./flaps.ts";
import { firstReign } from "./founding.ts";
import { SimulatedMember } from "./member.ts";
import { Network, storePlace, type Weather, regions } from "./network.ts";
import { PlanRuns } from "./plan-run/plan-runs.ts";
import type { SimulatedPlan } from "./plan-run/simulated-plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import type { Random } from "./random.ts";
import { SimulatedStore } from "./store.ts";
import { StoreWatches } from "./store-watches.ts";
import { Trust } from "./trust/trust.ts";
import { type AgentMemory, type AgentState, emptyMemory } from "../src/core/failover/agent-state.ts";
import type { ClockReading } from "../src/core/failover/clock-reading.ts";
import { absent, type Revision, type StoredEntry } from "../src/core/failover/coordinator.ts";
import type { RegionId, SyncSet } from "../src/core/failover/member.ts";
import { type Order, orderKey, type OrderKind, orderText } from "../src/core/failover/order.ts";
import { intentText, readReign, reignKey, type SeenReign } from "../src/core/failover/reign.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";

/** One region's machine: it may be dead, paused, or run its clock a little fast or slow. */
interface Machine {
  isDead: boolean;
  isPaused: boolean;
  /** Grows with each death, so that what an earlier life began comes to nothing. */
  life: number;
  readonly backlog: (() => void)[];
  readonly clockRate: number;
  readonly clockOffsetMs: number;
  /** By how much its wall clock was set. */
  wallOffsetMs: number;
  /** When its present life began. */
  bornAt: number;
  memory: AgentMemory;
  agent: AgentNode | null;
  controller: ControllerNode | null;
}

/** How long an order stays open. */
const orderMsMax = 3_000;

export interface WorldParts {
  readonly random: Random;
  readonly settings: FailoverSettings;
  readonly weather: Weather;
  readonly bugs: ReadonlySet<PlantedBug>;
  readonly coverage: Coverage;
  /** What its people run. */
  readonly plan: SimulatedPlan;
  /** How long what proves the controllers' plan is fresh; `null`: they act in any case. */
  readonly proofsLastMs: number | null;
}

/** Whether a killed machine's ports answer "refused" (its processes are gone) or nothing at all (it is off). */
export type DeathKind = "processes-gone" | "machine-off";

/** Three regions with a member, an agent and a controller each; outside them an edge, a client and the store. */
export class World {
  readonly agenda = new Agenda();
  readonly random: Random;
  readonly settings: FailoverSettings;
  readonly weather: Weather;
  readonly network: Network;
  readonly flaps: Flaps;
  readonly afflictions: Afflictions;
  readonly watches: StoreWatches;
  readonly planRuns: PlanRuns;
  readonly trust: Trust;
  readonly ambushes: Ambushes;
  readonly store: SimulatedStore;
  readonly audit: Audit;
  readonly edge: SimulatedEdge;
  readonly bugs: ReadonlySet<PlantedBug>;
  /** Regions whose agent tells that its standby has stopped although it has not (a planted bug). */
  readonly liars = new Set<RegionId>();
  readonly trace: string[] = [];
  readonly #coverage: Coverage;
  readonly #machines = new Map<RegionId, Machine>();
  readonly #members = new Map<RegionId, SimulatedMember>();
  readonly #deaths = new Map<RegionId, DeathKind>();
  readonly #read = new WeakMap<StoredEntry, SeenReign>();
  #writes = 0;
  #streams = 0;

  constructor(parts: WorldParts) {
    this.random = parts.random;
    this.settings = parts.settings;
    this.weather = parts.weather;
    this.bugs = parts.bugs;
    this.#coverage = parts.coverage;
    this.network = new Network(this.agenda, parts.random, parts.weather);
    this.afflictions = new Afflictions(parts.weather);
    this.flaps = new Flaps(this.agenda, this.network);
    this.store = new SimulatedStore(this.agenda);
    this.audit = new Audit(this);
    const drift: number = parts.settings.timing.clockDriftMax;
    for (const region of regions) {
      this.#machines.set(region, {
        isDead: false,
        isPaused: false,
        life: 0,
        backlog: [],
        clockRate: 1 + parts.random.between(-drift, drift),
        clockOffsetMs: parts.random.between(0, 1_000_000),
        wallOffsetMs: 0,
        bornAt: 0,
        memory: emptyMemory,
        agent: null,
        controller: null,
      });
      this.#members.set(region, new SimulatedMember(this, region));
    }
    const founded = this.#found(parts.proofsLastMs !== null);
    this.edge = new SimulatedEdge(this, "east", founded);
    this.watches = new StoreWatches(this);
    this.planRuns = new PlanRuns(this, parts.plan);
    this.trust = new Trust(this, parts.proofsLastMs);
    this.ambushes = new Ambushes(this);
    for (const region of regions) this.#boot(region);
    this.note(parts.settings.confirmations > 0 ? "synchronous replication" : "asynchronous replication");
  }

  get processedEvents(): number {
    return this.agenda.done;
  }

  #found(isProofAsked: boolean): number {
    const syncSet: SyncSet = { members: ["west", "central"], confirmations: this.settings.confirmations };
    const outcome = this.store.compareAndSet({
      key: reignKey,
      value: intentText(firstReign(syncSet, isProofAsked)),
      expected: absent,
      lease: null,
    });
    const epoch = outcome.kind === "written" ? outcome.revision : (0 as Revision);
    this.memberOf("east").startPrimary(syncSet, epoch);
    for (const region of ["west", "central"]) this.memberOf(region).join("east");
    for (const machine of this.#machines.values()) machine.memory = { seen: epoch, lineage: epoch };
    return epoch;
  }

  #boot(region: RegionId): void {
    const machine = this.#machineOf(region);
    machine.bornAt = this.agenda.now;
    machine.agent = startAgent(this, region, machine.life);
    machine.controller = startController(this, region, machine.life);
  }

  // --- what nodes and members ask of the world ---

  memberOf(region: RegionId): SimulatedMember {
    const member = this.#members.get(region);
    if (member === undefined) throw new Error(`no member in ${region}`);
    return member;
  }

  agentState(region: RegionId): AgentState | null {
    return this.#machineOf(region).agent?.state() ?? null;
  }

  controllerOf(region: RegionId): ControllerNode | null {
    return this.#machineOf(region).controller;
  }

  agentOf(region: RegionId): AgentNode | null {
    return this.#machineOf(region).agent;
  }

  /** For how long, by its own clock, a region's agent has not read the reign; `null`: it has no right to serve by any reading. */
  unreadFor(region: RegionId): number | null {
    const { servesUntil, seen } = this.agentState(region) ?? {};
    // Whoever is shut down in order gets no new right by reading.
    if (servesUntil === undefined || servesUntil === null || seen?.reign.phase === "closing") return null;
    return this.settings.timing.servingLeaseMs - (servesUntil - this.readClock(region).now);
  }

  epochAtAgent(region: RegionId): number {
    return this.agentState(region)?.seen?.reign.epoch ?? 0;
  }

  memoryOf(region: RegionId): AgentMemory {
    return this.#machineOf(region).memory;
  }

  remember(region: RegionId, memory: AgentMemory): void {
    this.#machineOf(region).memory = memory;
  }

  lifeOf(region: RegionId): number {
    return this.#machineOf(region).life;
  }

  isDead(region: RegionId): boolean {
    return this.#machineOf(region).isDead;
  }

  /** Whether its machine is there and does not stand still. */
  isRunning(region: RegionId): boolean {
    const { isDead, isPaused } = this.#machineOf(region);
    return !isDead && !isPaused;
  }

  /** Whether somebody who knocks at a dead region is told so, or hears nothing. */
  refusesWhenDead(region: RegionId): boolean {
    return this.#deaths.get(region) === "processes-gone";
  }

  nextStream(): number {
    this.#streams += 1;
    return this.#streams;
  }

  nextWrite(): number {
    this.#writes += 1;
    return this.#writes;
  }

  /** Happens in a region: now, or when it thaws, or never when it dies first. */
  atRegion(region: RegionId, run: () => void): void {
    const machine = this.#machineOf(region);
    if (machine.isDead) return;
    if (machine.isPaused) machine.backlog.push(run);
    else run();
  }

  /** After a span on the region's own clock, in the life that it has now. */
  afterAt(region: RegionId, delayMs: number, run: () => void): void {
    const machine = this.#machineOf(region);
    const { life } = machine;
    this.agenda.after(delayMs / machine.clockRate, () => {
      if (machine.life === life) this.atRegion(region, run);
    });
  }

  readClock(region: RegionId): ClockReading {
    const { clockRate, clockOffsetMs, wallOffsetMs } = this.#machineOf(region);
    const now = clockOffsetMs + this.agenda.now * clockRate;
    return {
      now: monotonicMs(now),
      wall: instantMs(wallStartMs + Math.round(this.agenda.now * clockRate) + wallOffsetMs),
    };
  }

  /** A write to the store and its answer. With a full disk it takes none, and says nothing that a client could go by. */
  writeToStore<Answer>(region: RegionId, write: () => Answer, answer: (answer: Answer | null) => void): void {
    const ask = (): Answer | null => (this.afflictions.full.has(storePlace) ? null : write());
    this.askStore<Answer | null>(region, ask, answer);
  }

  /** A question to the store and its answer; `null` when either was lost and time ran out. */
  askStore<Answer>(region: RegionId, ask: () => Answer, answer: (answer: Answer | null) => void): void {
    let isOver = false;
    const end = (value: Answer | null): void => {
      if (isOver) return;
      isOver = true;
      answer(value);
    };
    this.network.send(region, storePlace, () => {
      const value = ask();
      this.network.send(storePlace, region, () => {
        this.atRegion(region, () => {
          end(value);
        });
      });
    });
    this.afterAt(region, 500, () => {
      end(null);
    });
  }

  /** A person asks the leading controller for something, under the reign of now. */
  order(kind: OrderKind, to: RegionId | null): void {
    const { epoch, phase } = this.presentReign().reign;
    const order: Order = {
      id: `order at ${this.agenda.now.toFixed(1)}`,
      kind,
      to,
      under: epoch,
      during: phase,
      by: "a person",
      validUntil: instantMs(wallStartMs + Math.round(this.agenda.now) + orderMsMax),
      refusedBecause: null,
    };
    this.note(`a person orders: ${kind}${to === null ? "" : ` to ${to}`}`);
    if (this.afflictions.full.has(storePlace)) return;
    this.audit.ordered(order.id);
    const expected = this.store.get(orderKey)?.revision ?? absent;
    this.store.compareAndSet({ key: orderKey, value: orderText(order), expected, lease: null });
  }

  // --- faults ---

  kill(region: RegionId, death: DeathKind): void {
    const machine = this.#machineOf(region);
    this.ambushes.dies(region);
    machine.isDead = true;
    machine.isPaused = false;
    machine.life += 1;
    machine.backlog.length = 0;
    machine.agent = null;
    machine.controller = null;
    this.#deaths.set(region, death);
    this.memberOf(region).crash();
    this.note(`kill ${region} (${death})`);
  }

  /** Its processes are started again; the member waits for its agent. */
  restore(region: RegionId): void {
    const machine = this.#machineOf(region);
    if (!machine.isDead) return;
    machine.isDead = false;
    this.memberOf(region).revive();
    this.#boot(region);
    this.note(`restore ${region}`);
  }

  pause(region: RegionId): void {
    const machine = this.#machineOf(region);
    if (machine.isDead) return;
    machine.isPaused = true;
    this.note(`pause ${region}`);
  }

  thaw(region: RegionId): void {
    const machine = this.#machineOf(region);
    if (!machine.isPaused) return;
    machine.isPaused = false;
    this.note(`thaw ${region}`);
    this.audit.thawed(region);
    for (const run of machine.backlog.splice(0)) this.atRegion(region, run);
  }

  /** Its wall clock is set; the clock that it counts spans by goes on. */
  setClock(region: RegionId, byMs: number): void {
    this.#machineOf(region).wallOffsetMs += byMs;
    this.afflictions.isTimeWrong = true;
    this.note(`set the clock of ${region} by ${byMs} ms`);
  }

  /** What an instant by this region's wall clock is in simulated time. */
  trueTime(region: RegionId, instant: InstantMs): number {
    return instant - wallStartMs - this.#machineOf(region).wallOffsetMs;
  }

  /** Whether a controller has begun its life after `instant` of simulated time, and has wall clocks alone to judge that span by. */
  isYounger(region: RegionId, instant: number): boolean {
    return this.#machineOf(region).bornAt > instant;
  }

  /** Every way is open again, and stays so. */
  heal(): void {
    this.flaps.stillAll();
    this.network.mendAll();
    this.watches.resumeAll();
    this.afflictions.mend();
    this.planRuns.mend();
    this.trust.evaluateAgain();
    this.ambushes.liftAll();
  }

  note(what: string): void {
    this.trace.push(`${this.agenda.now.toFixed(1)} ${what}`);
  }

  /** Something declared has come to pass. */
  saw(aspect: Aspect, name: string): void {
    saw(this.#coverage, aspect, name);
  }

  /** The reign in an entry of the store, read once however many hear of it. */
  seenIn(entry: StoredEntry): SeenReign {
    const known = this.#read.get(entry);
    if (known !== undefined) return known;
    const seen = readReign(entry.value, entry.revision);
    this.#read.set(entry, seen);
    return seen;
  }

  presentReign(): SeenReign {
    const entry = this.store.get(reignKey);
    if (entry === null) throw new Error("the reign is gone");
    return this.seenIn(entry);
  }

  #machineOf(region: RegionId): Machine {
    const machine = this.#machines.get(region);
    if (machine === undefined) throw new Error(`no region ${region}`);
    return machine;
  }
}
