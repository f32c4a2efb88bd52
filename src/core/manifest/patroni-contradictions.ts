import { isMemberUrl } from "../model/patroni-wish.ts";
import type { WrittenPatroni } from "./build-patroni.ts";
import type { Path } from "./document.ts";

interface PatroniSlip {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

/** What cannot be true of a step that asks Patroni. */
export function ofPatroni({ members }: WrittenPatroni): readonly PatroniSlip[] {
  return members.flatMap((url, index) => {
    if (isMemberUrl(url)) return [];
    // It is not shown: what is wrong with it may be the password in it.
    const what = "is no whole address of http or https without a name and a password in it";
    return [{ path: ["members", index], what, mend: "write it as in http://10.2.0.5:8008" }];
  });
}
