import type { Problem } from "../core/problem/problem.ts";
import { ledBy } from "./layout.ts";

/** What lets the evidence of what comes be kept, by the problem's code. */
const mends: Readonly<Record<string, string>> = {
  "evidence/disk-full": "free some space there",
  "evidence/not-writable": "let whoever runs plans here write there",
  "evidence/read-only": "mount it for writing",
  "evidence/disk-failed": "mend the file system",
  "evidence/lock-contended": "let one process write there",
};

/** Said of a run that goes on while its evidence cannot be kept: to repeat the command would begin another run. */
export function unkeptText({ code, what, mend }: Problem, columns: number): string {
  const then = `${mends[code] ?? mend}; what is not kept of this run cannot be added later, and the run goes on`;
  return [
    ledBy("", `not all evidence of this run is kept: ${what}`, columns),
    ledBy("  mend: ", then, columns),
    "",
  ].join("\n");
}
