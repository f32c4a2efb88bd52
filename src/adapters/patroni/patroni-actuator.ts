import type { PatroniWish } from "../../core/model/patroni-wish.ts";
import {
  type Actuator,
  type Applied,
  type Epoch,
  type Failed,
  failed,
  type Look,
} from "../../core/plan/actuator.ts";
import { lastLines } from "../../core/plan/passed-on.ts";
import { invariant, unreachable } from "../../core/problem/problem.ts";
import { rest } from "../../waiting/rest.ts";
import { type ClusterView, configurationIn, newestOf } from "./cluster-view.ts";
import {
  type Api,
  apiOf,
  askMember,
  isForbidden,
  lookEveryMs,
  type PatroniSettings,
  see,
} from "./member-api.ts";
import { type Ask, nextAsk, type Patch, patchBack } from "./next-ask.ts";
import { notPermitted, notYet, otherAnswer, overtaken, refusedSwitchover } from "./problems.ts";
import { nowSettings, wantedSettings } from "./shown-settings.ts";

/** Patroni answers a switchover when it is over, or after twice its `loop_wait`, and no less than 20 s. */
const switchoverMsMax = 60_000;
/** A candidate that lets somebody else lead instead, each time it is asked for, is not asked for ever. */
const switchoversMax = 3;

/**
 * Asks Patroni for a leader or a role of a cluster, and waits until its members say that it is so: what Patroni has accepted is not done.
 *
 * The epoch is kept in Patroni's dynamic configuration, beside what is changed there, and written in one request with it. Patroni
 * writes that by compare-and-set, but compares nothing for us: it reads, merges and writes, whatever we had read before. So each
 * attempt has a key of its own. An attempt that finds a newer one's key before it changes anything changes nothing. One that was
 * overtaken between its look and its request finds that key in the answer, and sets the configuration back: for the time of two requests
 * Patroni may act by the older wish. A switchover is compared by Patroni itself, by the name of the leader that was seen.
 */
export function patroniActuator(settings: PatroniSettings): Actuator<PatroniWish> {
  return {
    look: async (wish, signal) => {
      const made = apiOf(wish, signal, settings);
      return made.kind === "failed" ? { kind: "unseen", problem: made.problem } : look(made.api);
    },
    apply: async (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      const made = apiOf(wish, signal, settings);
      return made.kind === "failed" ? made : new Attempt(made.api, epoch).toItsEnd();
    },
  };
}

async function look(api: Api): Promise<Look> {
  const seen = await see(api);
  if (seen.kind === "failed") return { kind: "unseen", problem: seen.problem };
  const { view } = seen;
  const [now, wanted] = [nowSettings(view), wantedSettings(view, api.wish.shallBe)];
  return { kind: "seen", now, wanted, epoch: newestOf(view.kept)?.epoch ?? null };
}

/** It is not over: what is waited for. */
interface GoingOn {
  readonly kind: "going-on";
  readonly until: string;
}

function goingOn(until: string): GoingOn {
  return { kind: "going-on", until };
}

class Attempt {
  readonly #api: Api;
  readonly #epoch: Epoch;
  /** Whether we have changed whom the cluster follows, or may have. */
  #hasChanged = false;
  #switchovers = 0;
  /** What Patroni said when it did not switch over from this leader. */
  #refusal: { readonly leader: string; readonly said: string } | null = null;

  constructor(api: Api, epoch: Epoch) {
    this.#api = api;
    this.#epoch = epoch;
  }

  async toItsEnd(): Promise<Applied> {
    const { signal } = this.#api;
    let until: string | null = null;
    for (;;) {
      const seen = await see(this.#api);
      if (seen.kind === "seen") {
        const next = await this.#proceed(seen.view, seen.url);
        if (next.kind !== "going-on") return next;
        until = next.until;
      } else if (until === null) return seen;
      // Members that change their roles may be away for a while.
      else if (!signal.aborted) until = `members answer (${seen.problem.what})`;
      if (signal.aborted) return failed(notYet(until, signal.reason));
      await rest(lookEveryMs, signal);
    }
  }

  #proceed(view: ClusterView, url: string): Applied | GoingOn | Promise<Applied | GoingOn> {
    const ask = nextAsk(view, this.#api.wish, this.#epoch);
    switch (ask.kind) {
      case "done":
        return { kind: "done", now: nowSettings(view) };
      case "outdated":
        return this.#hasChanged ? this.#takeBack(view, url) : ask;
      case "cannot":
        return failed(ask.problem);
      case "configure":
        return this.#configure(ask.patch, url);
      case "switch-over":
        return this.#switchOver(ask, url);
      case "wait":
        return goingOn(ask.until);
      default:
        return unreachable(ask);
    }
  }

  async #configure(patch: Patch, url: string): Promise<Applied | GoingOn> {
    const answer = await askMember(this.#api, url, { method: "PATCH", path: "/config", body: patch });
    const mayBeDone = answer.kind === "unanswered" || answer.status === 200;
    if (mayBeDone && "standby_cluster" in patch) this.#hasChanged = true;
    if (answer.kind === "unanswered") return goingOn(`${url} takes the configuration (${answer.because})`);
    if (answer.status !== 200) return this.#unconfigured(url, answer.status, answer.text);
    const config = configurationIn(answer.text);
    if (config === null) return failed(otherAnswer(url, this.#shown(answer.text)));
    const isOvertaken = (newestOf(config.kept)?.epoch ?? 0) > this.#epoch;
    return isOvertaken ? this.#takeBack(config, url) : goingOn("the cluster is as its configuration says");
  }

  #unconfigured(url: string, status: number, text: string): Failed | GoingOn {
    const said = this.#shown(text);
    if (isForbidden(status)) return failed(notPermitted(url, status, said));
    // 409: somebody else was quicker, and nothing was written. 502, 503: its store does not answer it.
    const isPassing = status === 409 || status >= 500;
    return isPassing
      ? goingOn(`${url} takes the configuration (${status})`)
      : failed(otherAnswer(url, `/config has the status ${status}: ${said}`));
  }

  /** A newer attempt is there. */
  async #takeBack(config: Pick<ClusterView, "standby" | "kept">, url: string): Promise<Applied> {
    const epoch = newestOf(config.kept)?.epoch ?? this.#epoch;
    const body = patchBack(config, this.#epoch);
    await askMember(this.#api, url, { method: "PATCH", path: "/config", body });
    return this.#hasChanged ? failed(overtaken(epoch)) : { kind: "outdated", epoch };
  }

  async #switchOver(
    { leader, candidate }: Extract<Ask, { readonly kind: "switch-over" }>,
    url: string,
  ): Promise<Applied | GoingOn> {
    const refusal = this.#refusal;
    if (refusal !== null && (refusal.leader === leader || this.#switchovers >= switchoversMax))
      return failed(refusedSwitchover(this.#api.wish, leader, refusal.said));
    this.#switchovers += 1;
    const question = { method: "POST", path: "/switchover", timeoutMs: switchoverMsMax } as const;
    const answer = await askMember(this.#api, url, { ...question, body: { leader, candidate } });
    if (answer.kind === "unanswered") return goingOn(`${candidate} leads (${answer.because})`);
    const said = this.#shown(answer.text);
    if (isForbidden(answer.status)) return failed(notPermitted(url, answer.status, said));
    // The next look tells whether it leads all the same; when it does not, that was Patroni's last word.
    if (!/status unknown/i.test(said)) this.#refusal = { leader, said };
    return goingOn(`${candidate} leads (${said})`);
  }

  #shown(text: string): string {
    return lastLines(text, this.#api.hidden);
  }
}
