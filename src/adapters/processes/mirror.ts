import { unreachable } from "../../core/problem/problem.ts";
import {
  isAlive,
  type ProcessIdentity,
  type ProcessState,
  startedBefore,
  stateOf,
  ticksClock,
} from "./identity.ts";
import { signalProcess } from "./signals.ts";

/** A stop, a thaw or a kill of the leader reaches its children within this time and one look around. */
const pollMs = 20;

export interface Mirrored {
  readonly leader: ProcessIdentity;
  /** Those who follow it, found anew each time: `processesWithCwd` of its data folder, for one. May name the leader too. */
  readonly children: () => readonly ProcessIdentity[];
}

export interface Mirror {
  /** Ends the watch; nobody is signalled any more. */
  close(): void;
  /** Told when the leader is gone and so are its children. */
  readonly ended: Promise<void>;
}

/**
 * Repeats to a server's children what is done to the server. PostgreSQL's children leave its process group by setsid(2), so
 * a signal to the group reaches the server alone; with a mirror, stop, continue and kill reach them too. A stopped process
 * makes no children, so one look that finds nobody running is the last one until the leader changes.
 *
 * A server may be started again in the same place before its death was seen: only who was there while the old one still was
 * is killed after it. On a system without /proc only the death of the leader is seen.
 */
export function mirror({ leader, children }: Mirrored): Mirror {
  const ticks = ticksClock();
  let aliveAt = ticks();
  /** What the children are known to share with the leader; `null` while they are being brought there. */
  let settled: ProcessState | null = "running";
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = setInterval(() => {
    const state = stateOf(leader);
    const isOver = state === "gone" || state === "zombie";
    if (!isOver) aliveAt = ticks();
    if (state === settled) return;
    const unlike = children().filter((child) => {
      const isFollower = child.pid !== leader.pid && (!isOver || startedBefore(child, aliveAt));
      return isFollower && !isLike(child, state);
    });
    for (const child of unlike) signalProcess(child, signalFor(state));
    settled = unlike.length === 0 ? state : null;
    if (settled === null || !isOver) return;
    clearInterval(timer);
    end();
  }, pollMs);
  timer.unref();
  return {
    ended,
    close: () => {
      clearInterval(timer);
    },
  };
}

function isLike(child: ProcessIdentity, state: ProcessState): boolean {
  switch (state) {
    case "running":
      return stateOf(child) !== "stopped";
    case "stopped":
      return stateOf(child) !== "running";
    case "zombie":
    case "gone":
      return !isAlive(child);
    default:
      return unreachable(state);
  }
}

function signalFor(state: ProcessState): NodeJS.Signals {
  switch (state) {
    case "running":
      return "SIGCONT";
    case "stopped":
      return "SIGSTOP";
    case "zombie":
    case "gone":
      return "SIGKILL";
    default:
      return unreachable(state);
  }
}
