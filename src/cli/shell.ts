import type { Problem, Problems } from "../core/problem/problem.ts";

/** 0 fine, 1 error, 2 findings or a gate failed, 130 interrupted: the same in every command. */
export type ExitStatus = 0 | 1 | 2 | 130;

/** One of the two output streams, as far as a command may care who reads it. */
export interface Terminal {
  /** Whether a person looks at it, so that lines may be rewritten. */
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly hasColor: boolean;
}

/** What a command stands on: its streams, its place, its terminal and the wish to stop. */
export interface Shell {
  /** Data: standard output. */
  readonly out: (text: string) => void;
  /** Messages and progress: standard error. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard error: where progress is shown. */
  readonly terminal: Terminal;
  /** Standard output: where data is shown. */
  readonly output: Terminal;
  /** Aborted at Ctrl-C or SIGTERM; a command then cleans up and answers 130. */
  readonly signal: AbortSignal;
}

/** What a command answers when the world, not the program, went wrong. */
export function problemText(problem: Problem): string {
  const place =
    problem.where === null ? "" : `${problem.where.file}:${problem.where.line}:${problem.where.column} `;
  return [
    `${place}${problem.code}`,
    `  ${problem.what}`,
    `  why: ${problem.why}`,
    `  mend: ${problem.mend}`,
    "",
  ].join("\n");
}

/** Version of every `--json` answer; rises when a reader of an older one would misread the newer. */
const formatVersion = 1;

/** Data for programs, on standard output: `fields` under the version that every `--json` answer carries. */
export function printJson(shell: Shell, fields: Readonly<Record<string, unknown>>): void {
  shell.out(`${JSON.stringify({ formatVersion, ...fields }, null, 2)}\n`);
}

/** How a command answers: for people, or for programs (`--json`). */
export type AnswerFormat = "text" | "json";

/** Tells every problem, in the wanted format, and answers the exit status that goes with them. */
export function fail(shell: Shell, problems: Problems, format: AnswerFormat): ExitStatus {
  if (format === "json") printJson(shell, { ok: false, problems });
  else shell.err(problems.map(problemText).join("\n"));
  return 1;
}

/** The last line of a command that went well: what to type next. On standard error, so that data stays data. */
export function suggestNext(shell: Shell, command: string, why: string): void {
  shell.err(`\nnext: ${command}   ${why}\n`);
}
