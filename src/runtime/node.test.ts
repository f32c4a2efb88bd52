import { describe, expect, it } from "vitest";
import { Node } from "./node.ts";

interface Log {
  readonly seen: readonly string[];
}

/** Remembers each event, and asks for the effects that its name lists after a colon. */
function loggingNode(
  perform: (effect: string, deliver: (event: string) => void) => void,
): Node<Log, string, string, number> {
  let reading = 0;
  return new Node<Log, string, string, number>({
    initial: { seen: [] },
    readClock: () => {
      reading += 1;
      return reading;
    },
    step: ({ seen }, event, clock) => ({
      state: { seen: [...seen, `${event.split(":")[0] ?? ""}@${clock}`] },
      effects: event.split(":")[1]?.split(",") ?? [],
    }),
    perform,
  });
}

describe("a node", () => {
  it("hands the effects of an event over in order", () => {
    const performed: string[] = [];
    const node = loggingNode((effect) => performed.push(effect));
    node.deliver("one:a,b");
    node.deliver("two:c");
    expect(performed).toEqual(["a", "b", "c"]);
  });

  it("lets an event that arrives while another is handled wait until all its effects were carried out", () => {
    const performed: string[] = [];
    const node = loggingNode((effect, deliver) => {
      if (effect === "echo") deliver("echoed:late");
      performed.push(effect);
    });
    node.deliver("first:echo,after");
    expect(performed).toEqual(["echo", "after", "late"]);
    expect(node.state.seen).toEqual(["first@1", "echoed@2"]);
  });

  it("reads the clock when an event is handled, not when it arrived", () => {
    const node = loggingNode((_, deliver) => {
      deliver("third");
      deliver("fourth");
    });
    node.deliver("first:go");
    expect(node.state.seen).toEqual(["first@1", "third@2", "fourth@3"]);
  });

  it("shows the state of the event being handled to whoever carries its effects out", () => {
    const shown: (readonly string[])[] = [];
    const node = loggingNode(() => shown.push(node.state.seen));
    node.deliver("first:look");
    expect(shown).toEqual([["first@1"]]);
  });

  it("goes on with the next event after one that threw", () => {
    const node = loggingNode((effect) => {
      if (effect === "throw") throw new Error("broken");
    });
    expect(() => {
      node.deliver("first:throw");
    }).toThrow("broken");
    node.deliver("second");
    expect(node.state.seen).toEqual(["first@1", "second@2"]);
  });
});
