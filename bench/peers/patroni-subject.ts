import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { setRules } from "../../src/adapters/kernel-network/kernel.ts";
import { namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import type { Drop } from "../../src/adapters/kernel-network/rules.ts";
import { invariant, type Parsed, type Problem } from "../../src/core/problem/problem.ts";
import { elapsed, type Seconds, seconds } from "../../src/core/units/units.ts";
import { readSystemClock } from "../../src/runtime/clocks.ts";
import { type RunningEtcd, runningEtcd } from "../../test/running-etcd.ts";
import { newSecrets, type PatroniMember, type PatroniSecrets } from "../../test/running-patroni.ts";
import { type RunningPatroni, runningPatroni, type SeenMember } from "../../test/running-patroni.ts";
import { takesWrites } from "../sequential-writer.ts";
import type { Subject, TrialFault, Whole } from "../subject.ts";
import { FrontProxy, type ProxyChecks } from "./front-proxy.ts";
import { edgePlace, hostOf, memberPlaces, onlookerPlace, placeOf } from "./places.ts";

/** How a peer is set up. Times are in seconds. */
export interface PatroniKind {
  readonly timing: { readonly ttl: number; readonly loopWait: number; readonly retryTimeout: number };
  readonly checks: ProxyChecks;
}

const askEveryMs = 250;
const wholeMsMax = 180_000;
const switchoverMsMax = 60_000;

interface Parts {
  readonly cluster: RunningPatroni;
  readonly etcd: RunningEtcd;
  readonly proxy: FrontProxy;
  readonly secrets: PatroniSecrets;
  readonly folder: string;
}

/** Patroni with three members, each in a region of its own beside a voter of etcd, behind HAProxy; replication is synchronous. */
export class PatroniSubject implements Subject {
  readonly #parts: Parts;
  readonly #prefix: string;
  readonly #kind: PatroniKind;

  private constructor(parts: Parts, prefix: string, kind: PatroniKind) {
    [this.#parts, this.#prefix, this.#kind] = [parts, prefix, kind];
  }

  static async start(prefix: string, kind: PatroniKind): Promise<PatroniSubject> {
    const places = memberPlaces.map((name) => placeOf(prefix, name));
    const secrets = newSecrets();
    const etcd = await runningEtcd({ places });
    const { timing } = kind;
    const cluster = await runningPatroni({
      ...{
        etcd: etcd.endpoints,
        scope: "peer",
        members: places.length,
        secrets,
        timing,
        synchronous: true,
        places,
      },
    });
    const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-peer-"));
    const members = cluster.members.map(({ name, url, port }) => {
      const { hostname, port: apiPort } = new URL(url);
      return { name, host: hostname, port, apiPort: Number(apiPort) };
    });
    const proxy = new FrontProxy(placeOf(prefix, edgePlace), { folder, members, timing: kind.checks });
    return new PatroniSubject({ cluster, etcd, proxy, secrets, folder }, prefix, kind);
  }

  get frontUrl(): string {
    const { proxy, secrets } = this.#parts;
    return `postgres://postgres:${secrets.superuser}@${proxy.host}:${proxy.port}/postgres`;
  }

  /** Its leader gives up when the lock has run out, and another takes it. */
  get storeLossSettles(): Seconds {
    return seconds(this.#kind.timing.ttl + 15);
  }

  storeUrlOf(member: string): string {
    return this.#member(member).storeUrl;
  }

  /** All run on one timeline, one of them confirms, and the proxy lets writes through. */
  async untilWhole(signal: AbortSignal): Promise<Parsed<Whole>> {
    const askedAt = readSystemClock().now;
    for (;;) {
      const active = await this.#wholeUnder();
      const at = readSystemClock().now;
      if (active !== null) return { ok: true, value: { active, askedAt, at } };
      if (elapsed(askedAt, at) > wholeMsMax) return refused(notWhole(await this.#parts.cluster.seen()));
      await pause(askEveryMs, undefined, { signal });
    }
  }

  /** The leader; `null` while something is missing. A member that was cut off goes by what it knew: all must say the same. */
  async #wholeUnder(): Promise<string | null> {
    const leaders = new Set((await this.#parts.cluster.views()).map((view) => wholeLeaderIn(view ?? [])));
    const [leader = null] = leaders;
    if (leaders.size !== 1 || leader === null) return null;
    return (await takesWrites(this.storeUrlOf(leader))) && (await takesWrites(this.frontUrl)) ? leader : null;
  }

  async strike(fault: Exclude<TrialFault, "switchover">, member: string): Promise<Parsed<null>> {
    const struck = this.#member(member);
    switch (fault) {
      case "kill":
        await struck.kill();
        return { ok: true, value: null };
      case "freeze":
        await struck.freeze();
        return { ok: true, value: null };
      case "partition":
        return this.#cut(member, { kind: "all" });
      case "store-cut":
        return this.#cut(member, { kind: "of-ports", ports: this.#voterPorts() });
    }
  }

  async thaw(member: string): Promise<Parsed<null>> {
    await this.#member(member).thaw();
    return { ok: true, value: null };
  }

  async heal(member: string): Promise<Parsed<null>> {
    const mended = await setRules(this.#namespaceOf(member), { spared: [hostOf(onlookerPlace)], drops: [] });
    this.#member(member).start();
    return mended;
  }

  async switchOver(): Promise<Parsed<null>> {
    const { cluster, secrets } = this.#parts;
    const leader = await cluster.leader();
    if (leader === null) return refused(notSwitched("nobody leads"));
    const { user, password } = secrets.api;
    const answer = await fetch(`${leader.url}/switchover`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
      body: JSON.stringify({ leader: leader.name }),
      signal: AbortSignal.timeout(switchoverMsMax),
    }).catch((cause: unknown) => String(cause));
    if (typeof answer === "string") return refused(notSwitched(answer));
    return answer.ok
      ? { ok: true, value: null }
      : refused(notSwitched(`${answer.status}: ${await answer.text()}`));
  }

  async end(): Promise<void> {
    const { cluster, etcd, proxy, folder } = this.#parts;
    await proxy.stop();
    await cluster.stop();
    await etcd.stop();
    for (const place of memberPlaces)
      await setRules(namespaceOf(this.#prefix, place), { spared: [], drops: [] });
    rmSync(folder, { recursive: true, force: true });
  }

  #cut(member: string, packets: Drop["packets"]): Promise<Parsed<null>> {
    const drops = (["in", "out"] as const).map((way) => ({ way, packets }));
    return setRules(this.#namespaceOf(member), { spared: [hostOf(onlookerPlace)], drops });
  }

  #voterPorts(): readonly number[] {
    return this.#parts.etcd.members.flatMap(({ ports }) => ports);
  }

  #member(name: string): PatroniMember {
    return this.#parts.cluster.member(name);
  }

  #namespaceOf(member: string): string {
    const at = this.#parts.cluster.members.findIndex(({ name }) => name === member);
    const place = memberPlaces[at];
    invariant(place !== undefined, `there is no member ${member}`);
    return namespaceOf(this.#prefix, place);
  }
}

/** Who leads by what one member says, with every member on its timeline and one that confirms; `null` while something is missing. */
function wholeLeaderIn(view: readonly SeenMember[]): string | null {
  const leading = view.find(({ role }) => role === "leader");
  const running = view.filter(
    ({ state, timeline }) => (state === "running" || state === "streaming") && timeline === leading?.timeline,
  );
  const isConfirmed = view.some(({ role }) => role === "sync_standby");
  return leading !== undefined && isConfirmed && running.length === memberPlaces.length ? leading.name : null;
}

function notWhole(seen: readonly SeenMember[]): Problem {
  const members = seen.map(
    ({ name, role, state, timeline }) => `${name} is ${role}, ${state}, on timeline ${String(timeline)}`,
  );
  return {
    code: "bench/not-whole",
    what: `Patroni's cluster is not whole after ${wholeMsMax / 1_000} s of waiting: ${members.join("; ")}`,
    where: null,
    why: "The next trial is made only on a cluster in which every member runs on the leader's timeline.",
    mend: "nothing is to be done: it counts as not measured, and a new cluster takes its place",
  };
}

function notSwitched(said: string): Problem {
  return {
    code: "bench/not-switched",
    what: `Patroni did not switch over: ${said}`,
    where: null,
    why: "A switchover is measured on a cluster in which a synchronous standby is known.",
    mend: "nothing is to be done: it counts as not measured, and a new cluster takes its place",
  };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}
