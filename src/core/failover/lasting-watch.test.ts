import { expect, it } from "vitest";
import type { Revision, WatchEvent } from "./coordinator.ts";
import { LastingWatch } from "./lasting-watch.ts";

const revision = (count: number): Revision => count as Revision;

function changed(key: string, value: string, at: number): WatchEvent {
  return { kind: "changed", entry: { key, value, revision: revision(at) } };
}

function tellPresent(watch: LastingWatch, events: readonly WatchEvent[], asOf: number): void {
  watch.begin();
  for (const event of events) watch.hear(event);
  watch.endPresent(revision(asOf));
}

/** What its listener has heard once all was passed on. */
async function heardBy(tell: (watch: LastingWatch) => void): Promise<readonly WatchEvent[]> {
  const heard: WatchEvent[] = [];
  tell(new LastingWatch("", (event) => heard.push(event)));
  await new Promise((resolve) => setImmediate(resolve));
  return heard;
}

it("a watch that begins again tells what it has not told yet, and what went meanwhile", async () => {
  const heard = await heardBy((watch) => {
    tellPresent(watch, [changed("a", "1", 1), changed("b", "1", 2)], 2);
    tellPresent(watch, [changed("a", "1", 1), changed("c", "1", 4)], 4);
  });
  expect(heard).toEqual([
    changed("a", "1", 1),
    changed("b", "1", 2),
    changed("c", "1", 4),
    { kind: "deleted", key: "b", revision: 4 },
  ]);
});

it("tells another value although a store that lost its data gave it a revision that was told before", async () => {
  const heard = await heardBy((watch) => {
    tellPresent(watch, [changed("a", "1", 1)], 1);
    tellPresent(watch, [changed("a", "2", 1)], 1);
  });
  expect(heard).toEqual([changed("a", "1", 1), changed("a", "2", 1)]);
});

it("tells nothing more once it was stopped, not even what it has heard before", async () => {
  const heard = await heardBy((watch) => {
    tellPresent(watch, [changed("a", "1", 1)], 1);
    watch.stop();
  });
  expect(heard).toEqual([]);
});
