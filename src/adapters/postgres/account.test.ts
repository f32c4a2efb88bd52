import { describe, expect, it } from "vitest";
import { accountToRunAs, mayEnter } from "./account.ts";

const debian = [
  "root:x:0:0:root:/root:/bin/bash",
  "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash",
].join("\n");

describe("the account that PostgreSQL runs as", () => {
  it("is one's own, unless one is root", () => {
    expect(accountToRunAs(1000, "")).toEqual({ ok: true, value: { kind: "oneself" } });
  });

  it("is postgres for root", () => {
    expect(accountToRunAs(0, debian)).toMatchObject({
      value: { kind: "account", account: { name: "postgres", uid: 101, gid: 104 } },
    });
  });

  it("is nobody for root where there is no postgres, as in a bare container", () => {
    const bare = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false";
    expect(accountToRunAs(0, bare)).toMatchObject({ value: { account: { name: "nobody", uid: 65534 } } });
  });

  it("is never root under another name", () => {
    expect(accountToRunAs(0, "postgres:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false")).toMatchObject({
      value: { account: { name: "nobody" } },
    });
  });

  it("is a problem with a way out where root has nobody to lend", () => {
    const found = accountToRunAs(0, "root:x:0:0:root:/root:/bin/sh\nbroken line\npostgres:x:abc:1::/:");
    expect(found).toMatchObject({ ok: false, problems: [{ code: "postgres/no-account" }] });
  });
});

describe("a folder", () => {
  const account = { name: "postgres", uid: 101, gid: 104 };

  it.each([
    ["its owner by the first bits", { uid: 101, gid: 1, mode: 0o100 }, true],
    ["not its owner by the last bits alone", { uid: 101, gid: 104, mode: 0o011 }, false],
    ["its group by the middle bits", { uid: 0, gid: 104, mode: 0o710 }, true],
    ["not its group by the last bits alone", { uid: 0, gid: 104, mode: 0o701 }, false],
    ["everybody else by the last bits", { uid: 0, gid: 0, mode: 0o701 }, true],
    ["nobody else in a private home", { uid: 0, gid: 0, mode: 0o700 }, false],
  ])("lets in %s", (_, folder, isLetIn) => {
    expect(mayEnter(account, folder)).toBe(isLetIn);
  });

  it("lets root in whatever its bits are", () => {
    expect(mayEnter({ name: "root", uid: 0, gid: 0 }, { uid: 1, gid: 1, mode: 0 })).toBe(true);
  });
});
