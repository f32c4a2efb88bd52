import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "./built-program.ts";
import { plantedTree } from "./planted-tree.ts";

const vitest = 'import { beforeAll, describe, expect, it } from "vitest";\n';
const good = `${vitest}it("adds", () => expect(1 + 1).toBe(2));\n`;

/** Runs the tests in these files as `npm test` does. */
async function outcomeOf(
  files: Readonly<Record<string, string>>,
): Promise<{ status: number; lines: string[] }> {
  const tree = await plantedTree(files);
  try {
    const script = join(projectRoot, "scripts", "run-tests.mjs");
    const run = `const { runTests } = await import("${script}"); process.exit((await runTests(".", [])) ? 0 : 1);`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", run], {
      cwd: tree.root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { status: status ?? -1, lines: stdout.trimEnd().split("\n") };
  } finally {
    await tree.remove();
  }
}

it("npm test ends with the counts, and status 0 when nothing failed", async () => {
  const { status, lines } = await outcomeOf({ "a.test.ts": good });
  expect({ status, last: lines.at(-1) }).toEqual({ status: 0, last: "1 passed, 0 failed, 0 skipped" });
});

it.each([
  ["a test that fails", { "b.test.ts": `${vitest}it("lies", () => expect(1).toBe(2));\n` }],
  ["a file that cannot be loaded", { "b.test.ts": 'import "./nowhere.ts";\n' }],
  ["a file without a test in it", { "b.test.ts": "export {};\n" }],
  [
    "an error that nobody caught",
    { "b.test.ts": `${vitest}it("floats", () => void Promise.reject(new Error("lost")));\n` },
  ],
])("npm test does not pass for %s", async (_what, files) => {
  const { status, lines } = await outcomeOf({ "a.test.ts": good, ...files });
  expect(status).toBe(1);
  expect(lines.at(-1)).toMatch(/^[12] passed, 1 failed, 0 skipped$/);
});

it("npm test counts a group that cannot be set up as failed, and its tests as skipped", async () => {
  const group = `describe("a group", () => { beforeAll(() => { throw new Error("no ground"); }); it("stands", () => {}); });\n`;
  const { status, lines } = await outcomeOf({ "a.test.ts": good, "b.test.ts": vitest + group });
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: "1 passed, 1 failed, 1 skipped" });
});

it("npm test does not pass when nothing ran", async () => {
  const { status, lines } = await outcomeOf({
    "a.test.ts": `${vitest}it.skip("adds (skipped at night)", () => {});\n`,
  });
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: "0 passed, 0 failed, 1 skipped" });
});

it("npm test prints each skipped test by name, with the reason that stands in its name or was given", async () => {
  const { lines } = await outcomeOf({
    "a.test.ts": `${good}it.skipIf(true)("flies (skipped where gravity is on)", () => {});
      it("swims", ({ skip }) => skip("no water"));\n`,
  });
  expect(lines.slice(-5)).toEqual([
    "a.test.ts > flies",
    "    skipped where gravity is on",
    "a.test.ts > swims",
    "    skipped: no water",
    "1 passed, 0 failed, 2 skipped",
  ]);
});
