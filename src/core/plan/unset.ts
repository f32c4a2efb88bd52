import type { VerifyWish } from "../model/verify-wish.ts";
import type { WarmWish } from "../model/warm-wish.ts";
import { unreachable } from "../problem/problem.ts";
import type { StagedDeed, StagedStep } from "./stages.ts";

interface NamedValue {
  readonly name: string;
  /** Whether an empty one is of use: to a program it may be, and no secret is. */
  readonly mayBeEmpty: boolean;
}

/** Names of what these steps, and their ways back, are to be given of the environment of whoever carries them out, and is not there. */
export function unsetFor(
  stages: readonly (readonly StagedStep[])[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const deeds = stages.flat().flatMap(({ deed, undo }) => (undo === null ? [deed] : [deed, undo]));
  const unset = deeds.flatMap(namedBy).filter(({ name, mayBeEmpty }) => {
    const value = environment[name];
    return value === undefined || (value === "" && !mayBeEmpty);
  });
  return [...new Set(unset.map(({ name }) => name))].sort();
}

function passedOn(names: readonly string[]): readonly NamedValue[] {
  return names.map((name) => ({ name, mayBeEmpty: true }));
}

function secrets(names: readonly string[]): readonly NamedValue[] {
  return names.map((name) => ({ name, mayBeEmpty: false }));
}

function namedBy(deed: StagedDeed): readonly NamedValue[] {
  switch (deed.kind) {
    case "gitops":
    case "terraform":
      return passedOn(deed.wish.environment);
    case "run":
      return deed.wish.kind === "exec"
        ? passedOn(deed.wish.environment)
        : secrets(Object.values(deed.wish.headers));
    case "patroni": {
      const { credentials } = deed.wish;
      return credentials === null ? [] : secrets([credentials.userFrom, credentials.passwordFrom]);
    }
    case "verify":
      return secrets(namedByVerify(deed.wish));
    case "warm":
      return namedByWarm(deed.wish);
    case "dns":
    case "haproxy":
    case "kubernetes":
    case "approve":
    case "wait":
    case "fail-over":
    case "fail-back":
    case "served":
      return [];
    default:
      return unreachable(deed);
  }
}

function namedByVerify(wish: VerifyWish): readonly string[] {
  switch (wish.kind) {
    case "sql":
      return [wish.urlFrom];
    case "http":
    case "inference":
      return Object.values(wish.headers);
    case "promql":
      return wish.tokenFrom === null ? [] : [wish.tokenFrom];
    case "kubernetes":
      return [];
    default:
      return unreachable(wish);
  }
}

function namedByWarm(wish: WarmWish): readonly NamedValue[] {
  switch (wish.kind) {
    case "inference":
      return secrets(Object.values(wish.headers));
    case "sql":
      return secrets(
        [...wish.statements, ...(wish.question === null ? [] : [wish.question])].flatMap(namedByVerify),
      );
    case "http":
      return secrets(namedByVerify(wish.request));
    case "exec":
      return passedOn(wish.program.environment);
    default:
      return unreachable(wish);
  }
}
