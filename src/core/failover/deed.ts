import type { RegionId, SyncSet } from "./member.ts";

/** One deed on the member; each may be repeated. */
export type AgentDeed =
  | { readonly kind: "stop" }
  /** The shutdown in order of a primary: its standbys get all that it holds. */
  | { readonly kind: "shut-down" }
  | { readonly kind: "stop-receiving" }
  | { readonly kind: "promote"; readonly syncSet: SyncSet }
  | { readonly kind: "apply-sync-set"; readonly syncSet: SyncSet }
  /** Commits wait for all of the set from now on; those before may be held by the primary alone. */
  | { readonly kind: "hold-commits"; readonly syncSet: SyncSet }
  | { readonly kind: "follow"; readonly upstream: RegionId }
  | { readonly kind: "reseed"; readonly upstream: RegionId }
  | {
      readonly kind: "start";
      readonly as:
        | { readonly kind: "primary"; readonly syncSet: SyncSet }
        | { readonly kind: "standby"; readonly upstream: RegionId | null };
    };
