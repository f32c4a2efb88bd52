import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { lastLines } from "../src/adapters/postgres/postmaster.ts";
import type { StartedProcess } from "../src/adapters/processes/start-process.ts";
import { saidIn } from "../src/core/trace/log-line.ts";
import type { Problem } from "../src/core/problem/problem.ts";
import { elapsed, type Milliseconds, type MonotonicMs } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";

/** What a part of the lab says to it on the pipe between them, a line of JSON each. */
export type PartWord =
  | { readonly kind: "gave-up"; readonly problems: readonly Problem[] }
  | { readonly kind: "tried-in-vain"; readonly text: string };

/** What one run of a part has told so far. */
interface Report {
  readonly logFile: string;
  problems: readonly Problem[];
  inVain: { readonly text: string; readonly at: MonotonicMs } | null;
  /** With what status it ended; `null` while it runs, and when a signal ended it. */
  status: number | null;
}

/** What the lab's parts tell of themselves: why one has ended, and what one tries in vain. */
export class PartReports {
  readonly #reports = new Map<string, Report>();

  /** Listens to a part that was just started; what an earlier run of it told counts no longer. */
  follow(name: string, logFile: string, { pipes, ended }: StartedProcess): void {
    const report: Report = { logFile, problems: [], inVain: null, status: null };
    this.#reports.set(name, report);
    const heard = pipes.map((pipe) => {
      // The pipe is held open for as long as the lab lives; its end is how a part knows that the lab has ended.
      createInterface({ input: pipe })
        .on("line", (line) => {
          const word = wordIn(line);
          if (word !== null) hear(report, word);
        })
        // Of the pipe: however it breaks, its part is gone.
        .on("error", () => undefined);
      return new Promise((resolve) => pipe.once("close", resolve));
    });
    void Promise.all([ended, ...heard]).then(([end]) => {
      if (end.kind === "exited") report.status = end.status;
    });
  }

  /** What a part last tried in vain; `null` when it has said nothing of the kind. */
  inVain(name: string): string | null {
    return this.#reports.get(name)?.inVain?.text ?? null;
  }

  /** The same, as long as it said so within that span: whatever goes on trying says so again and again. */
  inVainWithin(name: string, span: Milliseconds): string | null {
    const inVain = this.#reports.get(name)?.inVain ?? null;
    return inVain !== null && elapsed(inVain.at, readSystemClock().now) <= span ? inVain.text : null;
  }

  /** Why parts have ended by themselves; one cause that many share is told once. */
  async causesOfEnd(): Promise<readonly Problem[]> {
    const causes = new Map<string, Problem>();
    for (const [name, report] of this.#reports) {
      if (report.status === null || report.status === 0) continue;
      const problems = report.problems.length > 0 ? report.problems : [await endedUntold(name, report)];
      for (const problem of problems) causes.set(problem.what, problem);
    }
    return [...causes.values()];
  }
}

/** `null` for what was broken off: a part may be killed in the middle of a word. */
function wordIn(line: string): PartWord | null {
  try {
    return JSON.parse(line) as PartWord;
  } catch {
    return null;
  }
}

function hear(report: Report, word: PartWord): void {
  switch (word.kind) {
    case "gave-up":
      report.problems = word.problems;
      break;
    case "tried-in-vain":
      report.inVain = { text: word.text, at: readSystemClock().now };
      break;
  }
}

/** Where a program in Go was when it broke off, by which its log ends: what stands before it says why. */
const goStack = /\n\ngoroutine \d+ \[.*\n(?:(?!ts=).*\n?)*$/;

async function endedUntold(name: string, { logFile, status }: Report): Promise<Problem> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  return {
    code: "lab/part-ended",
    what: `${name} ended by itself with status ${status}; the end of its log: ${lastLines(log.replace(goStack, ""), saidIn)}`,
    where: null,
    why: "A lab that is not whole proves nothing about losing a region.",
    mend: `read ${logFile}, and run the command again when what it names is mended`,
  };
}
