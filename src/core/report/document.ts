import type { FigureKind } from "../units/figure.ts";
import type { GramsPerMonth, InstantMs, Milliseconds, Seconds } from "../units/units.ts";

/** A report, ready to be rendered in any form: text is plain, numbers are printed, order is reading order. */
export interface ReportDocument {
  /** The question that the report answers. */
  readonly title: string;
  /** What the report is of, in a few words. */
  readonly subtitle: string;
  readonly at: InstantMs;
  /** The whole answer for a reader who stops here. */
  readonly answer: Answer;
  readonly keyFigures: readonly KeyFigure[];
  readonly sections: readonly Section[];
  /** What a reader must know of the numbers, at the foot of every form. */
  readonly notes: readonly string[];
}

export interface Answer {
  readonly verdict: "met" | "missed";
  readonly word: "Yes" | "No";
  /** Full sentences that follow the word. */
  readonly text: string;
}

/** A number to be read at a glance. */
export interface KeyFigure {
  readonly name: string;
  readonly text: string;
  /** `null`: the text says that there is no number. */
  readonly kind: FigureKind | null;
  /** What it is compared with or comes from. */
  readonly note: Labelled;
}

/** Text that holds a number, with the kind of that number; `null`: it holds none. */
export interface Labelled {
  readonly text: string;
  readonly kind: FigureKind | null;
}

export interface Section {
  readonly heading: string;
  readonly lead: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "table"; readonly table: Table }
  /** A picture; `table` holds the same numbers. `tableUse` says whether they are worth reading beside it. */
  | {
      readonly kind: "chart";
      readonly chart: Chart;
      readonly table: Table;
      readonly tableUse: "beside" | "on-demand";
    }
  /** Something to be typed or compared exactly. */
  | { readonly kind: "code"; readonly label: string; readonly text: string };

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Labelled[])[];
}

interface Column {
  readonly name: string;
  readonly align: "start" | "end";
}

export type Chart = PhaseChart | WriteChart | DiagramChart | FrontChart;

/** Designs by what they cost, how long they are down and what they emit. */
export interface FrontChart {
  readonly kind: "front";
  /** What its file is named where it stands in one, beside a document. */
  readonly file: string;
  readonly meaning: string;
  /** Stands above it: what its figures are. */
  readonly title: string;
  /** `null`: no price is known, and each cost is 0. */
  readonly currency: string | null;
  readonly designs: readonly FrontDesign[];
}

export interface FrontDesign {
  /** Its number in the table, from 1; `null`: another design beats it, or it is not allowed. */
  readonly number: number | null;
  readonly standing: "today" | "proposed";
  readonly objectives: "met" | "missed";
  /** In whole units of the currency, a month. */
  readonly cost: number;
  readonly carbon: GramsPerMonth;
  /** Down, a year. */
  readonly minutes: number;
}

/** Boxes in bands, one below another, and what leads from box to box. */
export interface DiagramChart {
  readonly kind: "diagram";
  readonly meaning: string;
  readonly bands: readonly Band[];
  readonly edges: readonly Edge[];
  /** What the lines mean, in the order to be told. */
  readonly legend: readonly { readonly line: Edge["line"]; readonly meaning: string }[];
}

export interface Band {
  /** `null`: its boxes have nothing in common but their height. */
  readonly label: string | null;
  readonly boxes: readonly Box[];
}

export interface Box {
  readonly id: string;
  readonly label: string;
  /** What stands in it, below the label. */
  readonly lines: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: "solid" | "dashed" | "dotted" | "faint";
}

/** A recovery against its objective: the whole on the objective's scale, then its phases on their own. */
export interface PhaseChart {
  readonly kind: "phases";
  /** What it shows, in a sentence, for a reader who does not see it. */
  readonly meaning: string;
  readonly objective: Seconds;
  /** Stands beside the whole; `null`: the recovery did not end. */
  readonly total: string | null;
  /** Counted from the fault; without those that did not end. */
  readonly phases: readonly { readonly name: string; readonly from: Seconds; readonly duration: Seconds }[];
}

/** Writes over time around the fault, which is at 0. */
export interface WriteChart {
  readonly kind: "writes";
  readonly meaning: string;
  readonly width: Milliseconds;
  readonly buckets: readonly {
    readonly startMs: number;
    readonly acknowledged: number;
    readonly failed: number;
  }[];
  /** The outage, counted from the fault; `null`: none stands out. An open end reaches the chart's. */
  readonly outage: { readonly fromMs: number; readonly toMs: number | null; readonly label: string } | null;
  /** Moments to be marked, the fault among them. */
  readonly marks: readonly { readonly atMs: number; readonly label: string }[];
}

/** The kind that all numbers of a column share, to be told once at its head; `null`: they differ, so each tells its own. */
export function columnKindOf(table: Table, column: number): FigureKind | null {
  const kinds = new Set(table.rows.map((row) => row[column]?.kind ?? null));
  const [kind] = kinds;
  return kinds.size === 1 ? (kind ?? null) : null;
}

/** Charts that are files beside a form that cannot hold them. */
export function chartsInFiles({ sections }: ReportDocument): readonly FrontChart[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "chart" && block.chart.kind === "front" ? [block.chart] : [])),
  );
}
