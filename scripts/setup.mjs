// Makes a fresh clone ready: installs packages and builds, each only when what it depends on has changed.
// Uses nothing but Node itself, for it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, "node_modules", ".holdfast-setup.json");
const nodeVersionMin = [20, 19];

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return;
  fail(
    `Holdfast needs Node ${nodeVersionMin.join(".")} or newer; this is ${process.versions.node}. Install a newer Node and run this again.`,
  );
}

function digestOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .filter((path) => !path.endsWith(".test.ts"))
    .sort();
}

/** What earlier runs have done here, so that it is not done again. */
export function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, "utf8"));
  } catch {
    return {};
  }
}

export function writeStamp(change) {
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, JSON.stringify({ ...readStamp(), ...change }));
}

function run(command, args) {
  // A package script may be called with `--silent`; what setup does is told on standard error, never on standard output.
  const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0)
    fail(
      `${command} ${args.join(" ")} ended with ${result.status ?? result.signal}; see its messages above.`,
    );
}

function install() {
  const packages = digestOf(["package.json", "package-lock.json"]);
  if (existsSync(join(root, "node_modules", "esbuild")) && readStamp().packages === packages) return;
  process.stderr.write("setup: installing packages (once, about 30 s)\n");
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeStamp({ packages });
}

function build() {
  const sources = digestOf([
    "package.json",
    ...["src", "lab", "sim", "bench"].flatMap(filesUnder),
    "scripts/build.mjs",
  ]);
  if (existsSync(join(root, "dist", "main.js")) && readStamp().sources === sources) return;
  run(process.execPath, [join(root, "scripts", "build.mjs")]);
  writeStamp({ sources });
}

/** Installs and builds what is missing or out of date; a second call does nothing. */
export function setup() {
  requireNode();
  install();
  build();
}
