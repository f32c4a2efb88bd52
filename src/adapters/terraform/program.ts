import { open, readFile, rm, stat } from "node:fs/promises";
import { z } from "zod";
import type { TerraformWish } from "../../core/model/wishes.ts";
import type { Parsed } from "../../core/problem/problem.ts";

/** Starts a program in a process group of its own, so that no Ctrl-C at our terminal reaches it beside what we tell it. */
export type StartProgram = (settings: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
}) => Promise<Parsed<RunningProgram>>;

interface RunningProgram {
  /** Tells it to finish what it is at, and to end. Nobody else in its group is told. */
  readonly interrupt: () => void;
  /** @returns its status; `null`: a signal ended it */
  readonly ended: Promise<number | null>;
}

/** What Terraform says is wrong. */
export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  /** Where in the configuration; `null`: nowhere there. */
  readonly place: string | null;
}

export type Ran =
  | {
      readonly kind: "ended";
      readonly status: number | null;
      readonly output: string;
      readonly isStopped: boolean;
    }
  | { readonly kind: "unstarted"; readonly because: string };

/** A plan of more is not read: half a gigabyte is the longest text that Node has. */
const outputBytesMax = 256 * 1024 * 1024;

export interface Running {
  readonly wish: TerraformWish;
  readonly signal: AbortSignal;
  readonly start: StartProgram;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs Terraform and waits for its end, however long that takes. When `signal` aborts, it is interrupted once: it finishes the resource
 * at hand, writes its state, gives the lock back and ends. A second interruption would make it leave the lock, and is never sent.
 *
 * Its output goes to a file and not to a pipe: a pipe that breaks because we end would kill it in the middle.
 *
 * @param logFile holds what it says, secrets of a plan included; readable by its owner, and taken away
 */
export async function run(
  args: readonly string[],
  logFile: string,
  { wish, signal, start, environment }: Running,
): Promise<Ran> {
  if (signal.aborted) return { kind: "ended", status: null, output: "", isStopped: true };
  try {
    await rm(logFile, { force: true });
    const env = passedOn(wish.environment, environment);
    const started = await start({ command: wish.program, args, env, cwd: wish.directory, logFile });
    if (!started.ok) return { kind: "unstarted", because: started.problems[0].what };
    const { interrupt, ended } = started.value;
    // It may have been aborted while the program was started.
    if (isStopped(signal)) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
    const status = await ended;
    signal.removeEventListener("abort", interrupt);
    return { kind: "ended", status, output: await outputIn(logFile), isStopped: isStopped(signal) };
  } catch (cause) {
    return { kind: "unstarted", because: String(cause) };
  } finally {
    await rm(logFile, { force: true });
  }
}

function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** `TF_IN_AUTOMATION`: it suggests no commands. `CHECKPOINT_DISABLE`: it asks nobody for newer versions. */
const fixed = { TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };

function passedOn(
  names: readonly string[],
  environment: Running["environment"],
): Readonly<Record<string, string>> {
  const given = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(given), ...fixed };
}

async function outputIn(logFile: string): Promise<string> {
  const { size } = await stat(logFile);
  return size > outputBytesMax ? "" : readFile(logFile, "utf8");
}

const diagnosticLine = z.object({
  diagnostic: z.object({
    severity: z.literal("error"),
    summary: z.string(),
    detail: z.string().default(""),
    range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).optional(),
  }),
});

/** What went wrong, by the lines that Terraform writes with `-json`; what stands between them is passed over. */
export function diagnosticsIn(output: string): readonly Diagnostic[] {
  return output.split("\n").flatMap((line) => {
    const read = diagnosticLine.safeParse(jsonIn(line));
    if (!read.success) return [];
    const { summary, detail, range } = read.data.diagnostic;
    const place = range === undefined ? null : `${range.filename}:${range.start.line}`;
    return [{ summary, detail, place }];
  });
}

/** The one line of JSON that `show -json` writes, among warnings that may stand around it. */
export function documentLine(output: string): string {
  return output.split("\n").find((line) => line.startsWith("{")) ?? "";
}

function jsonIn(line: string): unknown {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Makes an empty file for its owner alone, which Terraform then writes into: a plan holds secrets as they are. */
export async function makePrivate(path: string): Promise<void> {
  await rm(path, { force: true });
  await (await open(path, "wx", 0o600)).close();
}
