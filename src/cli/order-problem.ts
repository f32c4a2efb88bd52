import { type Problem, unreachable } from "../core/problem/problem.ts";
import type { OrderOutcome } from "../runtime/give-order.ts";
import type { LabWish } from "../runtime/lab.ts";
import { failoverCommand, labCommand } from "../runtime/lab-command.ts";

type Refused = Extract<OrderOutcome, { kind: "refused" }>;

/** Where it was asked for. */
interface Asked {
  /** The folder of the lab. */
  readonly dir: string;
  /** The command that takes the region that serves for lost. */
  readonly ungraceful: string;
}

function refusedProblem({ because, refusal }: Refused, kind: LabWish["kind"], asked: Asked): Problem {
  return {
    code: "failover/refused",
    what: `the ${kind} is not begun: ${because.join("; ")}`,
    where: null,
    why: "Nothing was changed: who serves is who served before.",
    mend: refusalMend(refusal, kind, asked),
  };
}

function refusalMend(refusal: Refused["refusal"], kind: LabWish["kind"], { dir, ungraceful }: Asked): string {
  const status = `\`${labCommand("status", dir)}\``;
  const again = `see how each region stands with ${status}, and ask again when that has been mended`;
  switch (refusal) {
    case "name":
      return "name one of the regions";
    case "serves":
      return `nothing is to be done, or name another region: ${status} tells how each stands`;
    case "obstacle":
      return again;
    case "lost":
      // In order nothing is handed over by a region that is gone.
      return kind === "switchover"
        ? `${again}; where the region that serves is lost, say so: \`${ungraceful}\``
        : again;
    default:
      return unreachable(refusal);
  }
}

/** What stands in the way of an order that did not come to its end. */
export function orderProblem(
  outcome: Exclude<OrderOutcome, { kind: "served" }>,
  kind: LabWish["kind"],
  asked: Asked,
): Problem {
  const { dir, ungraceful } = asked;
  const status = `\`${labCommand("status", dir)}\``;
  switch (outcome.kind) {
    case "refused":
      return refusedProblem(outcome, kind, asked);
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
            ? `wait until it serves; or call it off (\`${failoverCommand("abort", dir)}\`), or do not wait for the region that serves (\`${ungraceful}\`)`
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
        why: "Without it nothing is decided: a region that serves goes on, and where none does none begins to.",
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
