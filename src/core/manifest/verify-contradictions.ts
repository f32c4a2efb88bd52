import { durationText } from "../units/text.ts";
import { seconds } from "../units/units.ts";
import type { VerifiedBy } from "./build-verify.ts";
import { ofObject } from "./kubernetes-contradictions.ts";
import { pathMend, settingPath } from "../model/setting-path.ts";
import type { Path } from "./document.ts";

export interface VerifySlip {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

/** What cannot be true of what a verify step tries. */
export function ofVerified(by: VerifiedBy): readonly VerifySlip[] {
  return [...ofTimeout(by), ...ofWhatIsTried(by)];
}

/** Longer than anybody waits for one answer. */
const timeoutMax = seconds(3_600);

function ofTimeout({ timeout }: VerifiedBy): readonly VerifySlip[] {
  if (timeout === undefined || (timeout > 0 && timeout <= timeoutMax)) return [];
  const what =
    timeout === 0
      ? "is 0 s, in which nothing is answered"
      : `is ${durationText.print(timeout)}, in which one try would never end`;
  return [{ path: ["timeout"], what, mend: "write how long one answer may take, up to 1 h" }];
}

function ofWhatIsTried(by: VerifiedBy): readonly VerifySlip[] {
  switch (by.kind) {
    case "sql":
      if (by.write === undefined && by.read === undefined)
        return [{ path: [], what: "writes nothing and reads nothing", mend: "add write or read" }];
      return by.read === undefined ? [] : ofExpected(by.read, ["read"]);
    case "promql":
      return [...ofExpected(by, []), ...ofUrl(by)];
    case "inference":
      return [...ofUrl(by), ...ofGoodMin(by)];
    case "http":
      return ofUrl(by);
    case "kubernetes":
      return [...ofObject(by.object), ...ofFields(by)];
  }
}

type Bounds = Pick<Extract<VerifiedBy, { readonly kind: "promql" }>, "is" | "atLeast" | "atMost">;

function ofExpected({ is, atLeast, atMost }: Bounds, path: Path): readonly VerifySlip[] {
  const bounds = [atLeast, atMost].filter((each) => each !== undefined);
  if (is === undefined && bounds.length === 0)
    return [{ path, what: "does not say what the value is to be", mend: "add is, atLeast or atMost" }];
  if (is !== undefined && bounds.length > 0)
    return [
      { path, what: "says what the value is, and bounds too", mend: "keep is, or keep atLeast and atMost" },
    ];
  if (atLeast === undefined || atMost === undefined || atLeast <= atMost) return [];
  const what = `is at least ${atLeast} and at most ${atMost}, which no number is`;
  return [{ path, what, mend: "let atLeast be no more than atMost" }];
}

function ofFields({ fields }: Extract<VerifiedBy, { readonly kind: "kubernetes" }>): readonly VerifySlip[] {
  return fields.flatMap((field, index) => {
    const at = ["fields", index];
    const isPath = settingPath(field.path) !== null;
    const what = `is ${field.path}, which is no path`;
    return [...(isPath ? [] : [{ path: [...at, "path"], what, mend: pathMend }]), ...ofExpected(field, at)];
  });
}

function ofUrl({ url }: { readonly url: string }): readonly VerifySlip[] {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isPlain =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.username === "" &&
    parsed.password === "" &&
    parsed.hash === "";
  // It is not shown: what is wrong with it may be the password in it.
  const what = "is no whole address of http or https without a name and a password in it";
  return isPlain ? [] : [{ path: ["url"], what, mend: "write it as in https://api.example.com/ready" }];
}

function ofGoodMin(by: Extract<VerifiedBy, { readonly kind: "inference" }>): readonly VerifySlip[] {
  const { goodMin, prompts } = by;
  if (goodMin === undefined || goodMin <= prompts.length) return [];
  const what = `is ${goodMin}, of ${prompts.length} prompts`;
  return [{ path: ["goodMin"], what, mend: "ask more, or ask for fewer good answers" }];
}
