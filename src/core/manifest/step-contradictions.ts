import { type Problem, unreachable } from "../problem/problem.ts";
import { hostAndPort } from "./build-step.ts";
import { ofApprovers } from "./approval-contradictions.ts";
import { contradiction, type Subject } from "./contradiction.ts";
import type { Path } from "./document.ts";
import { ofScale, ofWarm } from "./activation-contradictions.ts";
import { ofGitops } from "./gitops-contradictions.ts";
import { ofKubernetes } from "./kubernetes-contradictions.ts";
import { ofPatroni } from "./patroni-contradictions.ts";
import { durationText } from "../units/text.ts";
import type { ReadDocument } from "./schema.ts";
import { ofVerified } from "./verify-contradictions.ts";

type Written = ReadDocument<"RecoveryPlan">["spec"]["steps"][number];

/** What the failover engine carries out as one, in this order. */
const engineOrder = ["fence", "promote", "route", "verify"] as const;
type EnginePhase = (typeof engineOrder)[number];

interface Slip {
  readonly at: number;
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

const besideNone: Slip = {
  ...{ at: 0, path: ["begins"] },
  what: "is said of the first step, which stands beside none",
  mend: "delete it",
};

/** What cannot be true of the steps of a plan. */
export function ofSteps(subject: Subject<"RecoveryPlan">): readonly Problem[] {
  const { steps } = subject.read.spec;
  const slips = [
    ...outOfOrder(steps),
    ...steps.flatMap((step, at) => [
      ...[...ofOneStep(step), ...ofTime(step)].map((slip) => ({ ...slip, at })),
      ...(step.phase === "route" ? ofRoute(step, at) : []),
      ...(step.phase === "verify" ? ofVerify(step, at) : []),
      ...(at === 0 && "begins" in step && step.begins === "beside" ? [besideNone] : []),
    ]),
  ];
  return slips.map(({ at, path, what, mend }) =>
    contradiction(subject, { path: ["spec", "steps", at, ...path], what, mend }),
  );
}

/** A step that never ends within its bound is given up each time. */
function ofTime(step: Written): readonly Omit<Slip, "at">[] {
  if ("within" in step && step.within === 0) {
    const what = "is 0 s, in which nothing is done";
    return [{ path: ["within"], what, mend: "say how long one attempt may take" }];
  }
  if (!("takes" in step) || step.takes === undefined || step.within === undefined) return [];
  const { takes, within } = step;
  const least = takes.kind === "fixed" ? takes.time : takes.kind === "between" ? takes.from : takes.median;
  if (least <= within) return [];
  const what = `is longer than within, ${durationText.print(within)}: every attempt would be given up`;
  return [{ path: ["takes"], what, mend: "raise within, or say what it really takes" }];
}

/** What cannot be true of what a step is to do, wherever it stands. */
function ofOneStep(step: Written): readonly Omit<Slip, "at">[] {
  switch (step.phase) {
    case "approve":
      return ofApprovers(step.approvers);
    case "gitops":
      return ofGitops(step);
    case "kubernetes":
      return ofKubernetes(step);
    case "patroni":
      return ofPatroni(step);
    case "scale":
      return ofScale(step);
    case "warm":
      return ofWarm(step);
    case "fence":
    case "promote":
    case "route":
    case "verify":
    case "plan":
    case "terraform":
    case "run":
    case "notify":
    case "wait":
      return [];
    default:
      return unreachable(step);
  }
}

/**
 * Promoting before the fence is closed is how two primaries come to be, so the order of phases is no matter of taste; and what the
 * failover engine carries out as one cannot be interrupted by something else.
 */
function outOfOrder(steps: readonly Written[]): readonly Slip[] {
  return steps.flatMap((step, at): readonly Slip[] => {
    const phase = enginePhase(step);
    const before = steps.slice(0, at).findLastIndex((each) => enginePhase(each) !== null);
    const earlier = before < 0 ? null : enginePhase(steps[before] ?? step);
    if (phase === null || earlier === null) return [];
    if (engineOrder.indexOf(phase) < engineOrder.indexOf(earlier)) {
      const mend = `order the steps: ${engineOrder.join(", ")}`;
      return [{ at, path: ["phase"], what: `is ${phase}, after a step of ${earlier}`, mend }];
    }
    if (before === at - 1) return [];
    const between = steps[at - 1]?.phase ?? "";
    const what = `is ${phase}, which the failover engine carries out as one with the ${earlier} before, and ${between} stands between`;
    return [
      { at, path: ["phase"], what, mend: `put ${between} before or after the steps of the failover engine` },
    ];
  });
}

/** `null`: the failover engine has no part in it. */
export function enginePhase(step: Written): EnginePhase | null {
  switch (step.phase) {
    case "route":
    case "verify":
      return step.by === undefined ? step.phase : null;
    case "fence":
    case "promote":
      return step.phase;
    case "plan":
    case "scale":
    case "warm":
    case "gitops":
    case "kubernetes":
    case "patroni":
    case "terraform":
    case "run":
    case "notify":
    case "approve":
    case "wait":
      return null;
  }
}

type CarriedByEither = Extract<Written, { phase: "route" | "verify" }>;

/** What is said of a step of the failover engine that only others have. */
function ofEngine(step: CarriedByEither, at: number, other: string): readonly Slip[] {
  return (["takes", "serving", "begins", "lost"] as const)
    .filter((field) => step[field] !== undefined)
    .map((field) => ({
      ...{ at, path: [field] },
      what: "is said of a step that the failover engine carries out",
      mend: `delete it, or say by: what ${other} instead`,
    }));
}

function withoutBound({ within }: CarriedByEither, at: number, doing: string): readonly Slip[] {
  if (within !== undefined) return [];
  const what = `says what ${doing}, and not how long that may take`;
  return [{ at, path: ["by"], what, mend: "add within: 10 s" }];
}

function ofVerify(step: Extract<Written, { phase: "verify" }>, at: number): readonly Slip[] {
  const { by } = step;
  if (by === undefined)
    return [...unshownMode(step, at), ...ofEngine(step, at, `shows that ${step.journey} is back`)];
  const slips = ofVerified(by).map((slip) => ({ ...slip, at, path: ["by", ...slip.path] }));
  return [...withoutBound(step, at, "is tried"), ...slips];
}

/** The failover engine tries the whole alone. */
function unshownMode({ journey, mode }: Extract<Written, { phase: "verify" }>, at: number): readonly Slip[] {
  if (mode === undefined) return [];
  const what = "is said, and not what shows it";
  return [{ at, path: ["mode"], what, mend: `say by: what shows that ${journey} serves in ${mode}` }];
}

function ofRoute(step: Extract<Written, { phase: "route" }>, at: number): readonly Slip[] {
  const { by } = step;
  if (by === undefined) return [...ofEngine(step, at, `routes ${step.component}`), ...undrained(step, at)];
  const unbound = withoutBound(step, at, "routes it");
  if (by.kind === "haproxy") return [...unbound, ...lostSessions(by, at)];
  if (hostAndPort(by.server) !== null) return unbound;
  const what = `is ${by.server}, which is no host and port`;
  return [...unbound, { at, path: ["by", "server"], what, mend: "write it as in 192.0.2.53:53" }];
}

/** The failover engine leads clients to regions, and knows of no cells. */
function undrained({ drains }: Extract<Written, { phase: "route" }>, at: number): readonly Slip[] {
  if (drains.length === 0) return [];
  const what = "is said of a step that the failover engine carries out";
  return [{ at, path: ["drains"], what, mend: "delete it, or say by: what drains them" }];
}

type Servers = Extract<
  NonNullable<Extract<Written, { phase: "route" }>["by"]>,
  { kind: "haproxy" }
>["servers"];

function lostSessions(
  by: { readonly servers: Servers; readonly undo?: { readonly servers: Servers } | undefined },
  at: number,
): readonly Slip[] {
  const ofServers = (servers: Servers, path: Path): readonly Slip[] =>
    servers.flatMap(({ state, sessions }, index) =>
      state === "maint" || sessions === undefined
        ? []
        : [
            {
              ...{ at, path: [...path, index, "sessions"] },
              what: `is said of a server that shall be ${state}`,
              mend: "delete it, or say state: maint",
            },
          ],
    );
  return [
    ...ofServers(by.servers, ["by", "servers"]),
    ...ofServers(by.undo?.servers ?? [], ["by", "undo", "servers"]),
  ];
}
