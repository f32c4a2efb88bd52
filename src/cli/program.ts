import { Command } from "commander";
import type { Parts } from "./parts.ts";
import type { ExitStatus, Shell } from "./shell.ts";

/** Runs one command line. Each command's own file is loaded when it is called, so that `--help` stays quick. */
export async function runProgram(argv: readonly string[], shell: Shell, parts: Parts): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = new Command("holdfast")
    .description("Resilience as code for AI platforms")
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
    .exitOverride();
  void parts;
  void status;
  await program.parseAsync([...argv], { from: "user" });
  return status;
}
