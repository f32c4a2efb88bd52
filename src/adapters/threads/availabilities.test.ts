import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../../../test/bundled.ts";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "../../core/manifest/manifest.ts";
import { seconds } from "../../core/units/units.ts";
import { availabilitiesOf } from "../../core/prediction/availabilities.ts";
import { availabilitiesInThread } from "./availabilities.ts";

const settings = {
  detection: { probeEvery: seconds(1), refusals: 3, silentAfter: seconds(5) },
  stepsMax: 2 ** 22,
};
const read = readWorkspace(exampleFiles("assistant"), shippedCatalogue);
if (!read.ok) throw new Error(read.problems[0].what);
const { model } = read.value;
let folder = "";
let program: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-availabilities-"));
  program = pathToFileURL(await bundled(new URL("availabilities-thread.ts", import.meta.url), folder));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A thread with a program of its own. */
function threadOf(name: string, text: string): ReturnType<typeof availabilitiesInThread> {
  const file = join(folder, name);
  writeFileSync(file, text);
  return availabilitiesInThread(pathToFileURL(file));
}

describe("availabilities found in a thread", () => {
  it("are those that this thread finds", async () => {
    const found = await availabilitiesInThread(program)(model, settings);
    expect(found).toEqual(availabilitiesOf(model, settings));
  });

  it("fail as the thread fails", async () => {
    const find = threadOf(
      "late.mjs",
      'await import("node:timers/promises").then((t) => t.setTimeout(300)); throw new Error("no memory is left");\n',
    );
    await expect(find(model, settings)).rejects.toThrow("no memory is left");
  });

  it("fail when they are asked for, though the thread failed before", async () => {
    const find = threadOf("early.mjs", 'throw new Error("no memory is left");\n');
    await pause(500);
    await expect(find(model, settings)).rejects.toThrow("no memory is left");
  });
});
