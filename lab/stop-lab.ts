import { readFile, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { memberFolder } from "../src/adapters/postgres/data-folder.ts";
import { endProcesses, processesOf } from "../src/adapters/postgres/processes.ts";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { stopAll } from "../src/adapters/processes/signals.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { labCommand } from "../src/runtime/lab-command.ts";
import { askLab } from "./control.ts";
import { folderProblem } from "./folder-problem.ts";
import { configFile, type LabLayout, layoutOf } from "./layout.ts";
import { removeLabNamespaces } from "./network/places.ts";
import type { RegionConfig } from "./region-config.ts";
import { type LabState, readLabState } from "./state-file.ts";
import { straysOf } from "./strays.ts";
import { labRegions } from "./topology.ts";

const stopMsMax = 60_000;
const partingMs = milliseconds(2_000);

/**
 * Ends the lab of a folder: what its state file names and what else of it stands in the folder, also when its daemon was killed
 * or the file is lost. Its data and its evidence stay unless it was started to leave nothing; a state file that cannot be read may be
 * somebody's own, and is kept beside.
 */
export async function stopLab(
  root: string,
  { keepLogs } = { keepLogs: true },
): Promise<Parsed<"stopped" | "none-ran">> {
  const { stateFile } = layoutOf(root);
  const found = await readLabState(stateFile);
  if (found.kind === "refused") return refused(folderProblem(root, found.cause));
  // Before anything is ended: a daemon that ends removes the file.
  const aside = found.kind === "unreadable" ? await putAside(root, stateFile) : null;
  const state = found.kind === "state" ? found.state : null;
  if (state !== null && isAlive(state.daemon))
    await askLab({ ...state, root }, { ask: "down", keepLogs }, AbortSignal.timeout(stopMsMax));
  const ended = await endWhatRuns(root, state);
  if (!ended.ok) return ended;
  if (aside !== null) return refused(aside);
  return { ok: true, value: found.kind === "none" ? ended.value : "stopped" };
}

/** Ends every process of the lab of a folder, the daemon first: it takes the others down in good order. */
export async function endWhatRuns(
  root: string,
  state: LabState | null,
): Promise<Parsed<"stopped" | "none-ran">> {
  const layout = layoutOf(root);
  const strays = await straysOf(root);
  const known = [state].filter((each) => each !== null);
  const daemons = [...known.map(({ daemon }) => daemon), ...strays.daemons].filter(isAlive);
  const daemonsLeft = await stopAll(daemons, { gentleMs: milliseconds(stopMsMax) });
  if (daemonsLeft.length > 0) return refused(wontStop(daemonsLeft));
  const parts = [...known.flatMap(({ processes }) => processes), ...strays.parts].filter(isAlive);
  const partsLeft = await stopAll(parts, { gentleMs: partingMs });
  if (partsLeft.length > 0) return refused(wontStop(partsLeft));
  const folders = [...known.flatMap(({ dataFolders }) => dataFolders), ...(await dataFoldersIn(layout))];
  const storesEnded = await Promise.all([...new Set(folders)].map(endStore));
  await removeLabNamespaces(root);
  if (state !== null) await rm(layout.stateFile, { force: true });
  const isAnyEnded = daemons.length + parts.length > 0 || storesEnded.includes(true);
  return { ok: true, value: isAnyEnded ? "stopped" : "none-ran" };
}

/** Ends the PostgreSQL of a region's folder. Answers whether anything ran there. */
export async function endStore(folder: string): Promise<boolean> {
  const { data } = memberFolder(folder);
  if ((await processesOf(data)).length === 0) return false;
  await endProcesses(data, AbortSignal.timeout(stopMsMax));
  return true;
}

/** Where PostgreSQL's folders of this very lab are; a copy of a lab's folder still tells of the folder that it was copied from. */
async function dataFoldersIn(layout: LabLayout): Promise<readonly string[]> {
  const root = await realpath(layout.root).catch(() => layout.root);
  const folders = labRegions.map(async (region) => {
    const usual = join(layout.regions, region, "postgres");
    const told = await configIn(configFile(layout, region, "region"));
    const isOurs = told !== null && (await realpath(told.root).catch(() => told.root)) === root;
    return isOurs ? [usual, told.dataFolder] : [usual];
  });
  return (await Promise.all(folders)).flat();
}

async function configIn(path: string): Promise<Pick<RegionConfig, "root" | "dataFolder"> | null> {
  try {
    const { root, dataFolder } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    return typeof root === "string" && typeof dataFolder === "string" ? { root, dataFolder } : null;
  } catch {
    // Nothing was started by a file that is not there or is none of the lab's.
    return null;
  }
}

/** Why it could not be put aside; `null` when it was. */
async function putAside(root: string, stateFile: string): Promise<Problem | null> {
  try {
    await rename(stateFile, asideOf(stateFile));
    return null;
  } catch (cause) {
    return folderProblem(root, cause);
  }
}

function asideOf(stateFile: string): string {
  return `${stateFile}.unreadable`;
}

export function unreadableState(root: string): Problem {
  const { stateFile } = layoutOf(root);
  return {
    code: "lab/state-unreadable",
    what: `${stateFile} does not say how a lab is reached`,
    where: null,
    why: "A lab keeps there where its daemon listens and what it has started; one may run that nobody can reach.",
    mend: `run \`${labCommand("down", root)}\`: it ends what still runs there and puts the file aside as ${asideOf(stateFile)}`,
  };
}

function wontStop(left: readonly ProcessIdentity[]): Problem {
  const pids = left.map(({ pid }) => pid).join(",");
  return {
    code: "lab/will-not-stop",
    what: `processes of the lab do not end: ${pids}`,
    where: null,
    why: "A process that cannot be ended waits for a disk or is traced.",
    mend: `look at them with \`ps -o pid,stat,wchan,args -p ${pids}\``,
  };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}
