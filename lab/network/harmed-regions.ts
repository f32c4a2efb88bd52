import type { RegionId } from "../../src/core/failover/member.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { LabEffect } from "../../src/runtime/lab.ts";
import type { NetworkHarm } from "../../src/runtime/network-harm.ts";
import { withHarm } from "./harms.ts";
import type { LabNetwork } from "./lab-network.ts";

/** What is done to the network of each region of a lab that runs. */
export class HarmedRegions {
  readonly #network: Pick<LabNetwork, "settle">;
  readonly #harms = new Map<RegionId, readonly NetworkHarm[]>();
  /** The last that was asked for; what is asked for next waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(network: Pick<LabNetwork, "settle">) {
    this.#network = network;
  }

  /** In force there now. */
  of(region: RegionId): readonly NetworkHarm[] {
    return this.#harms.get(region) ?? [];
  }

  /** Adds to what is in force already. */
  add(region: RegionId, harm: NetworkHarm): Promise<Parsed<LabEffect>> {
    return this.#inTurn(() => this.#become(region, withHarm(this.of(region), harm)));
  }

  /** Undoes all of it; harm of a region at the other end stays. */
  heal(region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#inTurn(() => this.#become(region, this.of(region).length === 0 ? null : []));
  }

  async #become(region: RegionId, harms: readonly NetworkHarm[] | null): Promise<Parsed<LabEffect>> {
    if (harms === null) return { ok: true, value: "unchanged" };
    const settled = await this.#network.settle(region, harms);
    if (!settled.ok) return settled;
    this.#harms.set(region, harms);
    return { ok: true, value: "done" };
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn;
    return turn;
  }
}
