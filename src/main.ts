#!/usr/bin/env node
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import packageFile from "../package.json" with { type: "json" };
import type { Parts } from "./cli/parts.ts";
import { shownSafely } from "./cli/foreign-text.ts";
import { runProgram } from "./cli/program.ts";
import type { Shell } from "./cli/shell.ts";
import { terminalOf } from "./cli/terminal.ts";

/** Where a mistake of the program is to be told. */
const issuesUrl = "the project's issue tracker";

/**
 * Most of the time of a command that reckons for seconds goes into compiling it: every function is compiled quickly at once, and
 * thoroughly only when it has run fifteen times as long as usual, which takes two fifths off the processor time of `check`. Only where
 * it was measured: another engine may not know the flags.
 */
function compileLate(): void {
  if (process.versions.node.startsWith("20."))
    setFlagsFromString("--always-sparkplug --interrupt-budget=1000000");
}

/** A second signal means "stop now" only after this long: Ctrl-C under npm arrives twice at once. */
const insistAfterMs = 1_000;

const interruption = new AbortController();
let interruptedAtMs: number | null = null;
const signalsToStop = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
for (const signal of signalsToStop) {
  process.on(signal, () => {
    const nowMs = performance.now();
    if (interruptedAtMs !== null && nowMs - interruptedAtMs >= insistAfterMs) process.exit(130);
    interruptedAtMs ??= nowMs;
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

/** A reader that has seen enough (`holdfast schema | head`) is no error; what it does not read is not written. */
function writerTo(stream: NodeJS.WriteStream): Shell["err"] {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    isOpen = false;
    if (error.code === "EPIPE") return;
    if (stream === process.stdout)
      process.stderr.write(`the output could not be written: ${error.message}\n`);
    process.exitCode = 1;
  });
  return (text, codes) => {
    if (isOpen) stream.write(codes === "own-codes" ? text : shownSafely(text));
  };
}

const shell: Shell = {
  out: writerTo(process.stdout),
  err: writerTo(process.stderr),
  cwd: process.cwd(),
  env: process.env,
  terminal: terminalOf(process.stderr, process.env),
  output: terminalOf(process.stdout, process.env),
  signal: interruption.signal,
};

/** The last resort: what reaches it is never the user's fault, and no state can be trusted afterwards. */
function showMistake(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  shell.err(
    [
      "",
      "This is a mistake of Holdfast, not of yours.",
      `  ${detail.replaceAll("\n", "\n  ")}`,
      `  holdfast ${packageFile.version}, node ${process.versions.node}, ${process.platform} ${process.arch}`,
      `  Please tell it in ${issuesUrl}, with the lines above and the command that you ran.`,
      "",
    ].join("\n"),
  );
}

process.on("uncaughtException", (error) => {
  showMistake(error);
  process.exit(1);
});

/** The folder of this package: one above both `src` and `dist`. */
const packageFolder = fileURLToPath(new URL("..", import.meta.url));

const programFile = fileURLToPath(import.meta.url);

const parts: Parts = {
  version: packageFile.version,
  readCatalogue: async (workspace, cwd, signal) =>
    (await import("./adapters/files/catalogue-files.ts")).readWholeCatalogue(
      { packageFolder, workspace, cwd },
      signal,
    ),
  readBills: async (bills, signal) =>
    (await import("./adapters/bills/read-bills.ts")).readBills(bills, signal),
  folderAt: async (asked, signal) =>
    (await import("./adapters/git/revision-folder.ts")).folderAt(asked, signal),
  readFolder: async (folder, cwd, signal) =>
    (await import("./adapters/files/workspace.ts")).readFolder(folder, cwd, signal),
  readTexts: async (paths, cwd, signal) =>
    (await import("./adapters/files/workspace.ts")).readTexts(paths, cwd, signal),
  readExample: async (name, signal) =>
    (await import("./adapters/files/workspace.ts")).readFolder(`examples/${name}`, packageFolder, signal),
  endAtOnce: () => {
    for (const signal of signalsToStop) process.removeAllListeners(signal);
  },
  threadsAtOnce: async () => (await import("node:os")).availableParallelism(),
  availabilitiesInThread: async () => {
    compileLate();
    const { availabilitiesInThread } = await import("./adapters/threads/availabilities.ts");
    return availabilitiesInThread(new URL("./adapters/threads/availabilities-thread.js", import.meta.url));
  },
  raceInThreads: async (settings) => {
    const { racedInThreads } = await import("./adapters/threads/race.ts");
    const program = new URL("./adapters/threads/race-thread.js", import.meta.url);
    return async (region) => racedInThreads(region, { ...settings, program });
  },
  readFaultTree: async (file, cwd, signal) => {
    compileLate();
    return (await import("./adapters/open-psa/fault-tree-file.ts")).readFaultTree(file, cwd, signal);
  },
  readSimulationPart: async (file, cwd) =>
    (await import("./adapters/files/simulation-part.ts")).readSimulationPart(file, cwd),
  writeSimulationPart: async (file, cwd, part) =>
    (await import("./adapters/files/simulation-part.ts")).writeSimulationPart(file, cwd, part),
  writeFolder: async (folder, signal) =>
    (await import("./adapters/files/workspace-writer.ts")).writeFolder(folder, signal),
  makeFolder: async (path) => (await import("./adapters/files/make-folder.ts")).makeFolder(path),
  lockOutcome: async (folder) => (await import("./adapters/files/outcome-lock.ts")).lockOutcome(folder),
  evidence: async () => (await import("./adapters/files/evidence-reader.ts")).evidenceReader,
  prometheus: async (settings) =>
    (await import("./adapters/prometheus/prometheus-store.ts")).prometheusStore(settings),
  attempts: async (file) => (await import("./adapters/libsql/attempt-store.ts")).readAttempts(file),
  destinations: async (env) => {
    const { collectorsIn } = await import("./adapters/opentelemetry/collector.ts");
    const { grafanasIn } = await import("./adapters/grafana/annotations.ts");
    return [...collectorsIn(env), ...grafanasIn(env)];
  },
  lab: async () => (await import("../lab/lab.ts")).labVerbs(programFile),
  planRun: async () => {
    const { planRunParts } = await import("./plan-wiring.ts");
    return planRunParts(process.env, packageFile.version);
  },
  drill: async () => (await import("./drill-wiring.ts")).drillParts(programFile, packageFile.version),
  report: async () => (await import("./drill-wiring.ts")).report(),
  labProcesses: async () =>
    (await import("../lab/processes/processes.ts")).labProcesses({
      program: programFile,
      model: join(packageFolder, "lab", "model", "tiny2.gguf"),
      workspace: join(packageFolder, "examples", "lab"),
      packageFolder,
    }),
};

try {
  const status = await runProgram(process.argv.slice(2), shell, parts);
  // A stream that failed meanwhile has set its own.
  process.exitCode ??= status;
} catch (error) {
  showMistake(error);
  process.exitCode = 1;
}
