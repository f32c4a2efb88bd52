import { joinWire, setDetours } from "../../src/adapters/kernel-network/kernel.ts";
import type { Packets } from "../../src/adapters/kernel-network/rules.ts";
import { stopAll } from "../../src/adapters/processes/signals.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import type { Delay } from "../../src/runtime/network-harm.ts";
import { type Delayer, type DelayerSettings, startDelayer } from "./delayer.ts";
import { missingTools } from "./network-tools.ts";
import { packetsOf } from "./partner-packets.ts";
import { labHost, regionHost } from "./places.ts";

const partingMs = milliseconds(1_000);

/** Packets of a region that come late. */
export interface Lateness {
  readonly way: "in" | "out";
  readonly packets: Packets;
  readonly ms: number;
}

/** What comes late of a region, the latest first: a packet that several are about is as late as that. */
export function latenessOf(region: RegionId, delays: readonly Delay[]): readonly Lateness[] {
  return delays
    .flatMap(({ delaySeconds, direction, from }) =>
      (["in", "out"] as const)
        .filter((way) => direction === "both" || direction === way)
        .map((way) => ({ way, packets: packetsOf(region, from), ms: 1_000 * delaySeconds })),
    )
    .toSorted((one, other) => other.ms - one.ms);
}

export interface Delaying extends Omit<DelayerSettings, "prefix" | "wire" | "delayMs" | "logFile"> {
  readonly logFileOf: (name: string) => string;
  /** Told what ended though nobody asked for it. */
  readonly tell: (text: string) => void;
}

interface DelayedRegion {
  /** What is in force. */
  readonly lateness: readonly Lateness[];
  /** By the ms that each is about. */
  readonly delayers: ReadonlyMap<number, Delayer>;
}

const inTime: DelayedRegion = { lateness: [], delayers: new Map() };

/** The regions of a lab of namespaces of whose packets some come late, by processes that only run for so long. */
export class DelayedRegions {
  readonly #prefix: string;
  readonly #settings: Delaying;
  readonly #regions = new Map<RegionId, DelayedRegion>();
  #onQuickened: (region: RegionId) => void = () => undefined;
  #wires = 0;

  constructor(prefix: string, settings: Delaying) {
    this.#prefix = prefix;
    this.#settings = settings;
  }

  onQuickened(listener: (region: RegionId) => void): void {
    this.#onQuickened = listener;
  }

  /** Lets just this come late; one region after another. Packets that are on their way arrive at once when theirs is late no more. */
  async settle(region: RegionId, delays: readonly Delay[]): Promise<Parsed<null>> {
    const before = this.#regions.get(region) ?? inTime;
    const lateness = latenessOf(region, delays);
    if (JSON.stringify(lateness) === JSON.stringify(before.lateness)) return { ok: true, value: null };
    const started = new Map<number, Delayer>();
    const delayers = await this.#delayersOf(region, { lateness, before }, started);
    const set = delayers.ok ? await this.#detour(region, { lateness, delayers: delayers.value }) : delayers;
    if (!set.ok) {
      for (const delayer of started.values()) delayer.letGo();
      return set;
    }
    for (const [ms, delayer] of before.delayers) if (!set.value.delayers.has(ms)) delayer.letGo();
    this.#regions.set(region, set.value);
    for (const delayer of started.values()) this.#watch(region, delayer);
    return { ok: true, value: null };
  }

  /** Ends all that lets packets come late. */
  async close(): Promise<void> {
    const all = [...this.#regions.values()].flatMap(({ delayers }) => [...delayers.values()]);
    this.#regions.clear();
    await stopAll(
      all.map(({ identity }) => identity),
      { gentleMs: partingMs },
    );
  }

  /** One for each time by which something is late: those that are there, and others, which are `started`. */
  async #delayersOf(
    region: RegionId,
    { lateness, before }: { readonly lateness: readonly Lateness[]; readonly before: DelayedRegion },
    started: Map<number, Delayer>,
  ): Promise<Parsed<ReadonlyMap<number, Delayer>>> {
    const delayers = new Map<number, Delayer>();
    for (const ms of new Set(lateness.map((each) => each.ms))) {
      const known = before.delayers.get(ms);
      const delayer =
        known === undefined ? await this.#start(region, ms) : ({ ok: true, value: known } as const);
      if (!delayer.ok) return delayer;
      delayers.set(ms, delayer.value);
      if (known === undefined) started.set(ms, delayer.value);
    }
    return { ok: true, value: delayers };
  }

  /** Sends what is to be late to whom it is held by. Who holds nothing from now on passes all of it on before, so that nothing is overtaken. */
  async #detour(region: RegionId, wanted: DelayedRegion): Promise<Parsed<DelayedRegion>> {
    const before = this.#regions.get(region) ?? inTime;
    for (const [ms, delayer] of before.delayers) if (!wanted.delayers.has(ms)) await delayer.hurry();
    const detours = wanted.lateness.flatMap(({ way, packets, ms }) => {
      const delayer = wanted.delayers.get(ms);
      return delayer === undefined ? [] : [{ way, packets, wire: delayer.wire }];
    });
    const set = await setDetours(this.#prefix, {
      place: region,
      host: regionHost(region),
      spared: [labHost],
      detours,
    });
    return set.ok ? { ok: true, value: wanted } : set;
  }

  async #start(region: RegionId, delayMs: number): Promise<Parsed<Delayer>> {
    const problem = await missingTools(
      ["socat"],
      "It makes the device by which a region's packets come late.",
    );
    if (problem !== null) return { ok: false, problems: [problem] };
    this.#wires += 1;
    const wire = `late${this.#wires}`;
    const { logFileOf, ...settings } = this.#settings;
    const logFile = logFileOf(`delayer-${region}`);
    const started = await startDelayer({ ...settings, prefix: this.#prefix, wire, delayMs, logFile });
    if (!started.ok) return started;
    const delayer = started.value;
    const joined = await joinWire(this.#prefix, wire);
    if (!joined.ok) {
      delayer.letGo();
      return joined;
    }
    return started;
  }

  /** A region whose packets go to nobody would be cut off. */
  #watch(region: RegionId, delayer: Delayer): void {
    void delayer.ended.then((end) => {
      if (!this.#isHeldBy(region, delayer)) return;
      const how = end.kind === "killed" ? `killed by ${end.signal}` : `status ${end.status}`;
      this.#settings.tell(
        `${region} is slow no more: the process that held its packets up ended (${how}), and they go straight`,
      );
      this.#onQuickened(region);
    });
  }

  #isHeldBy(region: RegionId, delayer: Delayer): boolean {
    return [...(this.#regions.get(region)?.delayers.values() ?? [])].includes(delayer);
  }
}
