/**
 * A workspace of one platform, one journey and `count` components in a chain, each of which needs the next; as the text of one
 * file. It grows with `count` alone, so that two runs compare.
 */
export function syntheticWorkspace(count: number): string {
  const components = Array.from({ length: count }, (_, index) => componentText(index + 1, count));
  return [platformText, journeyText, ...components].join("---\n");
}

const platformText = `apiVersion: holdfast/v1alpha1
kind: Platform
metadata:
  name: synthetic
spec:
  regions:
    - { name: east, provider: local }
    - { name: west, provider: local }
    - { name: central, provider: local }
`;

const journeyText = `apiVersion: holdfast/v1alpha1
kind: Journey
metadata:
  name: chat-completion
spec:
  entry: component-1
  owner: bench
  objectives:
    region:
      rto: 60 s
      rpo: 0 s
      availability: 99.9 %
`;

function componentText(number: number, count: number): string {
  const needs =
    number === count ? "" : `  needs:\n    - { component: component-${number + 1}, strength: hard }\n`;
  return `apiVersion: holdfast/v1alpha1
kind: Component
metadata:
  name: component-${number}
spec:
  type: generic
  pattern: active-active
  placements:
    - { region: east, replicas: 2 }
    - { region: west, replicas: 2 }
    - { region: central, replicas: 2 }
${needs}`;
}
