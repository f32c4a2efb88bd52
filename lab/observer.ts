import type { RegionId } from "../src/core/failover/member.ts";
import type { MemberReport, Message } from "../src/core/failover/message.ts";

/** What was said longer ago than this is no news of a region. */
const freshMs = 2_000;

/** Hears what agents and controllers tell controllers, so that the lab can say how each region stands. */
export class Observer {
  readonly #reports = new Map<RegionId, { readonly report: MemberReport; readonly at: number }>();
  readonly #controllers = new Map<RegionId, number>();

  hear(message: Message): void {
    const at = performance.now();
    if (message.kind === "member-report") this.#reports.set(message.from, { report: message, at });
    if (message.kind === "observation") this.#controllers.set(message.from, at);
  }

  /** The newest report of each agent that was heard a moment ago. */
  reports(): ReadonlyMap<RegionId, MemberReport> {
    const since = performance.now() - freshMs;
    return new Map(
      [...this.#reports].filter(([, { at }]) => at >= since).map(([region, { report }]) => [region, report]),
    );
  }

  /** Regions whose controller was heard a moment ago. */
  controllers(): ReadonlySet<RegionId> {
    const since = performance.now() - freshMs;
    return new Set([...this.#controllers].filter(([, at]) => at >= since).map(([region]) => region));
  }
}
