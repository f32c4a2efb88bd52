import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { EtcdFailure, failureOf, isWorthAnother } from "./failure.ts";

describe("a call of etcd that failed", () => {
  it.each([
    [status.UNAVAILABLE, "etcdserver: no leader", "not-done"],
    [status.RESOURCE_EXHAUSTED, "etcdserver: too many requests", "not-done"],
    [status.UNAUTHENTICATED, "etcdserver: invalid auth token", "signed-out"],
    [status.INVALID_ARGUMENT, "etcdserver: revision of auth store is old", "signed-out"],
    [status.NOT_FOUND, "etcdserver: requested lease not found", "no-lease"],
    [status.FAILED_PRECONDITION, "etcdserver: user name already exists", "exists"],
    [status.FAILED_PRECONDITION, "etcdserver: role name already exists", "exists"],
    [status.FAILED_PRECONDITION, "etcdserver: authentication is not enabled", "open"],
    [status.FAILED_PRECONDITION, "etcdserver: root user does not exist", "refused"],
    [status.PERMISSION_DENIED, "etcdserver: permission denied", "refused"],
    [status.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password", "refused"],
    [status.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded", "refused"],
    [status.UNIMPLEMENTED, "unknown service etcdserverpb.KV", "refused"],
    [status.UNAVAILABLE, "etcdserver: request timed out", "unknown"],
    [status.UNAVAILABLE, "etcdserver: request timed out, possibly due to previous leader failure", "unknown"],
    [status.UNAVAILABLE, "Connection dropped", "unknown"],
    [status.CANCELLED, "Call cancelled", "unknown"],
    [status.INTERNAL, "etcdserver: no leader", "unknown"],
  ] as const)("tells by %i and %j that it was %s", (code, details, kind) => {
    const failure = failureOf(Object.assign(new Error(details), { code, details }), "http://127.0.0.1:1");
    expect(failure).toMatchObject({ kind, message: `etcd at http://127.0.0.1:1: ${details}` });
  });

  it("tells nothing by what is no answer of a call", () => {
    expect(failureOf("no", "http://127.0.0.1:1").kind).toBe("unknown");
    expect(failureOf(null, "http://127.0.0.1:1").kind).toBe("unknown");
  });

  it("stays what it was found to be", () => {
    const failure = new EtcdFailure("no-lease", "gone");
    expect(failureOf(failure, "http://127.0.0.1:1")).toBe(failure);
  });
});

describe("the same is asked again", () => {
  const worth = (kind: EtcdFailure["kind"], mayBeRepeated: boolean, tries = 1): boolean =>
    isWorthAnother(kind, { mayBeRepeated, tries });

  it("of what has not been done, however often", () => {
    expect([worth("not-done", false), worth("not-done", true), worth("not-done", false, 9)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("of what may have been done only where that does no harm", () => {
    expect([worth("unknown", false), worth("unknown", true)]).toEqual([false, true]);
  });

  it("once after signing in again, and never after a refusal", () => {
    expect([worth("signed-out", false), worth("signed-out", true, 2)]).toEqual([true, false]);
    expect([worth("refused", true), worth("no-lease", true)]).toEqual([false, false]);
  });
});
