import type { GramsCO2e, GramsPerKilowattHour, HourlyPrice, Seconds, Watts } from "../units/units.ts";

/** What published sources say of how things fail, where they stand and what they run on; each row names its source. */
export interface Catalogue {
  readonly failures: Rows<FailureRow>;
  readonly locations: Rows<LocationRow>;
  readonly machines: Rows<MachineRow>;
}

type Rows<Row> = ReadonlyMap<string, Row>;

interface Row {
  /** How manifests refer to it: `gpu-node/h100`, `aws/us-east-1`, `aws/p5.48xlarge`. */
  readonly id: string;
  /** What it describes, for people. */
  readonly what: string;
  readonly source: RowSource;
  /** Where it stands, to be looked up: `data/failures.tsv:12`. */
  readonly at: string;
}

export interface RowSource {
  readonly title: string;
  /** Year or date of the figure itself. */
  readonly date: string;
  readonly licence: string;
  readonly grade: SourceGrade;
}

/** The owner's own text; measured and published; told by another; a judgement of ours; from memory, to be checked. */
export type SourceGrade = "official" | "published" | "secondary" | "prior" | "unverified";

/** How often something fails and how long until it works again. */
export interface FailureRow extends Row {
  /** Mean working time between failures. */
  readonly mtbf: Seconds;
  readonly mttr: Seconds;
  /** Spread of the repair time about its mean: sigma of its logarithm; `null`: exponential. */
  readonly repairSigma: number | null;
  /** 95th percentile of the true failure rate over its median, as far as the source lets us know: 1 is certain. */
  readonly errorFactor: number;
}

/** A provider's region, and the electricity that it draws. */
export interface LocationRow extends Row {
  /** Regions of several providers on one grid name the same. */
  readonly gridZone: string;
  readonly gridIntensity: GramsPerKilowattHour;
  /** Energy of the building over that of the machines, at least 1. */
  readonly pue: number;
  /** Price of machines over those of the provider's home region; `null`: not known. */
  readonly priceRatio: number | null;
}

/** A machine to be rented. Prices are illustrative: they move, and no discount is in them. */
export interface MachineRow extends Row {
  readonly price: HourlyPrice | null;
  readonly idle: Watts;
  readonly busy: Watts;
  /** Emitted by making it, all of it. */
  readonly embodied: GramsCO2e;
  /** Over which `embodied` is shared out. */
  readonly lifespan: Seconds;
  readonly accelerators: { readonly type: string; readonly count: number } | null;
}
