import { Command, CommanderError } from "commander";
import { InvariantBroken } from "../core/problem/problem.ts";
import { registerAvailability } from "./availability.ts";
import { registerCheck } from "./check.ts";
import { type Context, leadWithExamples, type Register } from "./context.ts";
import { registerCost } from "./cost.ts";
import { registerEvidence } from "./evidence.ts";
import { registerExplain } from "./explain.ts";
import { registerFailover } from "./failover.ts";
import { registerGate } from "./gate.ts";
import { wrapped } from "./layout.ts";
import { registerInit } from "./init.ts";
import { registerDemo } from "./demo.ts";
import { registerDrill } from "./drill.ts";
import { registerLab } from "./lab.ts";
import { registerLint } from "./lint.ts";
import { registerObserve } from "./observe.ts";
import { registerOptimise } from "./optimise.ts";
import type { Parts } from "./parts.ts";
import { registerPlan } from "./plan.ts";
import { registerRender } from "./render.ts";
import { registerSchema } from "./schema.ts";
import { registerSimulate } from "./simulate.ts";
import { registerSlo } from "./slo.ts";
import { asTyped, calledAs, type ExitStatus, type Shell } from "./shell.ts";

/** Every command, the common ones first; a new one stands under the heading where a user would look for it. */
const commandGroups: readonly (readonly [heading: string, commands: readonly Register[]])[] = [
  ["Declare:", [registerInit, registerCheck, registerLint, registerExplain, registerSchema]],
  [
    "Predict:",
    [registerAvailability, registerSimulate, registerCost, registerOptimise, registerPlan, registerRender],
  ],
  ["Lose a region and recover:", [registerDemo, registerLab, registerDrill, registerFailover]],
  ["Show what happened:", [registerEvidence]],
  ["Operate:", [registerSlo, registerGate, registerObserve]],
];

/** Runs one command line. Each command's own work is loaded when it is called, so that `--help` stays quick. */
export async function runProgram(argv: readonly string[], given: Shell, parts: Parts): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const shell: Shell = {
    ...given,
    err: (text, codes) => {
      given.err(asTyped(text, calledAs(given)), codes);
    },
  };
  const run: Context["run"] =
    (handler) =>
    async (...given) => {
      status = await handler(...given);
    };
  const reckon: Context["run"] = (handler) =>
    run(async (...given) => {
      parts.endAtOnce();
      return handler(...given);
    });
  const program = declareProgram({ shell, parts, run, reckon });
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
    return shell.signal.aborted ? 130 : status;
  } catch (error) {
    // Commander has shown its message by now; help and version leave by the same door, with status 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    // What breaks off because the user asked to stop is no mistake; a broken invariant always is.
    if (shell.signal.aborted && !(error instanceof InvariantBroken)) return 130;
    throw error;
  }
}

/** The whole command line, declared; nothing of it is carried out until it parses. */
export function declareProgram(context: Context): Command {
  const { shell, parts } = context;
  const program = new Command(calledAs(shell))
    .description("Resilience as code for AI platforms: declare, prove, fail over in seconds, show evidence.")
    .version(parts.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [COMMAND]", "print the help of a command")
    .usage("COMMAND [OPTIONS]")
    .configureOutput({
      writeOut: shell.out,
      writeErr: (text) => {
        shell.err(text);
      },
      outputError: (text, write) => {
        write(
          text.replaceAll(/.+/g, (line) => wrapped(line, { columns: shell.terminal.columns, indent: 0 })),
        );
      },
      getOutHelpWidth: () => Math.min(shell.output.columns, 100),
      getErrHelpWidth: () => Math.min(shell.terminal.columns, 100),
      getOutHasColors: () => shell.output.hasColor,
      getErrHasColors: () => shell.terminal.hasColor,
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Run it with --help to see what it takes.")
    .exitOverride();
  leadWithExamples(program, [
    ["holdfast init platform", "write a commented workspace to start from"],
    ["holdfast check platform", "say what is declared and what is wrong with it"],
    ["holdfast demo", "lose a region for real, on this machine, and see it recover"],
  ]);
  program.addHelpText(
    "after",
    "\nExit status: 0 fine, 1 error, 2 findings or a gate failed, 130 interrupted.",
  );
  for (const [heading, registers] of commandGroups) {
    program.commandsGroup(heading);
    for (const register of registers) register(program, context);
  }
  return program;
}
