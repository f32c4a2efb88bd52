import { Agent, get } from "node:http";
import type { Parsed } from "../src/core/problem/problem.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchLab } from "./bench-lab.ts";
import { steadyTargets, type Verdict, verdictOf } from "./targets.ts";

/** What became of requests that clients sent to the model at a steady rate, through the edge. */
export interface SteadyResult {
  readonly fault: "kill" | "switchover";
  readonly n: number;
  readonly requests: number;
  /** In all of them together. */
  readonly failed: number;
  readonly failedAtWorst: number;
  readonly verdict: Verdict;
}

const calmMs = 1_000;
const watchedMs = 4_000;
const requestMsMax = 10_000;

/**
 * Each request carries an Idempotency-Key, so that the edge may send it to another region once it is lost on the way; clients do not
 * send it again. Counted is what has no answer of status 200.
 */
export async function steadyRequests(
  lab: BenchLab,
  { fault, runs }: { readonly fault: SteadyResult["fault"]; readonly runs: number },
  signal: AbortSignal,
): Promise<Parsed<SteadyResult>> {
  const all: Sent[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const sent = await through(lab, { fault, name: `${fault}-${run}` }, signal);
    if (!sent.ok) return sent;
    all.push(sent.value);
  }
  const failedAtWorst = Math.max(...all.map(({ failed }) => failed));
  const target = fault === "kill" ? steadyTargets.failedOnKillMax : steadyTargets.failedOnSwitchoverMax;
  return {
    ok: true,
    value: {
      ...{ fault, n: runs, failedAtWorst },
      requests: all.reduce((total, { requests }) => total + requests, 0),
      failed: all.reduce((total, { failed }) => total + failed, 0),
      verdict: verdictOf(failedAtWorst <= target),
    },
  };
}

interface Sent {
  readonly requests: number;
  readonly failed: number;
}

async function through(
  lab: BenchLab,
  { fault, name }: { readonly fault: SteadyResult["fault"]; readonly name: string },
  signal: AbortSignal,
): Promise<Parsed<Sent>> {
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const { active } = whole.value;
  const requests = new SteadyRequests(`${lab.details.httpUrl}/v1/models`, name);
  try {
    await pause(calmMs, undefined, { signal });
    const done = fault === "kill" ? await lab.strike("kill", active) : await lab.switchOver();
    if (!done.ok) return done;
    await pause(watchedMs, undefined, { signal });
  } finally {
    await requests.end();
  }
  const healed = await lab.heal(active);
  return healed.ok ? { ok: true, value: requests } : healed;
}

/** Sent from its making on, each at its time whether or not those before it are answered. */
class SteadyRequests implements Sent {
  requests = 0;
  failed = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, name: string) {
    const begunAt = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begunAt) / 1_000) * steadyTargets.perSecond);
      while (this.requests < due) this.#send(url, `${name}-${this.requests}`);
    }, 5);
  }

  #send(url: string, key: string): void {
    this.requests += 1;
    const answered = isAnswered(url, { agent: this.#agent, key }).then((isGood) => {
      if (!isGood) this.failed += 1;
      this.#open.delete(answered);
    });
    this.#open.add(answered);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#agent.destroy();
  }
}

function isAnswered(
  url: string,
  { agent, key }: { readonly agent: Agent; readonly key: string },
): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      url,
      { agent, headers: { "Idempotency-Key": key }, timeout: requestMsMax },
      (answer) => {
        answer.resume();
        answer.on("end", () => {
          resolve(answer.statusCode === 200);
        });
        answer.on("error", () => {
          resolve(false);
        });
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(false);
    });
  });
}
