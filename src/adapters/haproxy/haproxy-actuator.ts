import {
  type Actuator,
  type Applied,
  type Epoch,
  type EpochFiles,
  type Failed,
  failed,
  type Look,
} from "../../core/plan/actuator.ts";
import type { ProxyWish } from "../../core/model/wishes.ts";
import { invariant, type Problem } from "../../core/problem/problem.ts";
import { rest } from "../../waiting/rest.ts";
import {
  commandsFor,
  faultIn,
  isSet,
  matched,
  nowSettings,
  servingAfter,
  steadily,
  uncut,
  wantedSettings,
  type Wished,
} from "./backend-change.ts";
import { backendIn, type ServerState, stateCommands } from "./backend-state.ts";
import {
  lastPlace,
  notAsWished,
  refusal,
  uncutSessions,
  unknownServer,
  untold,
  unusableWish,
} from "./problems.ts";
import { tell } from "./runtime-socket.ts";
import { Turns } from "../../waiting/turns.ts";

export interface HaproxySettings {
  readonly epochs: EpochFiles;
  /** How long one answer is waited for. A look is one, a change at least three. */
  readonly answerMsMax: number;
}

/** HAProxy ends sessions a moment after it was told to; and what it was told before it froze may yet undo what it was told after. */
const triesMax = 20;
const pauseMs = 50;
/** How long after it answers again a HAProxy may still be doing what it was told when it did not answer. */
const settleMs = 300;

/**
 * Changes servers of a backend over HAProxy's runtime API. What it changes is gone when HAProxy starts anew from its configuration.
 *
 * HAProxy keeps no epoch and knows no compare-and-set. The epoch of a backend is kept in a file beside whoever uses the socket,
 * written before anything is changed, and changes of one backend wait for one another. This holds as long as **one process**
 * guards the proxy, through this one actuator; it does not stop another process, or a person at the socket.
 *
 * What a frozen HAProxy was told before it was given up cannot be taken back: it does that when it thaws, in no certain order, for
 * its threads take connections side by side. So the change after one that was not answered is looked at again a moment later before
 * it is reported as done, and made again where it was undone. A process that ended in between knows nothing of that.
 */
export function haproxyActuator(settings: HaproxySettings): Actuator<ProxyWish> {
  const turns = new Turns();
  const unanswered = new Set<string>();
  return {
    look: (wish, signal) => look({ wish, signal, ...settings }),
    apply: (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      return turns.take(wish.epochFile, () => apply({ wish, signal, unanswered, ...settings }, epoch));
    },
  };
}

interface Question extends HaproxySettings {
  readonly wish: ProxyWish;
  readonly signal: AbortSignal;
}

interface Task extends Question {
  /** The epoch files of the backends whose last change was not answered. */
  readonly unanswered: Set<string>;
}

interface Seen {
  readonly kind: "seen";
  readonly found: readonly ServerState[];
  readonly wished: readonly Wished[];
}

async function look(task: Question): Promise<Look> {
  const epoch = await epochOf(task);
  if (epoch.kind === "failed") return { kind: "unseen", problem: epoch.problem };
  const seen = await see(task);
  if (seen.kind === "failed") return { kind: "unseen", problem: seen.problem };
  const { backend } = task.wish;
  const [now, wanted] = [nowSettings(backend, seen.wished), wantedSettings(backend, seen.wished)];
  return { kind: "seen", now, wanted, epoch: epoch.value, ...steadily(backend, seen.wished) };
}

async function epochOf({
  wish,
  epochs,
}: Question): Promise<{ readonly kind: "kept"; readonly value: Epoch | null } | Failed> {
  const fault = faultIn(wish);
  if (fault !== null) return failed(unusableWish(fault));
  const kept = await epochs.kept(wish.epochFile, wish.backend);
  return typeof kept === "number" || kept === null ? { kind: "kept", value: kept } : failed(kept);
}

async function see(task: Question): Promise<Seen | Failed> {
  const { wish } = task;
  const told = await tell(stateCommands(wish.backend), wish.socket, task);
  if (told.kind !== "told") return failed(untold(wish, told));
  const found = backendIn(told.text, wish.backend);
  if (found === null) return failed(refusal(wish, told.text));
  const match = matched(wish, found);
  return match.kind === "matched"
    ? { kind: "seen", found, wished: match.wished }
    : failed(unknownServer(wish, match.name, found));
}

async function apply(task: Task, epoch: Epoch): Promise<Applied> {
  const kept = await epochOf(task);
  if (kept.kind === "failed") return kept;
  if (kept.value !== null && kept.value > epoch) return { kind: "outdated", epoch: kept.value };
  const seen = await see(task);
  if (seen.kind === "failed") return seen;
  const isRefused = !isAsWished(seen) && isLastPlaceLost(task.wish, seen);
  if (isRefused) return failed(lastPlace(task.wish, seen.found));
  const unkept =
    kept.value === epoch ? null : await task.epochs.keep(task.wish.epochFile, task.wish.backend, epoch);
  return unkept === null ? broughtAbout(task, seen) : failed(unkept);
}

function isLastPlaceLost(wish: ProxyWish, { found }: Pick<Seen, "found">): boolean {
  return wish.lastPlace === "stays" && servingAfter(found, wish).length === 0;
}

function isAsWished({ wished }: Seen): boolean {
  return wished.every(isSet) && uncut(wished).length === 0;
}

/** Tells it and reads back how it is, again where that is not as wished yet, a bounded number of times. */
async function broughtAbout(task: Task, first: Seen): Promise<Applied> {
  const { wish, unanswered, signal } = task;
  let [seen, mayBeUndone] = [first, unanswered.has(wish.epochFile)];
  for (let tries = 0; tries <= triesMax; tries += 1) {
    if (isAsWished(seen) && !mayBeUndone) {
      unanswered.delete(wish.epochFile);
      return { kind: "done", now: nowSettings(wish.backend, seen.wished) };
    }
    if (isAsWished(seen)) {
      mayBeUndone = false;
      await rest(settleMs, signal);
    } else {
      if (tries > 0) await rest(pauseMs, signal);
      const trouble = await change(task, seen);
      if (trouble !== null) return failed(trouble);
    }
    const next = await see(task);
    if (next.kind === "failed") return next;
    seen = next;
  }
  const shown = Object.entries(nowSettings(wish.backend, seen.wished)).map((each) => each.join(": "));
  return failed((seen.wished.every(isSet) ? uncutSessions : notAsWished)(shown.join("; ")));
}

/** @returns `null` once HAProxy has done it */
async function change(task: Task, { found, wished }: Seen): Promise<Problem | null> {
  const { wish, unanswered } = task;
  if (isLastPlaceLost(wish, { found })) return lastPlace(wish, found);
  const told = await tell(commandsFor(wish.backend, wished), wish.socket, task);
  if (told.kind === "silent") unanswered.add(wish.epochFile);
  if (told.kind !== "told") return untold(wish, told);
  // What is done is answered by empty lines.
  return told.text.trim() === "" ? null : refusal(wish, told.text);
}
