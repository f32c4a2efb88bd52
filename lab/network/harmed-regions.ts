import type { RegionId } from "../../src/core/failover/member.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import type { LabEffect } from "../../src/runtime/lab.ts";
import { type Flap, type NetworkHarm, wholeCut } from "../../src/runtime/network-harm.ts";
import { withHarm } from "./harms.ts";
import type { LabNetwork, Strain } from "./lab-network.ts";

type Settled = Pick<LabNetwork, "losesPackets" | "settle" | "onQuickened">;

/** A region that is cut off by turns. */
interface Flapping {
  readonly timer: NodeJS.Timeout;
  isCut: boolean;
}

/** What is done to the network of each region of a lab that runs. */
export class HarmedRegions {
  readonly #network: Settled;
  readonly #harms = new Map<RegionId, readonly NetworkHarm[]>();
  readonly #flapping = new Map<RegionId, Flapping>();
  /** The last that was asked for; what is asked for next waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(network: Settled) {
    this.#network = network;
    network.onQuickened((region) => void this.#quicken(region));
  }

  /** In force there now. */
  of(region: RegionId): readonly NetworkHarm[] {
    return this.#harms.get(region) ?? [];
  }

  /** Adds to what is in force already. */
  add(region: RegionId, harm: NetworkHarm): Promise<Parsed<LabEffect>> {
    if (harm.kind === "loss" && !this.#network.losesPackets)
      return Promise.resolve({ ok: false, problems: [losesNone] });
    return this.#inTurn(() => this.#become(region, withHarm(this.of(region), harm)));
  }

  /** Undoes all of it; harm of a region at the other end stays. */
  heal(region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#inTurn(() => this.#become(region, this.of(region).length === 0 ? null : []));
  }

  /** Nothing flaps any more. */
  close(): void {
    for (const { timer } of this.#flapping.values()) clearInterval(timer);
    this.#flapping.clear();
  }

  /** What made it slow has ended: nothing of it is in force, and its packets are to go straight. */
  #quicken(region: RegionId): Promise<unknown> {
    return this.#inTurn(() =>
      this.#become(
        region,
        this.of(region).filter(({ kind }) => kind !== "delay"),
      ),
    );
  }

  async #become(region: RegionId, harms: readonly NetworkHarm[] | null): Promise<Parsed<LabEffect>> {
    if (harms === null) return { ok: true, value: "unchanged" };
    const flap = harms.find((harm) => harm.kind === "flap");
    const settled = await this.#settle(region, harms, flap !== undefined);
    if (!settled.ok) return settled;
    this.#harms.set(region, harms);
    this.#flapAnew(region, flap);
    return { ok: true, value: "done" };
  }

  #settle(region: RegionId, harms: readonly NetworkHarm[], isCut: boolean): Promise<Parsed<null>> {
    const lasting = harms.filter((harm): harm is Strain => harm.kind !== "flap");
    return this.#network.settle(region, isCut ? [...lasting, wholeCut] : lasting);
  }

  /** It was cut off just now. */
  #flapAnew(region: RegionId, flap: Flap | undefined): void {
    clearInterval(this.#flapping.get(region)?.timer);
    this.#flapping.delete(region);
    if (flap === undefined) return;
    const turn = (): void => {
      void this.#inTurn(async () => {
        const flapping = this.#flapping.get(region);
        if (flapping?.timer !== timer) return;
        const settled = await this.#settle(region, this.of(region), !flapping.isCut);
        // What could not be settled is tried again at the next turn.
        if (settled.ok) flapping.isCut = !flapping.isCut;
      });
    };
    const timer = setInterval(turn, (1_000 * flap.periodSeconds) / 2);
    this.#flapping.set(region, { timer, isCut: true });
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn;
    return turn;
  }
}

const losesNone: Problem = {
  code: "lab/loses-no-packets",
  what: "the network of this lab is made of relays, and packets are to be lost",
  where: null,
  why: "A relay carries streams: a byte that it lost would never be sent again, as no network does to a connection.",
  mend: "start a lab in another folder with `holdfast lab up --network namespaces --dir DIR`, as root",
};
