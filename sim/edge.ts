import type { AcknowledgedWrite } from "./audit.ts";
import type { World } from "./world.ts";
import { hub } from "./network.ts";
import type { EdgeView } from "../src/core/failover/detection.ts";
import type { RegionId } from "../src/core/failover/member.ts";

const parkMs = 30;
const answeringMs = 400;

/** The front door of the simulated platform: sends writes to the active region, refuses an older epoch, keeps its routing. */
export class SimulatedEdge {
  readonly #world: World;
  #epoch = 0;
  #routedEpoch = 0;
  #active: RegionId;
  #isHeld = false;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #waitingSince: number | null = null;

  constructor(world: World, active: RegionId, epoch: number) {
    this.#world = world;
    this.#active = active;
    this.#epoch = epoch;
  }

  get epoch(): number {
    return this.#epoch;
  }

  hold(epoch: number): boolean {
    // A hold that was on its way for long may come after the route of its own epoch; it is over then.
    if (this.#isOld(epoch) || this.#isOver(epoch)) return false;
    this.#epoch = epoch;
    this.#isHeld = true;
    return true;
  }

  route(epoch: number, active: RegionId): boolean {
    if (this.#isOld(epoch)) return false;
    this.#epoch = epoch;
    this.#routedEpoch = epoch;
    this.#active = active;
    this.#isHeld = false;
    this.#waitingSince = null;
    this.#answeredAt = Number.NEGATIVE_INFINITY;
    return true;
  }

  view(): EdgeView {
    const { now } = this.#world.agenda;
    if (now - this.#answeredAt < answeringMs && this.#refusedAt < this.#answeredAt) return "answering";
    if (now - this.#refusedAt < answeringMs) return "refusing";
    return this.#waitingSince !== null && now - this.#waitingSince > answeringMs ? "silent" : "idle";
  }

  /** One write of a client, on a connection that lives until `isOver`. */
  write(
    id: number,
    parts: { readonly isOver: () => boolean; readonly acknowledge: (write: AcknowledgedWrite) => void },
  ): void {
    if (parts.isOver()) return;
    if (this.#isHeld) {
      this.#again(id, parts);
      return;
    }
    const { network, agenda } = this.#world;
    const region = this.#active;
    const epoch = this.#epoch;
    this.#waitingSince ??= agenda.now;
    network.sendReliably(hub, region, () => {
      this.#world.atRegion(region, () => {
        const member = this.#world.memberOf(region);
        if (!member.isPrimary) {
          network.sendReliably(region, hub, () => {
            this.#refusedAt = agenda.now;
            this.#again(id, parts);
          });
          return;
        }
        member.write(id, (answer) => {
          network.sendReliably(region, hub, () => {
            // The edge has cut what was connected to an older active region.
            if (answer === "read-only" || parts.isOver() || epoch !== this.#epoch || this.#isHeld) return;
            this.#answeredAt = agenda.now;
            this.#waitingSince = null;
            parts.acknowledge(answer);
          });
        });
      });
    });
  }

  #again(
    id: number,
    parts: { readonly isOver: () => boolean; readonly acknowledge: (write: AcknowledgedWrite) => void },
  ): void {
    this.#world.agenda.after(parkMs, () => {
      this.write(id, parts);
    });
  }

  #isOver(epoch: number): boolean {
    return epoch <= this.#routedEpoch && !this.#world.bugs.has("no-epoch-check");
  }

  #isOld(epoch: number): boolean {
    return epoch < this.#epoch && !this.#world.bugs.has("no-epoch-check");
  }
}
