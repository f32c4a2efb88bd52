import { createHash } from "node:crypto";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import type { Model } from "../src/core/model/model.ts";
import { type ForeseenPlan, foreseen } from "../src/core/plan/foreseen.ts";
import { instantMs, seconds } from "../src/core/units/units.ts";
import { exampleFiles } from "./example-workspaces.ts";
import { shippedCatalogue } from "./shipped-catalogue.ts";

export const foreseeSettings = {
  tables: shippedCatalogue,
  detection: { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) },
  now: instantMs(1_795_000_000_000),
  digest: (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`,
};

/** A part of an example's text, and what stands in its place. */
export type Edit = readonly [before: string, after: string];

/** An example, with parts of its text replaced; each of these must be there. */
export function editedExample(name: string, edits: readonly Edit[]): Model {
  const files = exampleFiles(name);
  const unused = edits.filter(([before]) => !files.some(({ text }) => text.includes(before)));
  if (unused.length > 0) throw new Error(`${name} does not say ${JSON.stringify(unused)}`);
  const read = readWorkspace(
    files.map((file) => ({
      ...file,
      text: edits.reduce((text, [before, after]) => text.replace(before, after), file.text),
    })),
    shippedCatalogue,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.model;
}

export function foreseenExample(
  name: string,
  asked: { readonly plan: string; readonly scenario: string },
  edits: readonly Edit[] = [],
): ForeseenPlan {
  return foreseen(editedExample(name, edits), asked, foreseeSettings);
}
