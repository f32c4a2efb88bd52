import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { evidenceReader } from "../src/adapters/files/evidence-reader.ts";
import type { Entry } from "../src/core/evidence/evidence.ts";
import { verifyLog } from "../src/core/evidence/verify.ts";
import { labMetrics } from "../src/core/metrics/exported.ts";
import { type Sample, sampleOf, truthOf } from "../src/core/metrics/metrics.ts";
import type { InstantMs } from "../src/core/units/units.ts";

/** The last run of a drill that was carried through. */
interface LastRun {
  readonly finishedAt: InstantMs;
  readonly isMet: boolean;
}

/** When each drill was last run against this lab, by what of their record holds; looked up anew when the record has grown. */
export class DrillRecord {
  readonly #folder: string;
  #entries = -1;
  #runs: ReadonlyMap<string, LastRun> = new Map();

  /** @param evidence the folder of the lab's logs */
  constructor(evidence: string) {
    this.#folder = join(evidence, "drill");
  }

  /** A record that cannot be read now is read another time. */
  async refresh(signal: AbortSignal): Promise<void> {
    const names = await readdir(join(this.#folder, "entries")).catch(() => []);
    if (names.length === this.#entries || names.length === 0) return;
    const files = await evidenceReader.logs(this.#folder, signal);
    if (!files.ok) return;
    const held = files.value.map((log) => verifyLog(log, { kind: "beside" }, evidenceReader));
    this.#runs = lastRuns(held.flatMap(({ entries }) => entries.map(({ entry }) => entry)));
    this.#entries = names.length;
  }

  samples(): readonly Sample[] {
    const { drilledAt, drillMet } = labMetrics;
    return [...this.#runs].flatMap(([drill, { finishedAt, isMet }]) => [
      sampleOf(drilledAt, { drill }, finishedAt / 1_000),
      truthOf(drillMet, { drill }, isMet),
    ]);
  }
}

/** A run that was broken off proves nothing, and takes nothing away. */
function lastRuns(entries: readonly Pick<Entry, "kind" | "body" | "at">[]): ReadonlyMap<string, LastRun> {
  const runs = new Map<string, LastRun>();
  let underWay: string | null = null;
  for (const { kind, body, at } of entries) {
    const { drill, objectivesMet } = body;
    if (kind === "drill-started") underWay = typeof drill === "string" ? drill : null;
    if (kind === "drill-broken-off") underWay = null;
    if (kind !== "drill-finished" || underWay === null) continue;
    runs.set(underWay, { finishedAt: at, isMet: objectivesMet === true });
    underWay = null;
  }
  return runs;
}
