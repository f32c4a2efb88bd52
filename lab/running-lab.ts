import type { StateFile } from "./state-file.ts";
import type { LabStore } from "./store/lab-store.ts";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { databases, roles } from "../src/adapters/postgres/credentials.ts";
import { type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { connectEdge } from "../src/adapters/relay/edge-client.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import { invariant, type Parsed, unreachable } from "../src/core/problem/problem.ts";
import type {
  LabDetails,
  LabEffect,
  LabFault,
  LabStatus,
  LabWish,
  OnLabProgress,
  RegionFault,
} from "../src/runtime/lab.ts";
import { effectOf, faultsOf, signals } from "./fault-effect.ts";
import type { Fleet } from "./fleet.ts";
import { HarmedRegions } from "./network/harmed-regions.ts";
import { awaitedText, notReady, regionsAwaited } from "./awaited.ts";
import { type LabLayout } from "./layout.ts";
import type { Observer } from "./observer.ts";
import { type LabSecrets, platformIdOf } from "./secrets.ts";
import { type NetworkHarm, wholeCut } from "../src/runtime/network-harm.ts";
import { labStatusOf } from "./status.ts";
import { labRegions } from "./topology.ts";
import { edgeReach, reachedFrom, scrapeTargets, type Wired } from "./wiring.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { readReign, reignKey, type SeenReign } from "../src/core/failover/reign.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import type { Sample } from "../src/core/metrics/metrics.ts";
import { Tally } from "../src/core/metrics/tally.ts";
import { every } from "../src/runtime/clocks.ts";
import { giveOrder, type OrderOutcome } from "../src/runtime/give-order.ts";
import type { RunStore } from "../src/runtime/run-store.ts";
import { type ProbeListener, runProbes } from "../src/runtime/probes.ts";
import type { StandingWarrant } from "./standing-warrant.ts";
import type { DrillRecord } from "./drill-record.ts";
import type { ErrorBudgets } from "./error-budgets.ts";
import type { Watch } from "./prometheus/watch.ts";
import { journeyProbes, probePace } from "./journey-probes.ts";
import { labSamples, probeCounts } from "./lab-samples.ts";

const closeMsMax = 1_000;
const readyEveryMs = 100;
const readyMsMax = 120_000;
/** Until then a standby that does not find its primary is as it should be. */
const beginningMs = 10_000;
const storeMsMax = 2_000;
/** Less than whoever asks waits for an answer. */
const orderMsMax = 25_000;
const budgetsEveryMs = 60_000;
/** A drill waits for it before it strikes. */
const warrantEveryMs = 500;

/** A running lab, in the process that holds its network and its store. */
export class Lab {
  readonly #layout: LabLayout;
  readonly #secrets: LabSecrets;
  readonly #settings: FailoverSettings;
  readonly #fleet: Fleet;
  readonly #wired: Wired;
  readonly #harmed: HarmedRegions;
  readonly #store: LabStore;
  /** As it was seen last. */
  #reign: SeenReign;
  readonly #observer: Observer;
  readonly #dataFolders: Readonly<Record<RegionId, string>>;
  readonly #modelPath: string;
  readonly #state: StateFile;
  readonly #journeys: readonly string[];
  readonly #budgets: ErrorBudgets;
  readonly #drills: DrillRecord;
  readonly #warrant: StandingWarrant;
  readonly #declared: LabParts["declared"];
  readonly #watch: Watch | null;
  readonly #tally = new Tally();
  readonly #close: (() => Promise<void> | void)[];

  constructor(parts: LabParts) {
    this.#layout = parts.layout;
    this.#secrets = parts.secrets;
    this.#settings = parts.settings;
    this.#fleet = parts.fleet;
    this.#wired = parts.wired;
    this.#harmed = new HarmedRegions(parts.wired.network);
    this.#store = parts.store;
    this.#reign = parts.reign;
    this.#observer = parts.observer;
    this.#dataFolders = parts.dataFolders;
    this.#modelPath = parts.modelPath;
    this.#state = parts.state;
    this.#journeys = parts.journeys;
    this.#budgets = parts.budgets;
    this.#drills = parts.drills;
    this.#warrant = parts.warrant;
    this.#declared = parts.declared;
    this.#watch = parts.watch;
    this.#close = [...parts.close];
  }

  /** Known to all parts of this lab, and to whoever can read its state file. */
  get token(): string {
    return this.#secrets.token;
  }

  /** From now on commands reach the lab there. */
  controlledAt(port: number): Promise<void> {
    return this.#state.controlledAt(port);
  }

  async status(): Promise<LabStatus> {
    const { seen, isAnswering } = await this.#seenReign();
    const look = await connectEdge(this.#wired.ports.edge.admin).look(AbortSignal.timeout(storeMsMax));
    return labStatusOf({
      reign: seen.reign,
      heldBecause: this.#warrant.heldBecause,
      unwritten: this.#fleet.decidedInVain(),
      reports: this.#observer.reports(),
      controllers: this.#observer.controllers(),
      edge: this.#edgeUrls(),
      coordination: { isAnswering, ...(await this.#store.standing()) },
      metrics: {
        targets: scrapeTargets(this.#wired),
        ...(this.#watch?.urls() ?? { prometheusUrl: null, alertmanagerUrl: null }),
      },
      edgeEpoch: look.kind === "answered" ? look.value.epoch : null,
      processes: new Map(labRegions.map((region) => [region, this.#fleet.processesOf(region)])),
      faults: new Map(labRegions.map((region) => [region, this.#faultsIn(region)])),
      network: new Map(labRegions.map((region) => [region, this.#harmed.of(region)])),
    });
  }

  #faultsIn(region: RegionId): readonly RegionFault[] {
    return faultsOf(this.#fleet.runOf(region), this.#harmed.of(region));
  }

  /** What the lab's daemon tells of itself to whoever measures it. */
  samples(): readonly Sample[] {
    const regions = labRegions.map((name) => ({
      name,
      running: this.#fleet.runningIn(name),
      faults: this.#faultsIn(name),
    }));
    return [
      ...labSamples(regions),
      ...this.#drills.samples(),
      ...this.#budgets.samples(),
      ...this.#tally.samples(),
    ];
  }

  /** Attempts the journeys, as users would, until aborted. */
  probe(listeners: readonly ProbeListener[], signal: AbortSignal): void {
    const { sql, http } = this.#wired.ports.edge;
    const { credentials } = this.#secrets;
    const attempts = journeyProbes(this.#journeys, { sql, http, credentials });
    signal.addEventListener("abort", () => {
      attempts.close();
      this.#budgets.close();
    });
    const counting = probeCounts(this.#tally, this.#journeys);
    runProbes(attempts.probes, { pace: probePace, listeners: [counting, ...listeners] }, signal);
    every(
      budgetsEveryMs,
      () => {
        this.#budgets.refresh(Date.now() / 1000);
      },
      signal,
    );
  }

  /** Lets controllers act without a person where the plan that they go by is proven, or need not be, and no longer; until aborted. */
  keepWarranted(signal: AbortSignal): void {
    const isServing = async (): Promise<boolean> => (await this.status()).blockedBy === null;
    let isBusy = false;
    const keep = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      await this.#warrant.keep(this.#store.coordinator, isServing, signal).catch(() => undefined);
      isBusy = false;
    };
    every(warrantEveryMs, () => void keep(), signal);
  }

  details(): LabDetails {
    const { application } = roles;
    const user = `${application}:${this.#secrets.credentials.application}`;
    const urlOf = (at: Endpoint): string =>
      `postgres://${user}@${at.host}:${at.port}/${databases.application}`;
    const { outside } = this.#wired;
    return {
      postgresUrl: this.#edgeUrls().postgresUrl,
      httpUrl: this.#edgeUrls().httpUrl,
      postgresUrls: Object.fromEntries(
        labRegions.map((region) => [region, urlOf(outside.regionAt(region, "postgres"))]),
      ),
      evidence: this.#layout.evidence,
      keys: this.#layout.keys,
      platformId: platformIdOf(this.#secrets),
      settings: this.#settings,
      ...this.#declared,
    };
  }

  /** Done in any case, and judged by how the region stood before: a process that nobody has noticed yet is struck too. */
  async inject(fault: LabFault, region: RegionId): Promise<Parsed<LabEffect>> {
    switch (fault) {
      case "kill":
      case "freeze":
      case "thaw": {
        const run = await this.#fleet.signalRegion(region, signals[fault]);
        return effectOf(fault, { root: this.#layout.root, region, run });
      }
      case "partition":
        return this.harm(wholeCut, region);
      case "heal":
        return this.#harmed.heal(region);
      default:
        return unreachable(fault);
    }
  }

  harm(harm: NetworkHarm, region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#harmed.add(region, harm);
  }

  /**
   * Undoes whatever was done to a region; its agent brings the store back by itself, as a follower. An edge that was lost comes
   * back too: no region is of use to clients without it. So does what watches the lab.
   */
  async restore(region: RegionId): Promise<Parsed<LabEffect>> {
    const network = await this.#harmed.heal(region);
    if (!network.ok) return network;
    const store = await this.#store.revive((identity) => this.#state.add(identity));
    if (!store.ok) return store;
    const edge = await this.startEdge();
    if (!edge.ok) return edge;
    const watch = await this.startWatch();
    if (!watch.ok) return watch;
    const back = await this.startRegion(region);
    const isChanged = [network, store, edge, watch].some(({ value }) => value === "done");
    return back.ok && isChanged ? { ok: true, value: "done" } : back;
  }

  startRegion(region: RegionId): Promise<Parsed<LabEffect>> {
    const folder = this.#dataFolders[region];
    invariant(folder !== undefined, `the lab has no region ${region}`);
    return this.#fleet.bringBack(region, {
      region,
      root: this.#layout.root,
      evidence: this.#layout.evidence,
      token: this.#secrets.token,
      platformId: platformIdOf(this.#secrets),
      credentials: this.#secrets.credentials,
      settings: this.#settings,
      dataFolder: folder,
      modelPath: this.#modelPath,
      ...reachedFrom(region, this.#wired),
    });
  }

  startEdge(): Promise<Parsed<LabEffect>> {
    return this.#fleet.startEdge({
      root: this.#layout.root,
      platformId: platformIdOf(this.#secrets),
      ...edgeReach(this.#wired),
    });
  }

  /** Starts what watches it from beside it, if anything is to, unless it runs. */
  async startWatch(): Promise<Parsed<LabEffect>> {
    return (await this.#watch?.start()) ?? { ok: true, value: "unchanged" };
  }

  /** Answers when every part stands, told on the way what is waited for. */
  async untilReady(onProgress: OnLabProgress, signal: AbortSignal): Promise<Parsed<LabStatus>> {
    const startedAt = performance.now();
    const told = new Set<string>();
    const tellOnce = (about: string, ...progress: Parameters<OnLabProgress>): void => {
      if (!told.has(about)) onProgress(...progress);
      told.add(about);
    };
    for (;;) {
      const status = await this.status();
      const awaited = await this.#awaited(status);
      if (awaited === null) return { ok: true, value: status };
      const [cause, ...others] = await this.#fleet.causesOfEnd();
      if (cause !== undefined) return { ok: false, problems: [cause, ...others] };
      tellOnce(awaited, awaited, "step");
      const waitedMs = performance.now() - startedAt;
      const inVain = waitedMs < beginningMs ? [] : this.#triedInVain(status);
      for (const { region, text } of inVain) tellOnce(region, text, "trouble");
      if (signal.aborted || waitedMs > readyMsMax) {
        const last = [awaited, ...inVain.map(({ text }) => text)].join("; ");
        return { ok: false, problems: [notReady(this.#layout, last)] };
      }
      await pause(readyEveryMs);
    }
  }

  /** What is still to come; `null` when every part stands. */
  async #awaited(status: LabStatus): Promise<string | null> {
    if (status.state !== "ready") return awaitedText(status);
    if (!(await this.#modelAnswers())) return "the language models are loading";
    const isWatched = (await this.#watch?.isReady()) ?? true;
    return isWatched ? null : "Prometheus and Alertmanager are starting";
  }

  #triedInVain(status: LabStatus): readonly { readonly region: RegionId; readonly text: string }[] {
    return regionsAwaited(status).flatMap((region) => {
      const inVain = this.#fleet.agentTriedInVain(region);
      return inVain === null ? [] : [{ region, text: `${region}: ${inVain}` }];
    });
  }

  /** Asks the leading controller, and waits until it has come of it what will. */
  order({ kind, to, by }: LabWish): Promise<OrderOutcome> {
    const region = to === "preferred" ? (this.#settings.regions[0] ?? null) : (to?.region ?? null);
    const wish = { kind, by, to: region };
    return giveOrder(this.#store.coordinator, wish, AbortSignal.timeout(orderMsMax));
  }

  /** Its coordination store, as far as runs of plans go. */
  get runStore(): RunStore {
    return this.#store.coordinator;
  }

  async stop(): Promise<readonly ProcessIdentity[]> {
    this.#harmed.close();
    const left = await this.#fleet.stop();
    // With every process gone nobody is at the other end; a connection that does not close holds up nobody either.
    await Promise.race([this.#closeAll(), pause(closeMsMax)]);
    // Last, for the wires end there: a store waits for its connections to end.
    const ofStore = await this.#store.stop();
    await rm(this.#layout.stateFile, { force: true });
    return [...left, ...ofStore];
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#close) await close();
  }

  async #modelAnswers(): Promise<boolean> {
    try {
      const answers = await Promise.all(
        labRegions.map((region) => {
          const { host, port } = this.#wired.ports.regions[region]?.inference ?? this.#wired.observer;
          return fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(storeMsMax) });
        }),
      );
      return answers.every((answer) => answer.ok);
    } catch {
      return false;
    }
  }

  /** What the store says, or said last: one that has lost its majority answers nobody, and the regions go on as they were told. */
  async #seenReign(): Promise<{ readonly seen: SeenReign; readonly isAnswering: boolean }> {
    const answer = await this.#store.coordinator.get(reignKey, AbortSignal.timeout(storeMsMax));
    if (answer.kind === "unreachable") return { seen: this.#reign, isAnswering: false };
    invariant(answer.value !== null, "a lab that runs has a reign");
    this.#reign = readReign(answer.value.value, answer.value.revision);
    return { seen: this.#reign, isAnswering: true };
  }

  #edgeUrls(): LabStatus["edge"] {
    const { sql, http, admin } = this.#wired.outside.edge;
    const user = `${roles.application}:${this.#secrets.credentials.application}`;
    return {
      postgresUrl: `postgres://${user}@${sql.host}:${sql.port}/${databases.application}`,
      httpUrl: `http://${http.host}:${http.port}`,
      dashboardUrl: `http://${admin.host}:${admin.port}/`,
    };
  }
}

export interface LabParts {
  readonly layout: LabLayout;
  readonly secrets: LabSecrets;
  readonly settings: FailoverSettings;
  readonly fleet: Fleet;
  readonly wired: Wired;
  readonly store: LabStore;
  readonly reign: SeenReign;
  readonly observer: Observer;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  readonly modelPath: string;
  readonly state: StateFile;
  readonly journeys: readonly string[];
  readonly budgets: ErrorBudgets;
  readonly warrant: StandingWarrant;
  readonly declared: Pick<LabDetails, "automation" | "workspace">;
  readonly drills: DrillRecord;
  /** `null`: nothing watches it from beside it. */
  readonly watch: Watch | null;
  readonly close: readonly (() => Promise<void> | void)[];
}
