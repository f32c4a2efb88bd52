import type { Milliseconds } from "../../core/units/units.ts";
import { followersOf, isAlive, type ProcessIdentity, stateOf } from "./identity.ts";

/** How often a process that should end is looked at. */
const pollMs = 10;
/** SIGKILL takes effect at once, but for a process that waits for a disk. */
const killMsMax = 5_000;

/** `gone`: that very process is not there any more, and nothing was signalled. */
export type SignalOutcome =
  | { readonly kind: "sent" }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly cause: unknown };

/** Signals that very process, never another one that was given its number. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome {
  return send(identity, identity.pid, signal);
}

/**
 * Signals the group that the process leads. With the leader gone nothing is signalled, for nobody can tell any more whose
 * group the number names; a zombie still holds its number, and its group is reached.
 */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome {
  return send(leader, -leader.pid, signal);
}

/** Waits until none of them runs, or until `signal` ends the waiting. Answers those that are still there. */
export async function waitGone(
  identities: readonly ProcessIdentity[],
  signal: AbortSignal,
): Promise<readonly ProcessIdentity[]> {
  let left = identities.filter(isAlive);
  while (left.length > 0 && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    left = left.filter(isAlive);
  }
  return left;
}

/**
 * Ends the processes and all who came from them: SIGTERM to their groups, and SIGKILL to everybody who is left after
 * `gentleMs`, those that have moved to groups of their own included. What is frozen is thawed with its end already waiting for it, so that it does nothing else;
 * and where no end waits, as in a group that was left, it is not thawed.
 *
 * @returns who is still there, which only a process stuck in the kernel is
 */
export async function stopAll(
  leaders: readonly ProcessIdentity[],
  { gentleMs }: { readonly gentleMs: Milliseconds },
): Promise<readonly ProcessIdentity[]> {
  const all = withFollowers(leaders);
  for (const leader of leaders) signalGroup(leader, "SIGTERM");
  for (const leader of leaders) signalGroup(leader, "SIGCONT");
  const left = await waitGone(all, AbortSignal.timeout(gentleMs));
  const rest = withFollowers([...left, ...leaders.filter(isAlive)]);
  for (const leader of leaders) signalGroup(leader, "SIGKILL");
  for (const identity of rest) signalProcess(identity, "SIGKILL");
  return waitGone(rest, AbortSignal.timeout(killMsMax));
}

function withFollowers(identities: readonly ProcessIdentity[]): readonly ProcessIdentity[] {
  const all = identities.flatMap((identity) => [identity, ...followersOf(identity)]);
  return [...new Map(all.map((identity) => [identity.pid, identity])).values()];
}

function send(identity: ProcessIdentity, target: number, signal: NodeJS.Signals): SignalOutcome {
  if (stateOf(identity) === "gone") return { kind: "gone" };
  try {
    process.kill(target, signal);
    return { kind: "sent" };
  } catch (cause) {
    const isGone = cause instanceof Error && "code" in cause && cause.code === "ESRCH";
    return isGone ? { kind: "gone" } : { kind: "failed", cause };
  }
}
