import type { Outside, OutsideDeed } from "../model/outside-step.ts";
import type { RunWish } from "../model/wishes.ts";
import { invariant } from "../problem/problem.ts";
import { headersOf } from "./build-verify.ts";
import type { ReadDocument } from "./schema.ts";

type OwnMeans = Extract<
  ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  { readonly phase: "run" }
>["by"];

interface Named {
  readonly plan: string;
  readonly step: string;
  /** Longest that one attempt may take, in seconds. */
  readonly within: number;
}

/** Undoing is a step of its own to whoever does it: what was done under an epoch is not taken for it. */
export function byOwnMeans(
  by: OwnMeans,
  { plan, step, within: timeoutSeconds }: Named,
): Pick<Outside, "deed" | "undo"> {
  const wishOf = (each: OwnMeans, name: string): RunWish => ({
    ...meansOf(each),
    ...{ plan, step: name, timeoutSeconds },
  });
  const deed: OutsideDeed = { kind: "run", wish: wishOf(by, step) };
  const { undo } = by;
  if (undo === undefined) return { deed, undo: null };
  // What `check` asks is whether the step is done, and what is sent there is not sent to undo it.
  const back = { ...by, body: undefined, ...undo, check: undefined } as OwnMeans;
  return { deed, undo: { kind: "run", wish: wishOf(back, `${step}-undo`) } };
}

type Means<Wish> = Wish extends RunWish ? Omit<Wish, "plan" | "step" | "timeoutSeconds"> : never;

function meansOf(by: OwnMeans): Means<RunWish> {
  if (by.kind === "exec") {
    const { kind, directory, environment } = by;
    return {
      kind,
      command: commandOf(by.command),
      directory,
      environment,
      check: by.check === undefined ? null : commandOf(by.check),
    };
  }
  const { kind, method, url, body = null, expectedStatus, check = null } = by;
  return { kind, method, url, headers: headersOf(by.headers), body, expectedStatus, check };
}

export function commandOf(words: readonly string[]): readonly [string, ...string[]] {
  const [program, ...rest] = words;
  invariant(program !== undefined, "the schema asks for a program");
  return [program, ...rest];
}
