import { stringify } from "yaml";
import { invariant } from "../problem/problem.ts";
import { formatted } from "./format/format.ts";

/** Documents of OpenSLO as YAML in canonical form; what was told in one line stays in one. */
export function openSloText(documents: readonly object[]): string {
  const text = documents
    .map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
  const made = formatted({ path: "slos.yaml", text });
  invariant(made.ok, "documents that were made here can be put in canonical form");
  return made.value.text;
}
