import type { RunWish } from "../../core/model/wishes.ts";

const nameForm = /^[\w.-]{1,200}$/;
/** A day, which is longer than any recovery that somebody waits for. */
const timeoutSecondsMax = 86_400;

/** Why nobody can be told of such a step; `null`: he can. */
export function faultInStep({ plan, step, timeoutSeconds }: RunWish): string | null {
  const odd = [plan, step].find((name) => !nameForm.test(name));
  if (odd !== undefined) return `${JSON.stringify(odd)} is no name of a plan or a step`;
  return timeoutSeconds > 0 && timeoutSeconds <= timeoutSecondsMax
    ? null
    : `${timeoutSeconds} s is no time to wait: it is above 0, and at most ${timeoutSecondsMax}`;
}
