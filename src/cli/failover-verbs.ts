import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { OrderOutcome } from "../runtime/give-order.ts";
import type { LabWish } from "../runtime/lab.ts";
import { failoverCommand, labCommand } from "../runtime/lab-command.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { orderProblem } from "./order-problem.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, printJson, type Shell, suggestNext } from "./shell.ts";

export interface FailoverOptions extends JsonOption {
  readonly dir: string;
  readonly by?: string;
}

export interface RunOptions extends FailoverOptions {
  readonly to?: string;
  readonly ungraceful?: true;
}

export function runFailover(options: RunOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const kind = options.ungraceful === true ? "failover" : "switchover";
  const to = options.to === undefined ? null : { region: options.to };
  return order({ kind, to }, { options, shell, parts });
}

export function failBack(options: FailoverOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  return order({ kind: "switchover", to: "preferred" }, { options, shell, parts });
}

/** Calls off a switchover that no plan has asked for. */
export function abortSwitchover(options: FailoverOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  return order({ kind: "abort", to: null }, { options, shell, parts });
}

/** Who asks, for the record. */
export function askerOf({ by }: FailoverOptions, { env }: Pick<Shell, "env">): string {
  return by ?? env["USER"] ?? env["LOGNAME"] ?? loginName();
}

/** As the system knows it, which need not know whoever runs in a container. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}

interface Asking {
  readonly options: FailoverOptions;
  readonly shell: Shell;
  readonly parts: Parts;
}

async function order(
  wish: Pick<LabWish, "kind" | "to">,
  { options, shell, parts }: Asking,
): Promise<ExitStatus> {
  const lab = await parts.lab();
  const by = askerOf(options, shell);
  const answer = await lab.order(resolve(shell.cwd, options.dir), { ...wish, by });
  const format = formatOf(options);
  if (!answer.ok) return fail(shell, answer.problems, format);
  const outcome = answer.value;
  const { dir } = options;
  const asked = { dir, ungraceful: failoverCommand("run --ungraceful", dir) };
  if (outcome.kind !== "served") return fail(shell, [orderProblem(outcome, wish.kind, asked)], format);
  if (format === "json") printServed(shell, outcome);
  else tellServed(shell, outcome, options.dir);
  return isAsWanted(outcome) ? 0 : 2;
}

type Served = Extract<OrderOutcome, { kind: "served" }>;

function isAsWanted({ active, wanted }: Served): boolean {
  return wanted === null || wanted === active;
}

function printServed(shell: Shell, { active, wanted, epoch, took }: Served): void {
  printJson(shell, { formatVersion: 1, result: "served", active, wanted, epoch, seconds: took / 1_000 });
}

function tellServed(shell: Shell, outcome: Served, dir: string): void {
  const { active, wanted, epoch, took } = outcome;
  const seconds = (took / 1_000).toFixed(2);
  if (isAsWanted(outcome)) {
    shell.err(`${active} serves under epoch ${epoch}, ${seconds} s after it was asked for\n`);
    suggestNext(shell, [labCommand("status", dir), "how each region stands"]);
    return;
  }
  shell.err(
    `${active} serves under epoch ${epoch}, ${seconds} s after ${wanted} was asked for:\nof those that could be fenced ${active} held the most\n`,
  );
  suggestNext(shell, [failoverCommand(`run --to ${wanted}`, dir), `hand over to ${wanted} in order`]);
}
