import { describe, expect, it } from "vitest";
import { planIn } from "./plan-document.ts";
import { settingsOf } from "./plan-settings.ts";

type Made = Readonly<Record<string, unknown>>;

/** In the form of `terraform show -json`: https://developer.hashicorp.com/terraform/internals/json-format */
function plan(over: Made): string {
  return JSON.stringify({ format_version: "1.2", configuration: { root_module: {} }, ...over });
}

function resource(address: string, actions: readonly string[], change: Made): Made {
  return { address, mode: "managed", change: { actions, ...change } };
}

function told(over: Made): ReturnType<typeof settingsOf> {
  const read = planIn(plan(over));
  if (read === null) throw new Error("it is not read as a plan");
  return settingsOf(read);
}

describe("what a plan of Terraform tells", () => {
  it("has what others changed since, and what the plan makes of it", () => {
    const drift = {
      ...{ before: { ttl: 60, name: "api", ports: [80] }, after: { ttl: 300, name: "api", ports: [80, 81] } },
      ...{ after_unknown: {}, before_sensitive: {}, after_sensitive: { ports: [] } },
    };
    const back = { ...drift, before: drift.after, after: drift.before };
    const { now, wanted } = told({
      resource_drift: [
        resource("dns.back", ["update"], drift),
        resource("dns.left", ["update"], drift),
        resource("dns.gone", ["delete"], { before: { ttl: 60 }, after: null }),
      ],
      resource_changes: [
        resource("dns.back", ["update"], back),
        resource("dns.gone", ["create"], { before: null, after: { ttl: 60 } }),
      ],
    });
    expect(now).toMatchObject({
      "dns.back ttl": "300",
      "dns.back ttl (drifted)": "300, was 60",
      "dns.back ports[1] (drifted)": "81, was (absent)",
      "dns.left ttl (drifted)": "300, was 60",
      "dns.gone (drifted)": "(absent), was there",
    });
    expect(wanted).toMatchObject({
      "dns.back ttl": "60",
      "dns.back ttl (drifted)": "60",
      "dns.back ports[1] (drifted)": "(absent)",
      "dns.left ttl (drifted)": "300",
      "dns.gone (drifted)": "there",
    });
  });

  it("hides what is marked as sensitive, whole or in part, wherever else it stands", () => {
    const marks = { password: true, login: { token: true } };
    const before = { password: "correct horse", login: { token: "abc", user: "ann" }, url: "x" };
    const after = { ...before, password: null, url: "db://ann:correct horse@db", copy: "abc", is: "abcd" };
    const change = { before, after, before_sensitive: marks, after_sensitive: marks, after_unknown: {} };
    const { now, wanted } = told({ resource_changes: [resource("db.it", ["update"], change)] });
    expect(now).toMatchObject({ "db.it password": "(sensitive)", "db.it url": '"x"' });
    expect(wanted).toEqual({
      "db.it": "~ updated in place",
      "db.it password": "(absent)",
      "db.it url": "(sensitive)",
      "db.it copy": "(sensitive)",
      "db.it is": '"abcd"',
    });
  });

  it("has resources that move, are taken in, or are forgotten", () => {
    const same = { before: { id: 1 }, after: { id: 1 } };
    const { now, wanted } = told({
      resource_changes: [
        { ...resource("a.new", ["no-op"], same), previous_address: "a.old" },
        resource("a.known", ["no-op"], { ...same, importing: { id: "i-1" } }),
        resource("a.left", ["forget"], { before: { id: 1 }, after: null }),
        resource("a.same", ["no-op"], same),
        { ...resource("data.a", ["read"], { before: null, after: { id: 1 } }), mode: "data" },
      ],
    });
    expect(now).toMatchObject({ "a.new": "there, as a.old", "a.known": "there, unknown to the state" });
    expect(wanted).toMatchObject({ "a.new": "there", "a.left": "forgotten, not deleted" });
    expect(Object.keys(now).filter((key) => /same|data/.test(key))).toEqual([]);
  });

  it("is not read in a form that is not known", () => {
    expect(planIn(plan({ format_version: "2.0" }))).toBeNull();
    expect(planIn("Error: no plan")).toBeNull();
  });
});
