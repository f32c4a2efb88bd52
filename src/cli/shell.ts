import type { Problem } from "../core/problem/problem.ts";

/** 0 fine, 1 error, 2 findings or a gate failed, 130 interrupted: the same in every command. */
export type ExitStatus = 0 | 1 | 2 | 130;

/** What a command stands on: its streams, its place, its terminal and the wish to stop. */
export interface Shell {
  /** Data: standard output. */
  readonly out: (text: string) => void;
  /** Messages and progress: standard error. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person looks at standard error, how wide it is, and whether colour is welcome there. */
  readonly terminal: { readonly isInteractive: boolean; readonly columns: number; readonly hasColor: boolean };
  /** Aborted at Ctrl-C or SIGTERM; a command then cleans up and answers 130. */
  readonly signal: AbortSignal;
}

/** What a command answers when the world, not the program, went wrong. */
export function problemText(problem: Problem): string {
  const place =
    problem.where === null ? "" : `${problem.where.file}:${problem.where.line}:${problem.where.column} `;
  return [`${place}${problem.code}`, `  ${problem.what}`, `  why: ${problem.why}`, `  mend: ${problem.mend}`, ""].join(
    "\n",
  );
}
