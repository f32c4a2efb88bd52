/** An SLO document of a journey's availability, as a lab has it, that counts bad events of all events over 30 days. */
export function promiseOf({
  bad,
  total,
  target,
}: {
  readonly bad: string;
  readonly total: string;
  readonly target: number;
}): Readonly<Record<string, unknown>> {
  const query = (metric: string): object => ({
    metricSource: { type: "Prometheus", spec: { query: `${metric}{journey="chat"}` } },
  });
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat-availability" },
    spec: {
      service: "lab",
      indicator: {
        metadata: { name: "chat-availability" },
        spec: { ratioMetric: { counter: true, bad: query(bad), total: query(total) } },
      },
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target }],
    },
  };
}
