import { describe, expect, it } from "vitest";
import { decided } from "./chosen-network.ts";

const root = "/srv/ada/lab";

describe("the network of a lab", () => {
  it.each([
    [null, null, null, "relays", null],
    [null, "built-in", "relays", "relays", "built-in"],
    ["relays", "etcd", "relays", "relays", "etcd"],
    ["namespaces", null, null, "namespaces", "etcd"],
    [null, null, "namespaces", "namespaces", "etcd"],
    ["namespaces", "etcd", "namespaces", "namespaces", "etcd"],
  ] as const)(
    "wanted %s, coordinated by %s, and so far %s, is %s, by %s",
    (...[wanted, by, kept, network, store]) => {
      expect(decided({ root, network: wanted, coordinator: by, kept })).toEqual({
        ok: true,
        value: { network, coordinator: store },
      });
    },
  );

  it.each([
    ["namespaces", null, "relays", "lab/other-network"],
    ["relays", null, "namespaces", "lab/other-network"],
    ["namespaces", "built-in", null, "lab/store-outside-regions"],
    [null, "built-in", "namespaces", "lab/store-outside-regions"],
  ] as const)(
    "wanted %s, coordinated by %s, and so far %s, is refused: %s",
    (...[network, coordinator, kept, code]) => {
      expect(decided({ root, network, coordinator, kept })).toMatchObject({
        ok: false,
        problems: [{ code }],
      });
    },
  );
});
