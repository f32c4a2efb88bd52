import type { Path } from "../manifest/document.ts";
import { isRecord } from "../manifest/json-schema.ts";

/** What a lenient reading changed, and why the strict one refuses it. */
export interface Mended {
  readonly path: Path;
  readonly because: string;
  readonly mend: string;
}

export interface LenientlyRead {
  readonly value: unknown;
  readonly mended: readonly Mended[];
}

type Fields = Readonly<Record<string, unknown>>;

interface Allowed {
  readonly spec: Fields;
  readonly mended: readonly Mended[];
}

/** One thing that the prose allows: what becomes of an SLO that has it; `null`: it has it not. */
type Allowance = (spec: Fields) => Allowed | null;

/** What the prose of OpenSLO's specification, and its own examples, have and the SDK refuses. */
const allowances: readonly Allowance[] = [windowLeftOut, methodLeftOut, comparedRatio, bareMinutes];

/** As the prose reads it: names of any kind, and what an SLO may leave out or say too much of. */
export function lenientlyRead(document: unknown): LenientlyRead {
  if (!isRecord(document)) return { value: document, mended: [] };
  const { value, mended } = nameInCapitals(document) ?? { value: document, mended: [] };
  const spec = value["spec"];
  if (!isRecord(spec) || !isLaterSlo(value)) return { value, mended };
  const read = allowances.reduce<Allowed>(
    (soFar, allowance) => {
      const found = allowance(soFar.spec);
      return found === null ? soFar : { spec: found.spec, mended: [...soFar.mended, ...found.mended] };
    },
    { spec, mended },
  );
  return { value: { ...value, spec: read.spec }, mended: read.mended };
}

function isLaterSlo({ kind, apiVersion }: Fields): boolean {
  return kind === "SLO" && apiVersion !== "openslo/v1alpha";
}

function nameInCapitals(
  document: Fields,
): { readonly value: Fields; readonly mended: readonly Mended[] } | null {
  const metadata = document["metadata"];
  const name = isRecord(metadata) ? metadata["name"] : undefined;
  if (!isRecord(metadata) || typeof name !== "string" || name === name.toLowerCase()) return null;
  const lower = name.toLowerCase();
  const because = `is "${name}", and names are written small`;
  return {
    value: { ...document, metadata: { ...metadata, name: lower } },
    mended: [{ path: ["metadata", "name"], because, mend: `write name: ${lower}` }],
  };
}

/** The prose calls it optional and does not say what then holds: four weeks that roll, as most tools have it. */
function windowLeftOut(spec: Fields): Allowed | null {
  const window = spec["timeWindow"];
  if (window !== undefined && !(Array.isArray(window) && window.length === 0)) return null;
  const because = "says no timeWindow; four weeks that roll are taken";
  const mend = "write timeWindow: [{ duration: 4w, isRolling: true }]";
  return {
    spec: { ...spec, timeWindow: [{ duration: "4w", isRolling: true }] },
    mended: [{ path: ["spec"], because, mend }],
  };
}

function methodLeftOut(spec: Fields): Allowed | null {
  if (spec["budgetingMethod"] !== undefined) return null;
  const because = "says no budgetingMethod; Occurrences is taken, so that each event counts alike";
  return {
    spec: { ...spec, budgetingMethod: "Occurrences" },
    mended: [{ path: ["spec"], because, mend: "write budgetingMethod: Occurrences" }],
  };
}

function comparedRatio(spec: Fields): Allowed | null {
  const indicator = spec["indicator"] ?? spec["sli"];
  const sli = isRecord(indicator) ? indicator["spec"] : undefined;
  if (!isRecord(sli) || sli["ratioMetric"] === undefined) return null;
  const because = "is set, and a ratio is compared with the target alone; it is passed over";
  return changedObjectives(spec, (objective, at) => {
    const { op, value, ...others } = objective;
    const given = Object.entries({ op, value }).filter(([, entry]) => entry !== undefined);
    return {
      objective: others,
      mended: given.map(([key]) => ({ path: [...at, key], because, mend: `delete ${key}` })),
    };
  });
}

/** The prose reads a slice's bare number as minutes. */
function bareMinutes(spec: Fields): Allowed | null {
  return changedObjectives(spec, (objective, at) => {
    const window = objective["timeSliceWindow"];
    if (typeof window !== "number") return { objective, mended: [] };
    const because = `is ${window} without a unit; minutes are taken`;
    const mended = [{ path: [...at, "timeSliceWindow"], because, mend: `write timeSliceWindow: ${window}m` }];
    return { objective: { ...objective, timeSliceWindow: `${window}m` }, mended };
  });
}

type Change = (
  objective: Fields,
  at: Path,
) => { readonly objective: Fields; readonly mended: readonly Mended[] };

function changedObjectives(spec: Fields, change: Change): Allowed | null {
  const objectives = spec["objectives"];
  if (!Array.isArray(objectives)) return null;
  const changed = (objectives as readonly unknown[]).map((objective, at) =>
    isRecord(objective) ? change(objective, ["spec", "objectives", at]) : { objective, mended: [] },
  );
  const mended = changed.flatMap((each) => each.mended);
  if (mended.length === 0) return null;
  return { spec: { ...spec, objectives: changed.map(({ objective }) => objective) }, mended };
}
