import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("deeds on one thing follow one another in their order, failed ones too, and deeds on others do not wait", async () => {
  const turns = new Turns();
  const done: string[] = [];
  let end: () => void = () => undefined;
  const first = turns.take("web", async () => {
    await new Promise<void>((resolve) => (end = resolve));
    done.push("first");
    throw new Error("broken");
  });
  const second = turns.take("web", () => Promise.resolve(done.push("second")));
  await turns.take("sql", () => Promise.resolve(done.push("other")));
  end();
  await expect(first).rejects.toThrow("broken");
  await second;
  expect(done).toEqual(["other", "first", "second"]);
});
