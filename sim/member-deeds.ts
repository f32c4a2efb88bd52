import type { AgentDeed } from "../src/core/failover/deed.ts";
import type { RegionId, SyncSet } from "../src/core/failover/member.ts";
import type { SimulatedMember } from "./member.ts";
import type { World } from "./world.ts";

/** A deed that an agent has asked for. */
interface Asked {
  readonly isAborted: () => boolean;
  readonly end: (isDone: boolean) => void;
}

/** While a change of the sync set spreads to all sender processes, some still count by the old set. */
const syncSetSpreadMs = 30;
const copyMs = 400;
const lookEveryMs = 20;

/** Carries out the deeds that an agent asks of the member beside it, each over some time; `isAborted` is looked at on the way. */
export class MemberDeeds {
  readonly #world: World;
  readonly #region: RegionId;

  constructor(world: World, region: RegionId) {
    this.#world = world;
    this.#region = region;
  }

  perform(deed: AgentDeed, asked: Asked): void {
    const member = this.#member;
    switch (deed.kind) {
      case "stop":
        this.#later(asked, [5, 40], () => {
          member.crash();
          asked.end(true);
        });
        break;
      case "shut-down":
        this.#later(asked, [5, 40], () => {
          member.beginShutDown();
          this.#awaitHeldByAll(asked);
        });
        break;
      case "stop-receiving":
        this.#later(asked, [20, 90], () => {
          this.#stopReceiving();
          asked.end(true);
        });
        break;
      case "promote":
        this.#later(asked, [60, 160], () => {
          asked.end(this.#promote(deed.syncSet));
        });
        break;
      case "apply-sync-set":
        this.#later(asked, [2, 10], () => {
          this.#applySyncSet(deed.syncSet, asked);
        });
        break;
      case "hold-commits":
        this.#later(asked, [2, 10], () => {
          this.#holdCommits(deed.syncSet, asked);
        });
        break;
      case "follow":
        this.#later(asked, [10, 40], () => {
          member.follow(deed.upstream);
          asked.end(member.isUp);
        });
        break;
      case "reseed":
        // What is there stays until the copy is whole: whom it is copied from may be gone for good.
        this.#later(asked, [300, 900], () => {
          this.#copyFrom(deed.upstream, asked.end);
        });
        break;
      case "start":
        this.#later(asked, [100, 300], () => {
          if (!this.#isFull) this.#start(deed.as);
          asked.end(!this.#isFull);
        });
        break;
    }
  }

  get #member(): SimulatedMember {
    return this.#world.memberOf(this.#region);
  }

  get #isFull(): boolean {
    return this.#world.afflictions.full.has(this.#region);
  }

  get #epoch(): number {
    return this.#world.epochAtAgent(this.#region);
  }

  #later(asked: Asked, [low, high]: readonly [number, number], run: () => void): void {
    this.#after(this.#world.random.between(low, high), () => {
      if (asked.isAborted()) asked.end(false);
      else run();
    });
  }

  #after(delayMs: number, run: () => void): void {
    this.#world.agenda.after(delayMs, () => {
      this.#world.atRegion(this.#region, run);
    });
  }

  #stopReceiving(): void {
    // Planted: the agent in one region says that the receiver has ended while it goes on confirming.
    if (this.#world.bugs.has("one-standby-goes-on-confirming") && this.#region === "central") {
      this.#world.liars.add(this.#region);
    } else this.#member.stopReceiving();
  }

  #promote(syncSet: SyncSet): boolean {
    const member = this.#member;
    if (!member.isUp || this.#isFull) return false;
    this.#world.audit.promoted(this.#region, this.#epoch, member.ids);
    member.promote(syncSet, this.#epoch);
    return true;
  }

  #applySyncSet(syncSet: SyncSet, asked: Asked): void {
    const member = this.#member;
    member.beginSyncSet(syncSet, this.#epoch);
    this.#after(syncSetSpreadMs, () => {
      member.settleSyncSet(syncSet);
      this.#awaitCaughtUp(member.ids.length, asked);
    });
  }

  #holdCommits(syncSet: SyncSet, asked: Asked): void {
    const member = this.#member;
    // Planted: the agent takes it for done.
    if (this.#world.bugs.has("holds-nothing-back")) asked.end(true);
    else {
      member.beginSyncSet(syncSet, this.#epoch);
      this.#after(syncSetSpreadMs, () => {
        member.settleSyncSet(syncSet);
        asked.end(member.isPrimary);
      });
    }
  }

  #awaitCaughtUp(lsn: number, asked: Asked): void {
    const member = this.#member;
    if (asked.isAborted() || !member.isPrimary) asked.end(false);
    else if (member.confirmedTo() >= lsn) asked.end(true);
    else {
      this.#after(lookEveryMs, () => {
        this.#awaitCaughtUp(lsn, asked);
      });
    }
  }

  #awaitHeldByAll(asked: Asked): void {
    const member = this.#member;
    if (asked.isAborted() || !member.isPrimary) asked.end(false);
    else if (member.isHeldByAll || this.#world.bugs.has("shut-down-without-standbys")) {
      this.#world.audit.endedInOrder(this.#epoch, member.ids);
      member.endShutDown();
      asked.end(true);
    } else {
      this.#after(lookEveryMs, () => {
        this.#awaitHeldByAll(asked);
      });
    }
  }

  #copyFrom(upstream: RegionId, end: (isDone: boolean) => void): void {
    const { network } = this.#world;
    let isCopied = false;
    let isOver = false;
    network.sendReliably(this.#region, upstream, () => {
      this.#world.atRegion(upstream, () => {
        const source = this.#world.memberOf(upstream);
        if (!source.isUp) return;
        const { timeline, timelineFrom } = source;
        const copy = { ids: [...source.ids], timeline, timelineFrom };
        network.sendReliably(upstream, this.#region, () => {
          this.#world.atRegion(this.#region, () => {
            if (isOver || this.#isFull) return;
            isCopied = true;
            this.#member.adopt(upstream, copy);
          });
        });
      });
    });
    this.#after(copyMs, () => {
      isOver = true;
      end(isCopied);
    });
  }

  #start(as: Extract<AgentDeed, { kind: "start" }>["as"]): void {
    const member = this.#member;
    if (member.isUp || member.holds === "nothing") return;
    if (as.kind === "primary") member.startPrimary(as.syncSet, this.#epoch);
    else member.startStandby(as.upstream);
  }
}
