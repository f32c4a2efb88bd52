import type { Command } from "commander";
import type { Parts } from "./parts.ts";
import { commandLines } from "./layout.ts";
import { type AnswerFormat, asTyped, type ExitStatus, type Shell } from "./shell.ts";

/** What a command's declaration is handed. */
export interface Context {
  readonly shell: Shell;
  readonly parts: Parts;
  /** Makes a handler into commander's action; what it answers becomes the exit status of the program. */
  readonly run: <Given extends unknown[]>(
    handler: (...given: Given) => Promise<ExitStatus>,
  ) => (...given: Given) => Promise<void>;
  /** The same of one that leaves nothing behind and reckons for long: Ctrl-C ends it at once, in the midst of a sum. */
  readonly reckon: Context["run"];
}

/**
 * Declares one command or group of commands. The file that exports it imports nothing heavy: a handler loads what it needs with
 * `await import(…)` when it is called, so that `--help` stays quick.
 */
export type Register = (program: Command, context: Context) => void;

/** The option that every command with data to show takes. */
export const jsonOption = ["--json", "print data for programs, on standard output"] as const;

export interface JsonOption {
  readonly json?: true;
}

/** Collects an option that can be given several times. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function formatOf(options: JsonOption): AnswerFormat {
  return options.json === true ? "json" : "text";
}

/** Leads a command's help with lines that can be copied, each with what it does. */
export function leadWithExamples(
  command: Command,
  examples: readonly (readonly [string, string])[],
): Command {
  return command.addHelpText("before", () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? helpColumns;
    const typed = examples.map(([line, does]) => [asTyped(line, programOf(command).name()), does] as const);
    return `Examples:\n${commandLines(typed, { columns, indent: 2 })}`;
  });
}

const helpColumns = 80;

function programOf(command: Command): Command {
  return command.parent === null ? command : programOf(command.parent);
}
