import { describe, expect, it } from "vitest";
import { Slots } from "./slots.ts";

const patient = new AbortController().signal;

describe("slots", () => {
  it("are given in order of arrival", async () => {
    const slots = new Slots({ runningMax: 1, waitingMax: 9 });
    const order: string[] = [];
    const first = await slots.take(patient);
    const others = ["b", "c", "d"].map(async (name) => {
      const release = await slots.take(patient);
      order.push(name);
      if (release !== "full") release();
    });
    if (first !== "full") first();
    await Promise.all(others);
    expect(order).toEqual(["b", "c", "d"]);
    expect([slots.running, slots.waiting]).toEqual([0, 0]);
  });

  it("are refused when as many as may wait are waiting", async () => {
    const slots = new Slots({ runningMax: 1, waitingMax: 1 });
    await slots.take(patient);
    void slots.take(patient);
    expect(await slots.take(patient)).toBe("full");
  });

  it("are not kept for one who went away while waiting", async () => {
    const slots = new Slots({ runningMax: 1, waitingMax: 1 });
    const held = await slots.take(patient);
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    if (held !== "full") held();
    expect([slots.running, slots.waiting]).toEqual([0, 0]);
  });

  it("count a slot given back twice once", async () => {
    const slots = new Slots({ runningMax: 2, waitingMax: 0 });
    const first = await slots.take(patient);
    await slots.take(patient);
    if (first !== "full") {
      first();
      first();
    }
    expect(slots.running).toBe(1);
  });
});
