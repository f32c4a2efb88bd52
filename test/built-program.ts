import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const projectRoot = join(import.meta.dirname, "..");

/** The bundled program, as it is installed. `npm test` builds it first. */
export const programPath = join(projectRoot, "dist", "main.js");

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** What was said, wherever its lines are broken. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** Runs one command line to its end, off a terminal. */
export function holdfast(args: readonly string[], cwd: string = projectRoot): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [programPath, ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
    timeout: 30_000,
    // One that hangs may not listen to a gentler signal.
    killSignal: "SIGKILL",
  });
  return { status, out: stdout, err: stderr };
}

/** Processor time, in seconds, of one command line that ends well, Node's own start counted. */
export function processorSecondsOf(args: readonly string[], cwd: string = projectRoot): number {
  // `times` tells what the shell itself has used, and on its second line what its children have.
  const script = '"$@" > /dev/null 2>&1 || exit 1; times';
  const { status, stdout } = spawnSync(
    "bash",
    ["-c", script, "bash", process.execPath, programPath, ...args],
    {
      cwd,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`holdfast ${args.join(" ")} failed`);
  const parts = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].slice(2);
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
