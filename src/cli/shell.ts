import type { Problem, Problems } from "../core/problem/problem.ts";
import { framedProblem } from "./code-frame.ts";
import { commandLines } from "./layout.ts";

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
  /**
   * Messages and progress: standard error.
   *
   * @param codes said of text with the program's own codes, which color it or write a line anew, and with none that came from a file
   */
  readonly err: (text: string, codes?: "own-codes") => void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard error: where progress is shown. */
  readonly terminal: Terminal;
  /** Standard output: where data is shown. */
  readonly output: Terminal;
  /** Aborted at Ctrl-C or SIGTERM; a command then cleans up and answers 130. */
  readonly signal: AbortSignal;
}

/** Set by what starts the program under another name, such as `npm run holdfast --`. */
const calledAsVariable = "HOLDFAST_CALLED_AS";

/** What is typed here to call the program. */
export function calledAs({ env }: Pick<Shell, "env">): string {
  return env[calledAsVariable] ?? "holdfast";
}

/** Text for people in which every command of this program is one that works here; a second time changes nothing. */
export function asTyped(text: string, called: string): string {
  return text.replaceAll(/(?<![\w/.'-])holdfast (?=[a-z])/g, () => `${called} `);
}

/** The line of a file that a problem stands in is shown when the file's text is known. */
export type TextOf = (file: string) => string | null;

/** Problems as they are told here. */
export function problemsAsTyped<Told extends Problem>(problems: readonly Told[], shell: Shell): Told[] {
  const told = (text: string): string => asTyped(text, calledAs(shell));
  return problems.map((each) => ({
    ...each,
    what: told(each.what),
    why: told(each.why),
    mend: told(each.mend),
  }));
}

/** Problems for people, in lines that fit the terminal. */
export function problemsText(shell: Shell, problems: Problems, textOf: TextOf = () => null): string {
  const { columns } = shell.terminal;
  const told = problemsAsTyped(problems.slice(0, problemsMax), shell).map((problem) =>
    framedProblem(problem, textOf, columns),
  );
  const left = problems.length - told.length;
  return [...told, ...(left > 0 ? [`and ${left} more: --json tells all of them\n`] : [])].join("\n");
}

/** More problems than this are mended before anybody reads on. */
const problemsMax = 50;

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
  if (format === "json") printJson(shell, { ok: false, problems: problemsAsTyped(problems, shell) });
  else shell.err(problemsText(shell, problems));
  return 1;
}

/** A command to go on with, and what for. */
export type Next = readonly [command: string, why: string];

/** The last lines of a command that went well: what to type next. On standard error, so that data stays data. */
export function suggestNext(shell: Shell, ...next: readonly Next[]): void {
  if (next.length === 0) return;
  const lead = "Next: ";
  const typed = next.map(([command, why]) => [asTyped(command, calledAs(shell)), why] as const);
  const lines = commandLines(typed, { columns: shell.terminal.columns, indent: lead.length });
  shell.err(`\n${lead}${lines.trimStart()}`);
}
