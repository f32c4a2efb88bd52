import { stringify } from "yaml";

/** Documents as YAML; what was told in one line stays in one. */
export function yamlText(documents: readonly object[]): string {
  return documents.map((each) => stringify(each, { lineWidth: 0 })).join("---\n");
}
