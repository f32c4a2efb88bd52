#!/usr/bin/env node
import type { Parts } from "./cli/parts.ts";
import { runProgram } from "./cli/program.ts";
import type { Shell } from "./cli/shell.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

const shell: Shell = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  cwd: process.cwd(),
  env: process.env,
  terminal: {
    isInteractive: process.stderr.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined,
    columns: process.stderr.columns,
    hasColor: process.stderr.isTTY && process.env["NO_COLOR"] === undefined,
  },
  signal: interruption.signal,
};

const parts: Parts = {};

process.exitCode = await runProgram(process.argv.slice(2), shell, parts);
