import type { Span } from "../units/span.ts";
import type { Seconds } from "../units/units.ts";
import type { Approver } from "./approver.ts";
import type { GitopsWish } from "./gitops-wish.ts";
import type { KubernetesWish } from "./kubernetes-wish.ts";
import type { PatroniWish } from "./patroni-wish.ts";
import type { VerifyWish } from "./verify-wish.ts";
import type { WarmWish } from "./warm-wish.ts";
import type { DnsWish, ProxyWish, RunWish, TerraformWish } from "./wishes.ts";

/** A step of a plan that the failover engine has no part in: whoever runs the plan carries it out. */
export interface Outside {
  readonly deed: OutsideDeed;
  /** What brings it back to what it was; `null`: nobody can. */
  readonly undo: OutsideDeed | null;
  /** Begins together with the step before it. */
  readonly isBeside: boolean;
  /** Carried out only where this region serves by then; `null`: in any case. */
  readonly serving: string | null;
  /** Attempts after the first. */
  readonly retries: number;
  readonly onFailure: OnFailure;
  /** How long it is expected to take; `null`: up to its bound. */
  readonly takes: Span | null;
  /** Longest that one attempt may take. */
  readonly within: Seconds;
}

/** What becomes of a run when the last attempt of a step has failed: a person goes on, it goes back, or it goes on without. */
export const onFailureWords = ["stop", "undo", "go-on"] as const;
export type OnFailure = (typeof onFailureWords)[number];

export type OutsideDeed =
  | { readonly kind: "dns"; readonly wish: DnsWish }
  | { readonly kind: "gitops"; readonly wish: GitopsWish }
  | { readonly kind: "haproxy"; readonly wish: ProxyWish }
  | { readonly kind: "kubernetes"; readonly wish: KubernetesWish }
  | { readonly kind: "patroni"; readonly wish: PatroniWish }
  | { readonly kind: "terraform"; readonly wish: TerraformWish }
  /** A program or a service of the user's. */
  | { readonly kind: "run"; readonly wish: RunWish }
  /** As many people say yes, none of them the one who runs the plan. `approvers`: who alone may, with a signature; empty: anybody, by name. */
  | {
      readonly kind: "approve";
      readonly people: number;
      readonly approvers: readonly Approver[];
      readonly within: Seconds;
    }
  | { readonly kind: "wait"; readonly time: Seconds }
  /** Tried until it is so; what answers wrongly is not back. */
  | { readonly kind: "verify"; readonly wish: VerifyWish; readonly within: Seconds }
  /** Tried until what runs is ready at speed; it changes nothing that users see. */
  | { readonly kind: "warm"; readonly wish: WarmWish; readonly within: Seconds };
