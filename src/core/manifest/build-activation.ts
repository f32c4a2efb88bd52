import type { ScaleTo } from "../model/activation.ts";
import type { Outside } from "../model/outside-step.ts";
import type { SqlWish } from "../model/verify-wish.ts";
import type { WarmWish } from "../model/warm-wish.ts";
import { unreachable } from "../problem/problem.ts";
import { ratio, type Seconds } from "../units/units.ts";
import { byOwnMeans, commandOf } from "./build-own-means.ts";
import { expectedOf, headersOf } from "./build-verify.ts";
import type { ReadDocument } from "./schema.ts";

type Written = ReadDocument<"RecoveryPlan">["spec"]["steps"][number];
export type WrittenScale = Extract<Written, { readonly phase: "scale" }>;
export type WrittenWarm = Extract<Written, { readonly phase: "warm" }>;
type Both = Pick<Outside, "deed" | "undo">;

/** What names a step to whoever carries it out: `scale-3-llm-west`; of one plan no two are called alike. */
interface Named {
  readonly plan: string;
  /** Where it stands among the steps that its plan says, from 0. */
  readonly at: number;
}

function stepName({ phase, component, region, cell }: WrittenScale | WrittenWarm, at: number): string {
  return `${phase}-${at + 1}-${component}-${cell ?? region}`;
}

export function scaleOf(step: WrittenScale, { plan, at }: Named): Both {
  return byOwnMeans(step.by, { plan, step: stepName(step, at), within: step.within });
}

export function scaleTo({ to, share = ratio(1) }: WrittenScale): ScaleTo {
  return to === undefined ? { kind: "share", share } : { kind: "units", units: to };
}

/** It changes nothing that is to be undone. */
export function warmOf(step: WrittenWarm, named: Named): Both {
  return { deed: { kind: "warm", wish: warmWish(step, named), within: step.within }, undo: null };
}

const answersWithinSecondsByDefault = 5;

function warmWish(step: WrittenWarm, { plan, at }: Named): WarmWish {
  const { by, within } = step;
  switch (by.kind) {
    case "inference": {
      const { kind, url, model, fingerprint = null, prompts, inARow } = by;
      const headers = headersOf(by.headers);
      const firstTokenWithinSeconds = by.firstTokenWithin;
      return { kind, url, model, headers, fingerprint, prompts, firstTokenWithinSeconds, inARow };
    }
    case "sql":
      return askedWish(by, within);
    case "http": {
      const { kind, url, expectedStatus, contains = [], inARow } = by;
      const timeoutSeconds = by.answersWithin ?? answersWithinSecondsByDefault;
      const headers = headersOf(by.headers);
      return { kind, inARow, request: { kind, url, expectedStatus, contains, headers, timeoutSeconds } };
    }
    case "exec": {
      const { kind, directory, environment } = by;
      const command = commandOf(by.command);
      const called = stepName(step, at);
      const program = { kind, command, directory, environment, check: null, plan, step: called };
      return { kind, program: { ...program, timeoutSeconds: within } };
    }
    default:
      return unreachable(by);
  }
}

/** Filling a cache takes as long as the whole step may; what is asked then has a bound of its own. */
function askedWish(
  { kind, urlFrom, statements, read, answersWithin, inARow }: Extract<WrittenWarm["by"], { kind: "sql" }>,
  within: Seconds,
): WarmWish {
  const usual = { kind, urlFrom, write: null, read: null } as const;
  const question: SqlWish | null =
    read === undefined
      ? null
      : {
          ...usual,
          read: { query: read.query, expected: expectedOf(read) },
          timeoutSeconds: answersWithin ?? answersWithinSecondsByDefault,
        };
  const written = statements.map((write): SqlWish => ({ ...usual, write, timeoutSeconds: within }));
  return { kind, statements: written, question, inARow };
}
