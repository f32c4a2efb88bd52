import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type {
  Deed,
  Member,
  MemberAddress,
  MemberStatus,
  Position,
  StartAs,
  SyncSet,
} from "../../core/failover/member.ts";
import { within } from "../../waiting/deadline.ts";
import { copyData, type Owner } from "./base-backup.ts";
import { type MemberParts, roleFile, writeSettings } from "./cluster.ts";
import { closedAt } from "./control-file.ts";
import { cannotConnectNow, Control, deed, Undone, until } from "./control.ts";
import { databases, roles } from "./credentials.ts";
import {
  adoptDraft,
  holdsOf,
  type MemberFolder,
  memberFolder,
  newDraft,
  standbySignal,
  writeDurably,
} from "./data-folder.ts";
import { knowsItsEnd, type LookRow, lookStatement, positionOf, standbyView, statusOf } from "./look.ts";
import { ownerOf, startPostmaster, tailOf } from "./postmaster.ts";
import { endProcesses, processesOf, shutDownProcesses } from "./processes.ts";
import { type Connection, Session } from "./session.ts";
import { readSyncSet, type Role, roleSettings, settingsText } from "./settings.ts";

/**
 * The longest that each verb takes, in milliseconds, whatever signal it is given. A copy may take as long as it goes on, for
 * it watches itself; a start may have hours of log to replay, and what takes longer than this shows as `starting`.
 */
const limitMs = {
  status: 1_000,
  start: 60_000,
  /** Of one start, from when it takes connections until it streams. */
  stream: 10_000,
  stop: 10_000,
  /** As long as it goes on: a checkpoint of much data takes its time. Whoever waits calls it off. */
  shutDown: 60_000,
  fence: 5_000,
  promote: 10_000,
  follow: 5_000,
  reseed: 24 * 3_600_000,
  syncSet: 30_000,
} as const;

const streamEveryMs = 4;

export interface PostgresMember extends Member {
  /** By which `processesOf` finds the member's processes. */
  readonly dataDirectory: string;
  /** Lets go of the connections; the member goes on running. */
  close(): void;
}

/** Drives the member whose store stands in `parts.folder`, on this machine. Asks nothing of the machine yet. */
export function postgresMember(parts: MemberParts): PostgresMember {
  return new DrivenMember(parts);
}

