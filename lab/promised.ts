import { readOpenSlo } from "../src/core/openslo/openslo.ts";
import { invariant } from "../src/core/problem/problem.ts";
import { type ReadSlos, readSlos } from "../src/core/slo/read-slos.ts";
import type { InstantMs } from "../src/core/units/units.ts";
import type { LabPlan } from "./plan.ts";

/** The SLOs that the lab's journeys have become. */
export function promisedIn(documents: LabPlan["promises"], now: InstantMs): ReadSlos {
  const texts = documents.map((each) => ({ path: "slos.yaml", text: JSON.stringify(each) }));
  const promises = readSlos(
    texts.flatMap((each) => readOpenSlo(each, "strict")),
    now,
  );
  const [problem] = promises.problems;
  invariant(problem === undefined, `what journeys become is OpenSLO: ${problem?.what ?? ""}`);
  return promises;
}
