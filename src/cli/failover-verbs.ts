import { resolve } from "node:path";
import { type Problem, unreachable } from "../core/problem/problem.ts";
import type { OrderOutcome } from "../runtime/give-order.ts";
import type { LabWish } from "../runtime/lab.ts";
import { failoverCommand, labCommand } from "../runtime/lab-command.ts";
import { formatOf, type JsonOption } from "./context.ts";
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

export function abort(options: FailoverOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  return order({ kind: "abort", to: null }, { options, shell, parts });
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
  const by = options.by ?? shell.env["USER"] ?? shell.env["LOGNAME"] ?? "somebody";
  const answer = await lab.order(resolve(shell.cwd, options.dir), { ...wish, by });
  const format = formatOf(options);
  if (!answer.ok) return fail(shell, answer.problems, format);
  const outcome = answer.value;
  if (outcome.kind !== "served") return fail(shell, [problemOf(outcome, wish.kind, options.dir)], format);
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

/** What stands in the way of an order that did not come to its end. */
function problemOf(
  outcome: Exclude<OrderOutcome, { kind: "served" }>,
  kind: LabWish["kind"],
  dir: string,
): Problem {
  const status = `\`${labCommand("status", dir)}\``;
  switch (outcome.kind) {
    case "refused":
      return {
        code: "failover/refused",
        what: `the ${kind} is not begun: ${outcome.because.join("; ")}`,
        where: null,
        why: "Nothing was changed: the region that serves goes on.",
        mend: `see how each region stands with ${status}, and ask again when that has been mended`,
      };
    case "not-taken":
      return {
        code: "failover/not-taken",
        what: `no controller has taken up the ${kind}, and none will any more`,
        where: null,
        why: "A controller must lead, and find the order while it is for the reign of now.",
        mend: `see with ${status} who serves and whether a quorum of controllers answers, and ask again`,
      };
    case "busy":
      return {
        code: "failover/under-way",
        what: `the ${kind} is not begun: another is under way (${outcome.phase})`,
        where: null,
        why: "One thing is done after the other, so that each knows what comes of it.",
        mend:
          outcome.phase === "closing"
            ? "wait until it serves; or call it off (`abort`), or do not wait for the region that serves (`run --ungraceful`)"
            : `wait until ${status} tells who serves, and ask again`,
      };
    case "another":
      return {
        code: "failover/another-order",
        what: `${outcome.by} has just asked for something else, which is still open`,
        where: null,
        why: "Of two orders at once only the first is carried out, so that each knows what comes of it.",
        mend: `ask again in a few seconds, when ${status} tells what came of that one`,
      };
    case "unreachable":
      return {
        code: "failover/store-silent",
        what: "the coordination store does not answer",
        where: null,
        why: "Without it nothing is decided and nothing changes; the region that serves goes on.",
        mend: `bring it back first: ${status} tells which part is missing`,
      };
    case "unfinished":
      return {
        code: "failover/unfinished",
        what: `the ${kind} is under way and has not ended: ${outcome.phase}`,
        where: null,
        why: "It goes on by itself, also when this command has ended.",
        mend: `look with ${status}, which tells what it waits for`,
      };
    default:
      return unreachable(outcome);
  }
}
