import type { ActivatedPlace } from "../model/activation.ts";
import type { Outside, OutsideDeed } from "../model/outside-step.ts";
import type { Step } from "../model/recovery-plan.ts";
import type { ProxyWish } from "../model/wishes.ts";
import { invariant, unreachable } from "../problem/problem.ts";
import type { Seconds } from "../units/units.ts";
import { scaleOf, scaleTo, warmOf } from "./build-activation.ts";
import { gitopsOf } from "./build-gitops.ts";
import { kubernetesOf } from "./build-kubernetes.ts";
import { byOwnMeans } from "./build-own-means.ts";
import { patroniOf } from "./build-patroni.ts";
import { type VerifiedBy, verifyWish } from "./build-verify.ts";
import type { ReadDocument } from "./schema.ts";

type Written = Exclude<ReadDocument<"RecoveryPlan">["spec"]["steps"][number], { readonly phase: "plan" }>;
type WrittenOf<Phase extends Written["phase"]> = Extract<Written, { readonly phase: Phase }>;
type RoutedBy = NonNullable<WrittenOf<"route">["by"]>;
type Carried = Pick<WrittenOf<"route">, "begins" | "serving" | "retries" | "onFailure" | "takes" | "within">;

export interface Surroundings {
  readonly plan: string;
  /** The regions that a component stands in, in order: where it may be promoted when the plan does not say. */
  readonly placesOf: (component: string) => readonly string[];
}

/** @param at where it stands among the steps of its plan, from 0 */
export function stepOf(step: Written, at: number, { plan, placesOf }: Surroundings): Step {
  const lost = "lost" in step ? (step.lost ?? null) : null;
  const common = { needs: needsOf(step), lost, at, part: [], outside: null };
  switch (step.phase) {
    case "fence": {
      const { component, method, within = null } = step;
      return { ...common, within, phase: "fence", component, method };
    }
    case "promote": {
      const { component, candidates = placesOf(component), within = null } = step;
      return { ...common, within, phase: "promote", component, candidates };
    }
    case "verify":
      return { ...common, ...verifyOf(step) };
    case "route": {
      const { component, by, drains, within = null } = step;
      return {
        ...common,
        within,
        phase: "route",
        ...{ component, drains },
        outside: by === undefined ? null : routed(step, by),
      };
    }
    case "scale": {
      const outside = { ...carried(step), ...scaleOf(step, { plan, at }) };
      return { ...common, ...activatedBy(step), phase: "scale", to: scaleTo(step), outside };
    }
    case "warm": {
      const outside = { ...carried({ ...step, retries: 0 }), ...warmOf(step, { plan, at }) };
      return { ...common, ...activatedBy(step), phase: "warm", outside };
    }
    case "gitops":
    case "kubernetes":
    case "patroni":
    case "terraform":
    case "run":
    case "notify":
    case "approve":
    case "wait": {
      const outside = outsideOf(step, plan);
      return { ...common, within: outside.within, phase: step.phase, name: step.name, outside };
    }
    default:
      return unreachable(step);
  }
}

/** Time that passes needs nothing, and has no such field. */
function needsOf(step: Written): Step["needs"] {
  return step.phase === "wait" ? [] : (step.needs ?? null);
}

function verifyOf(
  step: WrittenOf<"verify">,
): Omit<Extract<Step, { readonly phase: "verify" }>, "needs" | "lost" | "at" | "part"> {
  const { journey, mode = null, by, within = null } = step;
  const outside = by === undefined ? null : verified(step, by);
  return { within, phase: "verify", journey, mode, outside };
}

function activatedBy(step: WrittenOf<"scale" | "warm">): ActivatedPlace & { readonly within: Seconds } {
  const { component, region, within } = step;
  return { component, region, cell: step.cell ?? null, within };
}

/** It is tried until it is so, and changes nothing: there is no attempt after the first, and nothing to undo. */
function verified(step: WrittenOf<"verify">, by: VerifiedBy): Outside {
  const rest = carried({ ...step, retries: 0 });
  return { ...rest, deed: { kind: "verify", wish: verifyWish(by), within: rest.within }, undo: null };
}

