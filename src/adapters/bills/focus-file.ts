import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { type Bill, billProblem, covering, type Period } from "../../core/cost/bill.ts";
import { type FocusReader, focusReader } from "../../core/cost/focus.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import type { BillFile } from "./bill-file.ts";

/** A longer record is a quote that is never closed. */
const recordCharactersMax = 2 ** 20;

/** Problems told of one file: a column that is wrong is wrong on every line. */
const problemsMax = 20;

/** Reads a FOCUS file line by line; what was read is not kept. */
export async function readFocus({ file, path, tally, signal }: BillFile): Promise<Parsed<Bill>> {
  const reading = new FocusReading(file, tally);
  const parser = parse({
    bom: true,
    max_record_size: recordCharactersMax,
    skip_empty_lines: true,
    on_record: (record: string[], context) => {
      reading.record(record, context.lines);
      // Nothing is handed on: what was read is in the tally.
      return null;
    },
  });
  // A parser that nobody reads stops when its queue is full; it stays empty here.
  parser.resume();
  try {
    await pipeline(createReadStream(path), parser, { signal });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    reading.problems.push(unreadable(file, error));
  }
  return reading.bill();
}

function unreadable(file: string, error: CsvError): Problem {
  const { lines } = error as { readonly lines?: unknown };
  const line = typeof lines === "number" ? lines : 1;
  const isEndless = error.code === "CSV_MAX_RECORD_SIZE" || error.code === "CSV_QUOTE_NOT_CLOSED";
  const what = isEndless ? "a quote is opened and not closed" : error.message;
  const mend =
    "separate cells by commas, put cells that hold commas, quotes or line breaks in quotes, and double quotes within them";
  return billProblem("bill/bad-csv", { file, line }, { what, mend });
}

/** What a file has come to so far. */
class FocusReading {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly tally: BillFile["tally"];
  private reader: FocusReader | null = null;
  private currency: string | null = null;
  private use: Period | null = null;
  private all: Period | null = null;
  private beyond = 0;

  constructor(file: string, tally: BillFile["tally"]) {
    this.file = file;
    this.tally = tally;
  }

  /** @param lines read so far, this record's with them */
  record(record: readonly string[], lines: number): void {
    if (this.reader === null) {
      this.begin(record);
      return;
    }
    if (this.isGivenUp()) return;
    const read = this.reader.read(record, lines);
    if (!("charge" in read)) {
      this.refuse(read);
      return;
    }
    this.currency ??= read.currency;
    if (read.currency !== this.currency) {
      const what = `BillingCurrency is ${read.currency}, and ${this.currency} on the lines before`;
      const mend = "give bills of one currency, that of the manifests";
      this.refuse(billProblem("bill/mixed-currencies", { file: this.file, line: lines }, { what, mend }));
      return;
    }
    this.tally.add(read.charge);
    this.all = covering(this.all, read.span);
    if (read.isUse) this.use = covering(this.use, read.span);
  }

  bill(): Parsed<Bill> {
    // What was used tells the time of the bill, and only where nothing was, what else is charged for.
    const span = this.use ?? this.all ?? { kind: "month" };
    const sums = this.tally.sums();
    if (this.problems.length === 0 && sums.lines === 0) {
      const told = {
        what: `${this.file} has no charge`,
        mend: "export it for a time in which something was charged",
      };
      this.problems.push(billProblem("bill/empty", { file: this.file }, told));
    }
    const [first, ...others] = this.problems;
    if (first !== undefined) return { ok: false, problems: [first, ...others, ...this.furtherProblems()] };
    const { file, currency } = this;
    return { ok: true, value: { file, format: "FOCUS", kind: "measured", currency, span, ...sums } };
  }

  private begin(header: readonly string[]): void {
    const reader = focusReader(header, this.file);
    if (reader.ok) this.reader = reader.value;
    else {
      this.problems.push(...reader.problems);
      this.reader = refusing;
    }
  }

  private isGivenUp(): boolean {
    return this.reader === refusing;
  }

  private refuse(problem: Problem): void {
    if (this.problems.length < problemsMax) this.problems.push(problem);
    else this.beyond += 1;
  }

  private furtherProblems(): readonly Problem[] {
    if (this.beyond === 0) return [];
    const what = `${this.beyond} more lines cannot be read`;
    const mend = "mend the lines above first, and look again";
    return [billProblem("bill/unreadable", { file: this.file }, { what, mend })];
  }
}

/** Stands in for a header that was refused: the lines below mean nothing. */
const refusing: FocusReader = {
  read: (_, line) => billProblem("bill/unreadable", { file: "", line }, { what: "", mend: "" }),
};
