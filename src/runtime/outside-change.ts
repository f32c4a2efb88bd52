import { resolve } from "node:path";
import { type GitopsWish, isLocalRepository } from "../core/model/gitops-wish.ts";
import type { KubernetesWish } from "../core/model/kubernetes-wish.ts";
import type { PatroniWish } from "../core/model/patroni-wish.ts";
import type { DnsWish, ProxyWish, RunWish, TerraformWish } from "../core/model/wishes.ts";
import type { Actuator, Applied, Epoch, Look } from "../core/plan/actuator.ts";
import type { StagedDeed } from "../core/plan/stages.ts";
import { unreachable } from "../core/problem/problem.ts";
import { placedCluster } from "./verifiers.ts";

/** What changes things that are not Holdfast's own. */
export interface Actuators {
  readonly dns: Actuator<DnsWish>;
  readonly gitops: Actuator<GitopsWish>;
  readonly haproxy: Actuator<ProxyWish>;
  readonly kubernetes: Actuator<KubernetesWish>;
  readonly patroni: Actuator<PatroniWish>;
  readonly terraform: Actuator<TerraformWish>;
  readonly run: Actuator<RunWish>;
}

/** A deed that an actuator brings about. */
export type OutsideWish = Extract<StagedDeed, { readonly kind: keyof Actuators }>;

const broughtAbout: Readonly<Record<keyof Actuators, true>> = {
  dns: true,
  gitops: true,
  haproxy: true,
  kubernetes: true,
  patroni: true,
  terraform: true,
  run: true,
};

export function changesOutside(deed: StagedDeed): deed is OutsideWish {
  return Object.hasOwn(broughtAbout, deed.kind);
}

/** A wish in the hands of the actuator that brings it about. */
export interface OutsideChange {
  /** `null`: nobody can know how it is. */
  readonly look: ((signal: AbortSignal) => Promise<Look>) | null;
  readonly apply: (epoch: Epoch, signal: AbortSignal) => Promise<Applied>;
}

export interface OutsideParts {
  readonly actuators: Actuators;
  /** Of the workspace, from which paths in a plan are meant. */
  readonly folder: string;
}

/** Which actuator brings a wish about, with the paths in the wish as they are meant. */
export function outsideChange(deed: OutsideWish, { actuators, folder }: OutsideParts): OutsideChange {
  switch (deed.kind) {
    case "dns":
      return change(actuators.dns, { ...deed.wish, keyFile: resolve(folder, deed.wish.keyFile) });
    case "gitops":
      return change(actuators.gitops, placedGitops(deed.wish, folder));
    case "haproxy":
      return change(actuators.haproxy, placedProxy(deed.wish, folder));
    case "kubernetes": {
      const cluster = placedCluster(deed.wish.cluster, folder);
      return change(actuators.kubernetes, { ...deed.wish, cluster });
    }
    case "patroni":
      return change(actuators.patroni, deed.wish);
    case "terraform": {
      const { directory, epochFile } = deed.wish;
      const placed = { directory: resolve(folder, directory), epochFile: resolve(folder, epochFile) };
      return change(actuators.terraform, { ...deed.wish, ...placed });
    }
    case "run":
      return change(actuators.run, placedRun(deed.wish, folder));
    default:
      return unreachable(deed);
  }
}

function change<Wish extends object>(actuator: Actuator<Wish>, wish: Wish): OutsideChange {
  const isAskable = !("check" in wish) || wish.check !== null;
  return {
    look: isAskable ? (signal) => actuator.look(wish, signal) : null,
    apply: (epoch, signal) => actuator.apply(wish, epoch, signal),
  };
}

function placedGitops(wish: GitopsWish, folder: string): GitopsWish {
  const { repository } = wish;
  return { ...wish, repository: isLocalRepository(repository) ? resolve(folder, repository) : repository };
}

function placedProxy(wish: ProxyWish, folder: string): ProxyWish {
  const { socket } = wish;
  const placed = socket.kind === "unix" ? { ...socket, path: resolve(folder, socket.path) } : socket;
  return { ...wish, socket: placed, epochFile: resolve(folder, wish.epochFile) };
}

function placedRun(wish: RunWish, folder: string): RunWish {
  return wish.kind === "exec" ? { ...wish, directory: resolve(folder, wish.directory) } : wish;
}
