import type { Problem } from "../problem/problem.ts";
import type { WrittenReliability } from "./build-reliability.ts";
import { contradiction, type ReadSubject, type Said } from "./contradiction.ts";
import type { Path } from "./document.ts";

/** Figures of failure that are said twice, not at all, or cannot be. */
export function ofReliability(
  subject: ReadSubject,
  path: Path,
  written: WrittenReliability | undefined,
): readonly Problem[] {
  if (written === undefined) return [];
  return [...wayProblems(written, path), ...rangeProblems(written, path)].map((said) =>
    contradiction(subject, said),
  );
}

const ways = ["mtbf", "perYear", "availability"] as const;

/** Either a row of the catalogue, or a time to repair and one figure that says how often. */
function wayProblems(written: WrittenReliability, path: Path): readonly Said[] {
  const rates = ways.filter((way) => written[way] !== undefined);
  const own = [...rates, ...(written.mttr === undefined ? [] : ["mttr"])];
  if (written.catalogue !== undefined) {
    return own.length === 0
      ? []
      : [
          {
            path,
            what: `names a row of the catalogue and says ${own.join(" and ")} itself`,
            mend: "keep one of the two",
          },
        ];
  }
  if (rates.length === 1 && written.mttr !== undefined) return [];
  const what =
    rates.length > 1
      ? `says how often it fails ${rates.length} times: ${rates.join(" and ")}`
      : `does not say ${rates.length === 0 ? "how often it fails" : "how long until it works again"}`;
  return [{ path, what, mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue" }];
}

function rangeProblems(written: WrittenReliability, path: Path): readonly Said[] {
  const { mtbf, perYear, availability, mttr, errorFactor, repair, repairSigma } = written;
  const never = "fails without end, or never";
  const yearSeconds = 365 * 86_400;
  const tooOften = perYear !== undefined && mttr !== undefined && perYear * mttr >= yearSeconds;
  const checks: readonly (readonly [boolean, string, string, string])[] = [
    [mtbf === 0, "mtbf", `is 0 s: it ${never}`, "write the mean time that it works between two failures"],
    [
      perYear === 0,
      "perYear",
      "is 0: it never fails",
      "write how often, however rarely; or leave failure out",
    ],
    [tooOften, "perYear", "leaves no time to work in: its repairs fill the year", "lower perYear or mttr"],
    [
      availability === 0 || availability === 1,
      "availability",
      `is ${availability === 1 ? "100 %" : "0 %"}: it ${never}`,
      "write a share between 0 % and 100 %, such as 99.9 %",
    ],
    [
      availability !== undefined && mttr === 0,
      "mttr",
      "is 0 s, and a share of time lost says nothing of how often",
      "write how long it is gone each time",
    ],
    [
      errorFactor !== undefined && errorFactor < 1,
      "errorFactor",
      `is ${errorFactor}: the 95th percentile lies below the median`,
      "write at least 1; 1 is certain",
    ],
    [
      repairSigma !== undefined && repair !== "log-normal",
      "repairSigma",
      "is set, and the repair time is not log-normal",
      "write repair: log-normal, or delete it",
    ],
  ];
  return checks.flatMap(([isWrong, key, what, mend]) =>
    isWrong ? [{ path: [...path, key], what, mend }] : [],
  );
}
