import type { RegionId } from "../src/core/failover/member.ts";
import type { MemberReport, Message } from "../src/core/failover/message.ts";

/** A report older than this is no news of a region. */
const freshMs = 2_000;

/** Hears what agents tell controllers, so that the lab can say how each region stands. */
export class Observer {
  readonly #reports = new Map<RegionId, { readonly report: MemberReport; readonly at: number }>();

  hear(message: Message): void {
    if (message.kind !== "member-report") return;
    this.#reports.set(message.from, { report: message, at: performance.now() });
  }

  fresh(): ReadonlyMap<RegionId, MemberReport> {
    const now = performance.now();
    return new Map(
      [...this.#reports]
        .filter(([, { at }]) => now - at <= freshMs)
        .map(([region, { report }]) => [region, report]),
    );
  }
}
