import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./built-program.ts";
import { commandsOf, tidyChecks, type Tree } from "./tidy.ts";

/** This file holds mistakes on purpose. */
const passedOver = ["node_modules", "dist", "coverage", ".git", ".holdfast", "tidy.test.ts"];
const isText = /\.(ts|mjs|cjs|js|json|md|yaml|txt)$|\/run$/;

/** Everything that is the project's own; what is no text stands there by its name. */
async function treeAt(folder: string): Promise<Tree> {
  const entries = await readdir(join(projectRoot, folder), { withFileTypes: true });
  const found: (readonly [string, string])[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (passedOver.includes(entry.name) || entry.name.startsWith("holdfast-")) continue;
    if (entry.isDirectory()) found.push(...(await treeAt(path)));
    else found.push([path, isText.test(path) ? await readFile(path, "utf8") : ""]);
  }
  return new Map(found);
}

type CheckName = keyof typeof tidyChecks;
const names = Object.keys(tidyChecks) as CheckName[];

/** For each rule, files that break it and no other. */
const planted: Readonly<Record<CheckName, Readonly<Record<string, string>>>> = {
  "names say what is inside": { "src/adapters/files/utils.ts": "" },
  "each concept has a short README": { "src/core/carbon/carbon.ts": "" },
  "each open end names its issue": { "src/cli/later.ts": "// TODO: one day\n" },
  "each skipped test says why": { "src/cli/at-times.test.ts": 'it.skipIf(isRoot)("refuses", () => {});\n' },
  "each relative link is alive": { "docs/adr/0099-x.md": "see [that](../nowhere.md)\n" },
  "each command in the documents exists": { "docs/manual/x.md": "```sh\nholdfast demo --backwards\n```\n" },
  "no path of one machine stands anywhere": { "docs/x.md": "stored in /home/somebody/data\n" },
  "versions are exact": { "package.json": '{ "dependencies": { "zod": "^4.0.0" } }' },
  "no download host stands anywhere": {
    "package-lock.json": '{\n"resolved": "https://somewhere/zod.tgz"\n}',
  },
};

const sound: Readonly<Record<string, string>> = {
  "package.json": '{ "scripts": { "test": "", "demo": "", "holdfast": "", "sim": "" } }',
  "src/core/units/units.ts": "",
  ...Object.fromEntries(
    ["src/core/units", "src/runtime", "lab", "sim"].map((folder) => [`${folder}/README.md`, "What it is.\n"]),
  ),
};

describe("the tree", () => {
  it.each(names)("%s", async (name) => {
    expect(await tidyChecks[name](await treeAt(""))).toEqual([]);
  });

  it.each(names)("a planted mistake is found, and by no other rule: %s", async (name) => {
    const tree = new Map(Object.entries({ ...sound, ...planted[name] }));
    const found = await Promise.all(
      names.map(async (each) => ((await tidyChecks[each](tree)).length > 0 ? [each] : [])),
    );
    expect(found.flat()).toEqual([name]);
  });
});

describe("commands in the documents", () => {
  const faultsOf = async (line: string): Promise<number> => {
    const tree = new Map(Object.entries({ ...sound, "README.md": `\`\`\`sh\n${line}   # so\n\`\`\`\n` }));
    return (await tidyChecks["each command in the documents exists"](tree)).length;
  };

  it.each([
    "npm test",
    "npm run demo -- --scenario freeze",
    "npm run holdfast -- lab fault freeze east",
    "holdfast lab fault kill|freeze|thaw REGION --dir DIR",
    "holdfast evidence show holdfast-demo/evidence drill/1",
  ])("exist: %s", async (line) => {
    expect(await faultsOf(line)).toBe(0);
  });

  it.each([
    "npm run everything",
    "npm run demo --scenario freeze",
    "npm run demo -- --scenario earthquake",
    "npm run sim -- --sparrows 3",
    "holdfast fly",
    "holdfast lab fly",
    "holdfast lab fault kill",
    "holdfast evidence verify --sideways x",
  ])("do not exist: %s", async (line) => {
    expect(await faultsOf(line)).toBe(1);
  });

  it("may be named without their arguments in a sentence, and must be what they are called", async () => {
    const check = tidyChecks["each command in the documents exists"];
    const read = (text: string): Tree => new Map(Object.entries({ ...sound, "README.md": text }));
    expect(await check(read("`holdfast evidence show` shows it.\n"))).toEqual([]);
    expect(await check(read("`holdfast evidence sing` shows it.\n"))).toHaveLength(1);
  });

  it("are many, so that the check above is about something", async () => {
    expect(commandsOf(await treeAt("")).length).toBeGreaterThan(25);
  });
});
