import { processMetrics } from "../../core/metrics/exported.ts";
import { type Sample, sampleOf } from "../../core/metrics/metrics.ts";

const microsecondsPerSecond = 1e6;

/** What the system tells of this process. */
export function processSamples(version: string): readonly Sample[] {
  const { build, memory, processor, startedAt } = processMetrics;
  const { user, system } = process.cpuUsage();
  return [
    sampleOf(build, { version }, 1),
    sampleOf(memory, {}, process.memoryUsage.rss()),
    sampleOf(processor, {}, (user + system) / microsecondsPerSecond),
    sampleOf(startedAt, {}, performance.timeOrigin / 1_000),
  ];
}
