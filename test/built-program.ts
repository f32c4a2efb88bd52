import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
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

/** Names of the packages whose code one command line that ends well has run, in any of its threads. */
export function packagesRunBy(args: readonly string[], cwd: string = projectRoot): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-coverage-"));
  try {
    const { status, stderr } = spawnSync(process.execPath, [programPath, ...args], {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], NODE_V8_COVERAGE: folder },
    });
    if (status !== 0) throw new Error(`holdfast ${args.join(" ")} failed: ${stderr}`);
    const found = readdirSync(folder).flatMap((name) =>
      [
        ...readFileSync(join(folder, name), "utf8").matchAll(
          /"url":"file:[^"]*\/node_modules\/((?:@[^/"]+\/)?[^/"]+)/g,
        ),
      ].map(([, name = ""]) => name),
    );
    return [...new Set(found)].toSorted();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
