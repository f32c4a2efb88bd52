import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda } from "./agenda.ts";

describe("an agenda", () => {
  const delays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });

  it("lets things happen in order of time, and those of one instant in the order in which they were asked for", () => {
    fc.assert(
      fc.property(delays, delays, (first, second) => {
        const agenda = new Agenda();
        const happened: { readonly at: number; readonly order: number; readonly now: number }[] = [];
        let order = 0;
        const ask = (delay: number, then: () => void): void => {
          const asked = { at: agenda.now + delay, order };
          order += 1;
          agenda.after(delay, () => {
            happened.push({ ...asked, now: agenda.now });
            then();
          });
        };
        // What is asked for while something happens takes its turn among the rest.
        const later = [...second];
        const askLater = (): void => {
          const delay = later.pop();
          if (delay !== undefined) ask(delay, askLater);
        };
        for (const delay of first) ask(delay, askLater);
        agenda.runUntil(2_000);

        expect(agenda.done).toBe(order);
        expect(happened.map(({ now }) => now)).toEqual(happened.map(({ at }) => at));
        expect(happened).toEqual([...happened].sort((a, b) => a.at - b.at || a.order - b.order));
      }),
    );
  });

  it("leaves what is due after the end for later", () => {
    const agenda = new Agenda();
    const happened: number[] = [];
    for (const delay of [30, 10, 20]) agenda.after(delay, () => happened.push(agenda.now));
    agenda.runUntil(20);
    expect([happened, agenda.now]).toEqual([[10, 20], 20]);
    agenda.runUntil(40);
    expect([happened, agenda.now]).toEqual([[10, 20, 30], 40]);
  });
});
