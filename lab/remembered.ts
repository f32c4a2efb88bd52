import { join, sep } from "node:path";
import { readAgentMemory } from "../src/adapters/files/agent-memory.ts";
import { holdsOf, memberFolder } from "../src/adapters/postgres/data-folder.ts";
import { rememberedRouting } from "../src/adapters/relay/routing-file.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { shellWord } from "../src/core/problem/shell-word.ts";
import { type LabLayout, memoryFile } from "./layout.ts";
import { labRegions } from "./topology.ts";

/**
 * What the lab's agents and its edge remember of an earlier life, by the files that hold it; nothing in a fresh lab. Files that
 * cannot be read are all told: whose they are would not start.
 */
export async function rememberingFiles(layout: LabLayout): Promise<Parsed<readonly string[]>> {
  const problems: Problem[] = [];
  const files: string[] = [];
  for (const region of labRegions) {
    const path = memoryFile(layout, region);
    const memory = await readAgentMemory(path);
    if (!memory.ok) problems.push(...memory.problems);
    else if (memory.value.seen > absent) files.push(path);
  }
  const routing = await rememberedRouting(layout.edgeFile, labRegions);
  if (routing.kind === "refused") problems.push(routing.problem);
  else if (routing.value.kind !== "unrouted") files.push(layout.edgeFile);
  const [first, ...rest] = problems;
  return first === undefined ? { ok: true, value: files } : { ok: false, problems: [first, ...rest] };
}

/** A region's data, where it has any. */
export interface HeldData {
  readonly path: string;
  /** Whether it came from another region: a founding makes data for the first region alone, and a primary's. */
  readonly isCopy: boolean;
}

/** @throws what the file system throws, when a region's data cannot be looked at */
export async function dataHeld(
  dataFolders: Readonly<Record<RegionId, string>>,
): Promise<readonly HeldData[]> {
  const [first] = labRegions;
  const held: HeldData[] = [];
  for (const [region, folder] of Object.entries(dataFolders)) {
    const path = memberFolder(folder).data;
    const holds = await holdsOf(path);
    if (holds !== "nothing") held.push({ path, isCopy: holds === "standby" || region !== first });
  }
  return held;
}

export interface Begun {
  readonly layout: LabLayout;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  /** The file or the folder of the store that is there now. */
  readonly store: string;
}

/**
 * Why a lab cannot begin anew where it was before: its revisions would start at 1, and whoever remembers a higher one obeys none
 * of them. Nor may it guess who served last: whoever did holds the newest writes.
 */
export function storeGone({ layout, dataFolders, store }: Begun, remembering: readonly string[]): Problem {
  const outside = Object.values(dataFolders).filter(
    (folder) => !folder.startsWith(join(layout.regions, sep)),
  );
  const all = [store, layout.edgeFile, layout.regions, ...outside];
  return {
    code: "lab/store-gone",
    what: `the coordination store ${store} is new, and the lab has run before: ${remembering.join(", ")}`,
    where: null,
    why: "Only the lost store knew which region served last, and so which data is the newest; agents and edge obey no store that is younger than what they remember.",
    mend: `restore the store from a copy, or start a fresh lab in another folder with --dir; to give up this one's data, with the lab down: \`rm -rf -- ${all.map(shellWord).join(" ")}\``,
  };
}
