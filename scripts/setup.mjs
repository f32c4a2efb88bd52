// Makes a fresh clone ready: installs packages and builds, each only when what it depends on has changed.
// Uses nothing but Node itself, for it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
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

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** How long what was told to end may take. */
const partingMs = 10_000;
/** A second signal means "stop now" only after this long: Ctrl-C under npm arrives twice at once. */
const insistAfterMs = 1_000;
const lookEveryMs = 50;

/** Answers whether anybody of the group is left. */
function signalGroup(leader, signal) {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/**
 * Runs a command to its end and answers how it ended. A signal to us goes to all that it has started, and we go on only when they
 * have ended: a package's own script would otherwise go on writing under whoever tries again.
 */
async function endOf(command, args) {
  // A package script may be called with `--silent`; what setup does is told on standard error, never on standard output.
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, 2], detached: true });
  let interruptedAt = null;
  let patience;
  const passOn = (signal) => {
    const insists = interruptedAt !== null && performance.now() - interruptedAt > insistAfterMs;
    interruptedAt ??= performance.now();
    patience ??= setTimeout(() => signalGroup(child.pid, "SIGKILL"), partingMs);
    signalGroup(child.pid, insists ? "SIGKILL" : signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  const end = await new Promise((resolve) => {
    child.once("error", ({ message }) => resolve({ kind: "not-started", message }));
    child.once("exit", (status, signal) => resolve({ kind: "ended", status, signal }));
  });
  while (interruptedAt !== null && signalGroup(child.pid, 0)) await pause(lookEveryMs);
  clearTimeout(patience);
  for (const signal of signals) process.off(signal, passOn);
  return interruptedAt === null ? end : { kind: "interrupted" };
}

/** Ends this program, too, unless the command ended well. */
function requireGood(command, args, end) {
  if (end.kind === "interrupted") process.exit(130);
  if (end.kind === "not-started") fail(`${command} could not be started: ${end.message}`);
  if (end.status !== 0)
    fail(`${command} ${args.join(" ")} ended with ${end.status ?? end.signal}; see its messages above.`);
}

/** Whether a process with this number sets up a clone; a number may have been given to somebody else. */
function setsUp(pid) {
  const { stdout } = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return pid !== process.pid && (stdout ?? "").includes(".mjs");
}

/** Two that install in one place would each take for broken what the other has begun. */
async function untilNobodyInstalls() {
  for (let told = null; ; await pause(lookEveryMs)) {
    const { installing } = readStamp();
    if (installing === undefined || !setsUp(installing)) return;
    if (told !== installing)
      process.stderr.write(`setup: process ${installing} installs packages here; waiting\n`);
    told = installing;
  }
}

async function install() {
  const packages = digestOf(["package.json", "package-lock.json"]);
  await untilNobodyInstalls();
  const stamp = readStamp();
  const isWhole = stamp.installing === undefined && existsSync(join(root, "node_modules", "esbuild"));
  if (isWhole && stamp.packages === packages) return;
  if (stamp.installing !== undefined) {
    process.stderr.write("setup: an earlier installation was interrupted; it begins anew\n");
    rmSync(join(root, "node_modules"), { recursive: true, force: true });
  }
  process.stderr.write("setup: installing packages (once, about 30 s)\n");
  writeStamp({ installing: process.pid });
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const end = await endOf("npm", args);
  // One that fails by itself puts back what was there.
  if (end.kind !== "interrupted" && end.signal == null) writeStamp({ installing: undefined });
  requireGood("npm", args, end);
  writeStamp({ packages });
}

async function build() {
  const sources = digestOf([
    "package.json",
    ...["src", "lab", "sim", "bench"].flatMap(filesUnder),
    "scripts/build.mjs",
  ]);
  if (existsSync(join(root, "dist", "main.js")) && readStamp().sources === sources) return;
  const args = [join(root, "scripts", "build.mjs")];
  requireGood(process.execPath, args, await endOf(process.execPath, args));
  writeStamp({ sources });
}

/** Installs and builds what is missing or out of date; a second call does nothing. */
export async function setup() {
  requireNode();
  await install();
  await build();
}
