// Bundles the program, the simulator and the benches into dist/. Packages stay outside, to be loaded when first used.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./setup.mjs";

const threads = ["availabilities", "race"].map((name) => `src/adapters/threads/${name}-thread.ts`);
const entries = ["src/main.ts", ...threads, "sim/main.ts", "bench/main.ts", "bench/peers/inside.ts"].filter(
  (path) => existsSync(join(root, path)),
);
rmSync(join(root, "dist"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: entries.map((path) => ({ in: path, out: path.replace(/^src\//, "").replace(/\.ts$/, "") })),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "linked",
  logLevel: "warning",
});
chmodSync(join(root, "dist", "main.js"), 0o755);