function carried(step: Carried): Omit<Outside, "deed" | "undo"> {
  const { begins = "after", serving = null, retries, onFailure, takes = null, within } = step;
  invariant(within !== undefined, "contradictions let no step outside without a bound through");
  return { isBeside: begins === "beside", serving, retries, onFailure, takes, within };
}

function outsideOf(
  step: WrittenOf<"gitops" | "kubernetes" | "patroni" | "terraform" | "run" | "notify" | "approve" | "wait">,
  plan: string,
): Outside {
  switch (step.phase) {
    case "gitops":
      return { ...carried(step), ...gitopsOf(step, plan) };
    case "kubernetes":
      return { ...carried(step), ...kubernetesOf(step) };
    case "patroni":
      return { ...carried(step), ...patroniOf(step) };
    case "terraform":
      return { ...carried(step), ...terraformOf(step) };
    case "run":
    case "notify":
      return { ...carried(step), ...byOwnMeans(step.by, { plan, step: step.name, within: step.within }) };
    case "approve": {
      const { people, approvers, within, begins = "after", onFailure, takes = null } = step;
      const deed: OutsideDeed = { kind: "approve", people, approvers, within };
      return {
        deed,
        undo: null,
        isBeside: begins === "beside",
        serving: null,
        retries: 0,
        onFailure,
        takes,
        within,
      };
    }
    case "wait": {
      const { time, begins = "after" } = step;
      const deed: OutsideDeed = { kind: "wait", time };
      // It ends when its time has come, and needs no bound beyond that.
      const takes = { kind: "fixed", time } as const;
      const [retries, onFailure] = [0, "stop"] as const;
      return {
        deed,
        undo: null,
        isBeside: begins === "beside",
        serving: null,
        retries,
        onFailure,
        takes,
        within: time,
      };
    }
    default:
      return unreachable(step);
  }
}

type Both = Pick<Outside, "deed" | "undo">;

function routed(step: WrittenOf<"route">, by: RoutedBy): Outside {
  return { ...carried(step), ...(by.kind === "dns" ? dnsOf(by) : haproxyOf(by)) };
}

function dnsOf(by: Extract<RoutedBy, { kind: "dns" }>): Both {
  const { zone, name, type, values, keyFile, undo } = by;
  const server = hostAndPort(by.server);
  invariant(server !== null, "contradictions let no server without a port through");
  const wish = { server, zone, name, type, ttlSeconds: by.ttl, values, keyFile };
  return {
    deed: { kind: "dns", wish },
    undo: undo === undefined ? null : { kind: "dns", wish: { ...wish, values: undo.values } },
  };
}

function haproxyOf(by: Extract<RoutedBy, { kind: "haproxy" }>): Both {
  const { backend, lastPlace, epochFile, undo } = by;
  const at = hostAndPort(by.socket);
  const socket: ProxyWish["socket"] =
    at === null ? { kind: "unix", path: by.socket } : { kind: "tcp", ...at };
  const wish = { socket, backend, lastPlace, epochFile, servers: serversOf(by.servers) };
  return {
    deed: { kind: "haproxy", wish },
    undo:
      undo === undefined ? null : { kind: "haproxy", wish: { ...wish, servers: serversOf(undo.servers) } },
  };
}

function serversOf(written: Extract<RoutedBy, { kind: "haproxy" }>["servers"]): ProxyWish["servers"] {
  const entries = written.map(({ name, state, weight = null, sessions = "keep" }) => {
    const server = state === "maint" ? { state, weight, sessions } : { state, weight };
    return [name, server] as const;
  });
  return Object.fromEntries(entries);
}

function terraformOf(step: WrittenOf<"terraform">): Both {
  const { program, directory, targets = [], environment, epochFile, undo } = step;
  const wish = { program, directory, variables: valuesOf(step.variables), targets, environment, epochFile };
  return {
    deed: { kind: "terraform", wish },
    undo:
      undo === undefined
        ? null
        : { kind: "terraform", wish: { ...wish, variables: valuesOf(undo.variables) } },
  };
}

function valuesOf(variables: WrittenOf<"terraform">["variables"]): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`, `ns1.example.com:53`; `null`: it is none. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits = ""] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}
