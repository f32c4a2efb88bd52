import type { Parsed, Problem } from "../core/problem/problem.ts";
import { type LabFault, labFaults } from "../runtime/lab.ts";
import type { Cut, CutDirection, CutPartner, NetworkHarm } from "../runtime/network-harm.ts";
import { formatOf } from "./context.ts";
import { cutText } from "./harm-text.ts";
import { type DirOption, type EffectText, type NextVerb, rootOf, told, toLook } from "./lab-verbs.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, type Shell } from "./shell.ts";

export interface FaultOptions extends DirOption {
  readonly direction?: CutDirection;
  readonly from?: CutPartner;
}

export async function fault(
  given: { readonly fault: string; readonly region: string; readonly options: FaultOptions },
  shell: Shell,
  parts: Parts,
): Promise<ExitStatus> {
  const { region, options } = given;
  const asked = deedOf(given.fault, options);
  if (!asked.ok) return fail(shell, asked.problems, formatOf(options));
  const lab = await parts.lab();
  const root = rootOf(options, shell);
  const deed = asked.value;
  const answer =
    deed.kind === "harm"
      ? await lab.harm(root, deed.harm, region)
      : await lab.inject(root, deed.kind, region);
  return told(answer, { said: textOf(deed, region), next: nextOf(deed.kind, region), options }, shell);
}

type Deed =
  | { readonly kind: Exclude<LabFault, "partition"> }
  | { readonly kind: "harm"; readonly harm: NetworkHarm };

function deedOf(given: string, options: FaultOptions): Parsed<Deed> {
  const kind = labFaults.find((known) => known === given);
  if (kind === undefined) return { ok: false, problems: [unknownFault(given)] };
  const { direction, from } = options;
  if (kind === "partition") {
    const harm: Cut = { kind: "cut", direction: direction ?? "both", from: from ?? "everybody" };
    return { ok: true, value: { kind: "harm", harm } };
  }
  const [strange] = Object.entries({ direction, from }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  return strange === undefined
    ? { ok: true, value: { kind } }
    : { ok: false, problems: [strangeOption(strange, kind)] };
}

function textOf(deed: Deed, region: string): EffectText {
  switch (deed.kind) {
    case "harm": {
      const text = cutText(deed.harm, region);
      return { done: text, unchanged: `it was so already: ${text}` };
    }
    case "kill":
      return { done: `everything in ${region} was killed`, unchanged: `nothing ran in ${region} any more` };
    case "freeze":
      return {
        done: `everything in ${region} is frozen`,
        unchanged: `everything in ${region} was frozen already`,
      };
    case "thaw":
      return { done: `${region} runs again`, unchanged: `nothing in ${region} was frozen` };
    case "heal":
      return { done: `${region} is reached again`, unchanged: `${region} was not cut off` };
  }
}

function nextOf(kind: Deed["kind"], region: string): readonly NextVerb[] {
  switch (kind) {
    case "kill":
      return [toLook, [`restore ${region}`, "bring it back"]];
    case "freeze":
      return [toLook, [`fault thaw ${region}`, "let it go on"]];
    case "harm":
      return [toLook, [`fault heal ${region}`, "let it be reached again"]];
    case "thaw":
    case "heal":
      return [toLook];
  }
}

function unknownFault(given: string): Problem {
  return {
    code: "lab/unknown-fault",
    what: `"${given}" is no fault`,
    where: null,
    why: "A fault is something that the lab knows how to do for real, and to undo.",
    mend: `use one of ${labFaults.join(", ")}`,
  };
}

function strangeOption(name: string, kind: LabFault): Problem {
  return {
    code: "lab/option-of-another-fault",
    what: `--${name} says nothing about ${kind}`,
    where: null,
    why: "Harm that was not done as it was asked for proves something else.",
    mend: `leave --${name} out, or give it with partition`,
  };
}
