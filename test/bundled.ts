import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a program into `folder`, so that a test can run it as a process of its own. */
export async function bundled(program: URL, folder: string): Promise<string> {
  const libsql = createRequire(import.meta.url).resolve("libsql");
  const outfile = join(folder, `${basename(program.pathname, ".ts")}.mjs`);
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    // Packages that are not modules ask Node for its own parts by `require`.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    // A native package cannot be bundled, nor found from outside the repository.
    alias: { libsql },
    external: [libsql],
    logLevel: "warning",
  });
  return outfile;
}
