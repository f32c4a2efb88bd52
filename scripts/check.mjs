// Format, types, lint, import directions, dead code, unit tests, in that order; stops at the first that fails.
// `--without-tests`: for where `npm test` runs them a moment later.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";

const steps = [
  ["format", "biome", "format", "."],
  ["types", "tsc", "--noEmit"],
  ["lint", "eslint", ".", "--max-warnings", "0"],
  ["import directions", "depcruise", "src", "lab", "sim", "bench", "--config", ".dependency-cruiser.cjs"],
  ["dead code", "knip"],
  ...(process.argv.includes("--without-tests") ? [] : [["tests", "vitest", "run", "--project", "unit"]]),
];

await setup();
for (const [name, tool, ...args] of steps) {
  const started = performance.now();
  process.stdout.write(`check: ${name}\n`);
  const result = spawnSync(join(root, "node_modules", ".bin", tool), args, { cwd: root, stdio: "inherit" });
  if (result.status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(1);
  }
  process.stdout.write(`check: ${name} passed in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
