import type { Parsed, Problem } from "../core/problem/problem.ts";
import { type LabFault, labFaults } from "../runtime/lab.ts";
import {
  type CutDirection,
  type CutPartner,
  delayBounds,
  flapPeriodBounds,
  flapPeriodDefault,
  isDelay,
  isFlapPeriod,
  isLossRatio,
  type NetworkHarm,
} from "../runtime/network-harm.ts";
import type { QuantityText } from "../core/units/quantity-text.ts";
import { durationText, percentText } from "../core/units/text.ts";
import { formatOf } from "./context.ts";
import { harmText } from "./harm-text.ts";
import { type DirOption, type EffectText, type NextVerb, rootOf, told, toLook } from "./lab-verbs.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, type Shell } from "./shell.ts";

export interface FaultOptions extends DirOption {
  readonly direction?: CutDirection;
  readonly from?: CutPartner;
  readonly period?: string;
  readonly share?: string;
  readonly delay?: string;
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
  const kind = faultNames.find((known) => known === given);
  if (kind === undefined) return { ok: false, problems: [unknownFault(given)] };
  const strange = (Object.keys(optionsOf) as (keyof typeof optionsOf)[]).find(
    (name) => options[name] !== undefined && !optionsOf[name].some((each) => each === kind),
  );
  if (strange !== undefined) return { ok: false, problems: [strangeOption(strange, kind)] };
  const harmful = harmfulNames.find((known) => known === kind);
  if (harmful === undefined) return { ok: true, value: { kind: kind as Exclude<LabFault, "partition"> } };
  const harm = harmOf(harmful, options);
  return harm.ok ? { ok: true, value: { kind: "harm", harm: harm.value } } : harm;
}

const harmfulNames = ["partition", "flap", "lossy", "slow"] as const;
const faultNames = [...labFaults, "flap", "lossy", "slow"] as const;
type FaultName = (typeof faultNames)[number];

/** Of which faults each option says something. */
const optionsOf = {
  direction: ["partition", "slow"],
  from: ["partition", "slow"],
  period: ["flap"],
  share: ["lossy"],
  delay: ["slow"],
} as const satisfies Readonly<Record<string, readonly FaultName[]>>;

function harmOf(kind: (typeof harmfulNames)[number], options: FaultOptions): Parsed<NetworkHarm> {
  switch (kind) {
    case "partition": {
      const { direction = "both", from = "everybody" } = options;
      return { ok: true, value: { kind: "cut", direction, from } };
    }
    case "flap": {
      const periodSeconds =
        options.period === undefined ? flapPeriodDefault : readBy(durationText, options.period);
      if (isFlapPeriod(periodSeconds)) return { ok: true, value: { kind: "flap", periodSeconds } };
      return { ok: false, problems: [badPeriod(options.period ?? "")] };
    }
    case "lossy": {
      const lossRatio = readBy(percentText, options.share ?? "");
      if (isLossRatio(lossRatio)) return { ok: true, value: { kind: "loss", lossRatio } };
      return { ok: false, problems: [badShare(options.share)] };
    }
    case "slow":
      return slownessOf(options);
  }
}

function slownessOf(options: FaultOptions): Parsed<NetworkHarm> {
  const { direction = "both", from = "everybody" } = options;
  const delaySeconds = readBy(durationText, options.delay ?? "");
  if (isDelay(delaySeconds)) return { ok: true, value: { kind: "delay", delaySeconds, direction, from } };
  return { ok: false, problems: [badDelay(options.delay)] };
}

/** `null`: it is none. */
function readBy<Value>({ read }: QuantityText<Value>, text: string): Value | null {
  const answer = read(text);
  return answer.ok ? answer.value : null;
}

function textOf(deed: Deed, region: string): EffectText {
  switch (deed.kind) {
    case "harm": {
      const text = harmText(deed.harm, region);
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
    mend: `use one of ${faultNames.join(", ")}`,
  };
}

function strangeOption(name: keyof typeof optionsOf, kind: FaultName): Problem {
  return {
    code: "lab/option-of-another-fault",
    what: `--${name} says nothing about ${kind}`,
    where: null,
    why: "Harm that was not done as it was asked for proves something else.",
    mend: `leave --${name} out, or give it with ${optionsOf[name].join(" or ")}`,
  };
}

function badPeriod(given: string): Problem {
  const { min, max } = flapPeriodBounds;
  return {
    code: "lab/bad-period",
    what: `--period is "${given}", by which no region flaps`,
    where: null,
    why: "A region that flaps is cut off for half of each period.",
    mend: `give a time from ${min}s to ${max}s, such as ${flapPeriodDefault}s or 500ms`,
  };
}

function badShare(given: string | undefined): Problem {
  return {
    code: "lab/bad-share",
    what: given === undefined ? "--share is missing" : `--share is "${given}", which is no share of packets`,
    where: null,
    why: "Of the packets of a lossy region a share is lost, into it and out of it.",
    mend: "give a share above 0% and below 100%, such as --share 20%",
  };
}

function badDelay(given: string | undefined): Problem {
  const { min, max } = delayBounds;
  return {
    code: "lab/bad-delay",
    what:
      given === undefined
        ? "--delay is missing"
        : `--delay is "${given}", which is no time from ${min * 1_000}ms to ${max}s, with its unit`,
    where: null,
    why: "Every byte of a slow region is held for that long, into it and out of it.",
    mend: `give a time from ${min * 1_000}ms to ${max}s, such as --delay 200ms`,
  };
}
