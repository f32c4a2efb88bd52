import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a program of this folder into `folder`, so that a test can run it as a process of its own. */
export async function bundled(program: string, folder: string): Promise<string> {
  const libsql = createRequire(import.meta.url).resolve("libsql");
  const outfile = join(folder, `${basename(program, ".ts")}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    // A native package cannot be bundled, nor found from outside the repository.
    alias: { libsql },
    external: [libsql],
    logLevel: "warning",
  });
  return outfile;
}
