import { status } from "@grpc/grpc-js";

/**
 * What a call that failed tells.
 *
 * - `not-done`: nothing was done, and another endpoint may be asked the same at once
 * - `signed-out`: nothing was done, for it was asked with a token that has run out
 * - `no-lease`: nothing was done, for the lease is gone
 * - `exists`: nothing was done, for what was to be made is there already
 * - `open`: nothing was done, for nobody needs to sign in there
 * - `refused`: nothing was done, and asking again will not help
 * - `unknown`: it may have been done, or may be done yet
 */
export type FailureKind = "not-done" | "signed-out" | "no-lease" | "exists" | "open" | "refused" | "unknown";

/** A call of etcd that failed. */
export class EtcdFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EtcdFailure";
    this.kind = kind;
  }
}

/** How etcd begins what it says itself; the rest is the transport's. */
const kinds: readonly (readonly [code: status, text: string, kind: FailureKind])[] = [
  // Refused before it is looked at: this member sees no leader. Every call asks for one.
  [status.UNAVAILABLE, "etcdserver: no leader", "not-done"],
  [status.RESOURCE_EXHAUSTED, "etcdserver: too many requests", "not-done"],
  [status.UNAUTHENTICATED, "etcdserver: invalid auth token", "signed-out"],
  [status.INVALID_ARGUMENT, "etcdserver: revision of auth store is old", "signed-out"],
  [status.NOT_FOUND, "etcdserver: requested lease not found", "no-lease"],
  [status.FAILED_PRECONDITION, "etcdserver: user name already exists", "exists"],
  [status.FAILED_PRECONDITION, "etcdserver: role name already exists", "exists"],
  [status.FAILED_PRECONDITION, "etcdserver: authentication is not enabled", "open"],
  [status.PERMISSION_DENIED, "etcdserver: ", "refused"],
  [status.INVALID_ARGUMENT, "etcdserver: ", "refused"],
  [status.FAILED_PRECONDITION, "etcdserver: ", "refused"],
  [status.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded", "refused"],
  [status.UNIMPLEMENTED, "", "refused"],
];

export function failureOf(error: unknown, endpoint: string): EtcdFailure {
  if (error instanceof EtcdFailure) return error;
  const { code, details } = (error ?? {}) as { readonly code?: unknown; readonly details?: unknown };
  const text = typeof details === "string" ? details : String(error);
  const found = kinds.find(([known, beginning]) => known === code && text.startsWith(beginning));
  return new EtcdFailure(found?.[2] ?? "unknown", `etcd at ${endpoint}: ${text}`, error);
}

/** Whether the same is asked again, of whoever is connected then. @param tries how often it was asked so far */
export function isWorthAnother(
  kind: FailureKind,
  { mayBeRepeated, tries }: { readonly mayBeRepeated: boolean; readonly tries: number },
): boolean {
  if (kind === "not-done") return true;
  if (kind === "unknown") return mayBeRepeated;
  return kind === "signed-out" && tries === 1;
}