class DrivenMember implements PostgresMember {
  readonly #parts: MemberParts;
  readonly #folder: MemberFolder;
  readonly #owner: Owner;
  readonly #looking: Session;
  readonly #control: Control;

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.#folder = memberFolder(parts.folder);
    this.#owner = ownerOf(parts.installation.runAs);
    const connection = {
      host: parts.address.host,
      port: parts.address.port,
      user: roles.superuser,
      password: parts.credentials.superuser,
      database: databases.probes,
      applicationName: "holdfast agent",
      // Nothing that the agent does may wait for standbys, which may be the very ones that are gone.
      options: "-c synchronous_commit=local",
    };
    this.#looking = new Session(connection);
    this.#control = new Control(connection);
  }

  get dataDirectory(): string {
    return this.#folder.data;
  }

  close(): void {
    this.#looking.close();
    this.#control.close();
  }

  async status(signal: AbortSignal): Promise<MemberStatus> {
    const answer = await within({ signals: [signal], ms: limitMs.status }, (bound) =>
      this.#looking.ask<LookRow>(lookStatement, [], bound),
    );
    switch (answer.kind) {
      case "rows": {
        const [row] = answer.rows;
        return row === undefined ? { kind: "silent" } : statusOf(row);
      }
      case "silent":
        return { kind: "silent" };
      case "error":
        // Any other error comes from a server that lives and cannot say what it is.
        return answer.code === cannotConnectNow ? { kind: "starting" } : { kind: "silent" };
      case "refused":
        if (await this.#isRunning()) return { kind: "starting" };
        return this.#downStatus();
    }
  }

  /** What cannot be looked at says nothing: the member may be whole. */
  async #downStatus(): Promise<MemberStatus> {
    try {
      const holds = await holdsOf(this.#folder.data);
      return {
        kind: "down",
        holds,
        closedAt: holds === "primary" ? await closedAt(this.#folder.data) : null,
      };
    } catch {
      return { kind: "silent" };
    }
  }

  start(as: StartAs, signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.start, async (bound) => {
      const holds = await holdsOf(this.#folder.data);
      const isClosed = holds === "primary" && (await closedAt(this.#folder.data)) !== null;
      // A primary's data may hold writes that nobody else has: unless it ended in order it is never made a standby, only seeded anew.
      if (holds !== as.kind && !(as.kind === "standby" && isClosed))
        throw new Undone(`what it holds, ${holds}, cannot be started as a ${as.kind}`);
      if (await this.#isRunning()) {
        await this.#control.untilReady(null, bound);
        await this.#become(as, bound);
        return null;
      }
      await writeSettings({ parts: this.#parts, data: this.#folder.data, role: as });
      if (as.kind === "standby") await writeDurably(join(this.#folder.data, standbySignal), "", this.#owner);
      await this.#run(bound);
      return null;
    });
  }

  shutDown(signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.shutDown, async (bound) => {
      // Whoever asks how it is would hold up its end.
      this.close();
      if (!(await shutDownProcesses(this.#folder.data, bound)))
        throw new Undone("some of its processes are left");
      return null;
    });
  }

  stopNow(signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.stop, async (bound) => {
      this.close();
      if (!(await endProcesses(this.#folder.data, bound))) throw new Undone("some of its processes are left");
      return null;
    });
  }

  stopReceiving(signal: AbortSignal): Promise<Deed<Position>> {
    return deed(signal, limitMs.fence, async (bound) => {
      await this.#mustBeStandby(bound);
      await this.#become({ kind: "standby", upstream: null }, bound);
      await this.#control.turnRecovery(bound);
      // From here on recovery begins no receiver. It would end the present one only after replaying all that it received.
      const { receiverPid } = await this.#control.look(bound);
      if (receiverPid !== null) await this.#end(receiverPid);
      // One that recovery had asked for and that was not born yet is called off in this turn.
      await this.#control.turnRecovery(bound);
      return until("its receiver had ended", bound, async () => {
        const row = await this.#control.look(bound);
        return row.receiverPid === null && knowsItsEnd(row) ? positionOf(row) : null;
      });
    });
  }

  promote(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<Position>> {
    return deed(signal, limitMs.promote, async (bound) => {
      await this.#become({ kind: "primary", syncSet }, bound);
      await this.#control.ask(
        "select case when pg_is_in_recovery() then pg_promote(wait => false) end",
        [],
        bound,
      );
      return until("it took writes", bound, async () => {
        const row = await this.#control.look(bound);
        return row.isStandby ? null : positionOf(row);
      });
    });
  }

  follow(upstream: MemberAddress, signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.follow, async (bound) => {
      await this.#mustBeStandby(bound);
      await this.#become({ kind: "standby", upstream }, bound);
      // A fence that was called off may have left recovery paused.
      await this.#control.ask("select pg_wal_replay_resume()", [], bound);
      return null;
    });
  }

  reseed(upstream: MemberAddress, signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.reseed, async (bound) => {
      const { draft } = this.#folder;
      await newDraft(this.#folder, this.#owner);
      const copied = await copyData(this.#sourceAt(upstream), { folder: draft, owner: this.#owner }, bound);
      if (copied.kind === "failed") throw new Undone(copied.cause);
      await writeDurably(join(draft, standbySignal), "", this.#owner);
      await writeSettings({ parts: this.#parts, data: draft, role: { kind: "standby", upstream } });
      // Until here the member goes on as it was: whom it copies from may be gone, and then it may be the next to serve.
      const stopped = await this.stopNow(bound);
      if (stopped.kind === "failed") throw new Undone(stopped.cause);
      await adoptDraft(this.#folder);
      await this.#runUntilStreaming(bound);
      return null;
    });
  }

  applySyncSet(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.syncSet, async (bound) => {
      const before = await this.#adopt(syncSet, bound);
      if (syncSet.confirmations === 0) return null;
      await this.#makeCount(before, syncSet, bound);
      const written = await until("those left out counted no more", bound, async () => {
        const row = await this.#control.look(bound);
        const leftOut = row.standbys.filter(({ region }) => !syncSet.members.includes(region));
        return leftOut.every(({ priority }) => priority === 0) ? positionOf(row).lsn : null;
      });
      await until("enough of the new set held all that was written", bound, async () => {
        const held = (await this.#control.look(bound)).standbys
          .map(standbyView)
          .filter(({ region, isSynchronous }) => isSynchronous && syncSet.members.includes(region))
          .filter(({ flushed }) => flushed >= written);
        return held.length >= syncSet.confirmations ? held : null;
      });
      return null;
    });
  }

  holdCommits(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<null>> {
    return deed(signal, limitMs.syncSet, async (bound) => {
      await this.#makeCount(await this.#adopt(syncSet, bound), syncSet, bound);
      return null;
    });
  }

  /** A primary's settings say from now on who confirms. @returns who was to confirm until now */
  async #adopt(syncSet: SyncSet, bound: AbortSignal): Promise<SyncSet | null> {
    const before = await this.#control.look(bound);
    if (before.isStandby) throw new Undone("it is a standby, and nobody confirms its writes");
    await this.#become({ kind: "primary", syncSet }, bound);
    return readSyncSet(before.syncSet);
  }

  async #isRunning(): Promise<boolean> {
    return (await processesOf(this.#folder.data)).length > 0;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const started = await startPostmaster(this.#parts.installation, this.#folder);
    await this.#control.untilReady(started, signal);
  }

  /**
   * Starts a standby and ends when it streams. A receiver that met a silent primary while it connected waits for it without
   * bound (libpq heeds `connect_timeout` only where it connects while its caller waits), and so does the standby for its
   * receiver: one that does not stream is started once more.
   */
  async #runUntilStreaming(signal: AbortSignal): Promise<void> {
    if (await this.#startedStreaming(signal)) return;
    if (!(await endProcesses(this.#folder.data, signal))) throw new Undone("some of its processes are left");
    if (await this.#startedStreaming(signal)) return;
    throw new Undone(`it starts and does not stream; the end of its log: ${await tailOf(this.#folder.log)}`);
  }

  async #startedStreaming(signal: AbortSignal): Promise<boolean> {
    await within({ signals: [signal], ms: limitMs.start }, (soon) => this.#run(soon));
    const givenUpAt = performance.now() + limitMs.stream;
    while (!signal.aborted && performance.now() < givenUpAt) {
      const status = await this.status(signal);
      if (status.kind === "standby" && status.receiver.kind === "streaming") return true;
      await pause(streamEveryMs);
    }
    return false;
  }

  /** Sets what a running member is to be: on disk first, so that it holds across a restart. */
  async #become(role: Role, signal: AbortSignal): Promise<void> {
    const { address, credentials } = this.#parts;
    const settings = roleSettings(role, address.region, credentials.replication);
    await writeDurably(join(this.#folder.data, roleFile), settingsText(settings), this.#owner);
    await this.#control.reload(settings, signal);
  }

  /** A primary told to follow would not: it would go on serving, under settings that say otherwise. */
  async #mustBeStandby(signal: AbortSignal): Promise<void> {
    const { isStandby } = await this.#control.look(signal);
    if (!isStandby) throw new Undone("it is a primary");
  }

  /** Makes sure that every process of the server counts confirmations by the new set. */
  async #makeCount(before: SyncSet | null, next: SyncSet, signal: AbortSignal): Promise<void> {
    if (before === null) {
      // That commits wait at all is told to them by the checkpointer; a checkpoint shows that it has read the settings.
      await this.#control.ask("checkpoint", [], signal);
    } else if (before.confirmations !== next.confirmations) {
      await this.#replaceSenders(signal);
    }
  }

  /** A sender shows whom it counts, not how many it wants: those that are born after the change want the new number. */
  async #replaceSenders(signal: AbortSignal): Promise<void> {
    const ended = await this.#control.ask<{ readonly pid: number }>(
      "select pid, pg_terminate_backend(pid) from pg_stat_replication",
      [],
      signal,
    );
    const pids = JSON.stringify(ended.map(({ pid }) => pid));
    await until("the old senders had ended", signal, async () => {
      const left = await this.#control.ask(
        "select from pg_stat_replication join json_array_elements_text($1::json) as old(pid) on old.pid::int = pg_stat_replication.pid",
        [pids],
        signal,
      );
      return left.length === 0 ? pids : null;
    });
  }

  async #end(pid: number): Promise<void> {
    const isOurs = (await processesOf(this.#folder.data)).includes(pid);
    if (isOurs) process.kill(pid, "SIGTERM");
  }

  #sourceAt({ host, port }: MemberAddress): Connection {
    return {
      host,
      port,
      user: roles.replication,
      password: this.#parts.credentials.replication,
      database: "replication",
      applicationName: `seed of ${this.#parts.address.region}`,
      options: "",
    };
  }
}
