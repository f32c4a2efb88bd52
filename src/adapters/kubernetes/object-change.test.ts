import { describe, expect, it } from "vitest";
import type { KubernetesWish, SetField } from "../../core/model/kubernetes-wish.ts";
import { changeOf } from "./object-change.ts";

function wish(kind: string, set: readonly SetField[]): KubernetesWish {
  return {
    cluster: { kind: "in-cluster" },
    object: { apiVersion: "v1", kind, namespace: "front", name: "door" },
    shallBe: { kind: "patch", set },
    setBack: "refuse",
  };
}

const object = { data: { password: "aHVzaA==", user: "YW5u" } };
const set: readonly SetField[] = [
  { path: "data.password", value: "bmV3" },
  { path: "data.user", value: "YW5u" },
  { path: "data.token", value: null },
];

describe("what of an object is to be otherwise", () => {
  it("is told by its values, and of a Secret only by whether they are as wished", () => {
    expect(changeOf(wish("ConfigMap", set), object, false)).toMatchObject({
      now: { "ConfigMap front/door data.password": '"aHVzaA=="' },
    });
    const hidden = changeOf(wish("Secret", set), object, false);
    expect(hidden).toMatchObject({
      now: {
        "Secret front/door data.password": "(sensitive, otherwise)",
        "Secret front/door data.user": "(sensitive, as wished)",
        "Secret front/door data.token": "not there",
      },
      wanted: {
        "Secret front/door data.password": "(sensitive, as wished)",
        "Secret front/door data.user": "(sensitive, as wished)",
        "Secret front/door data.token": "not there",
      },
      edits: [{ value: "bmV3" }],
    });
    const shown = hidden.kind === "change" ? JSON.stringify([hidden.now, hidden.wanted]) : "";
    expect(shown).not.toMatch(/aHVzaA|bmV3/);
  });
});
