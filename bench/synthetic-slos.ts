/** What each synthetic SLO promises. */
export const syntheticTarget = 0.999;

/** So many SLOs as a company might have them: a hundred to a file, twenty to a service. */
export function syntheticSlos(count: number): readonly { readonly path: string; readonly text: string }[] {
  const perFile = 100;
  return Array.from({ length: Math.ceil(count / perFile) }, (_, file) => {
    const inFile = Math.min(perFile, count - file * perFile);
    const texts = Array.from({ length: inFile }, (__, at) => sloText(file * perFile + at));
    return { path: `slos-${file}.yaml`, text: texts.join("---\n") };
  });
}

function sloText(number: number): string {
  const service = `service-${Math.floor(number / 20)}`;
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: objective-${number}
  displayName: Objective ${number}
  labels:
    team: team-${number % 20}
spec:
  description: Of all requests, so many are answered without an error.
  service: ${service}
  indicator:
    metadata:
      name: objective-${number}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="${service}",handler="/${number}",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="${service}",handler="/${number}"}
  timeWindow:
    - duration: 30d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: ${syntheticTarget}
`;
}
