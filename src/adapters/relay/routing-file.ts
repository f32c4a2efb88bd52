import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { RegionId } from "../../core/failover/member.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { Opened } from "./listening.ts";
import type { Routing } from "./routing.ts";

const formatVersion = 1;

/** What was last remembered, so that an edge that starts again goes on without asking anybody. No file: unrouted. */
export async function rememberedRouting(
  path: string,
  regions: readonly RegionId[],
): Promise<Opened<Routing>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      return { kind: "open", value: { kind: "unrouted" } };
    return { kind: "refused", problem: unreadable(path, (cause as Error).message) };
  }
  const routing = routingIn(text);
  if (routing === null) return { kind: "refused", problem: unreadable(path, "it holds no routing") };
  return { kind: "open", value: amongst(regions, routing) };
}

/** Ends when the routing survives a loss of power: written beside, synced, renamed over, and the folder synced. */
export async function rememberRouting(path: string, routing: Routing): Promise<void> {
  const beside = `${path}.next`;
  await synced(await open(beside, "w", 0o600), async (file) => {
    await file.writeFile(`${JSON.stringify({ formatVersion, routing })}\n`);
  });
  await rename(beside, path);
  await synced(await open(dirname(path), "r"), () => Promise.resolve());
}

async function synced(file: FileHandle, write: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function routingIn(text: string): Routing | null {
  try {
    const stored = JSON.parse(text) as {
      readonly formatVersion?: unknown;
      readonly routing?: unknown;
    } | null;
    return stored?.formatVersion === formatVersion && isRouting(stored.routing) ? stored.routing : null;
  } catch {
    return null;
  }
}

function isRouting(value: unknown): value is Routing {
  if (typeof value !== "object" || value === null) return false;
  const { kind, epoch, active, previous } = value as Readonly<Record<string, unknown>>;
  if (kind === "unrouted") return true;
  if (!Number.isSafeInteger(epoch)) return false;
  if (kind === "routed") return typeof active === "string";
  return kind === "held" && (previous === null || typeof previous === "string");
}

/** A region that is no longer declared cannot be served: the epoch is kept, and SQL waits for a route of it or a later one. */
function amongst(regions: readonly RegionId[], routing: Routing): Routing {
  if (routing.kind === "unrouted") return routing;
  const named = routing.kind === "routed" ? routing.active : routing.previous;
  const isKnown = named === null || regions.includes(named);
  return isKnown ? routing : { kind: "held", epoch: routing.epoch, previous: null };
}

function unreadable(path: string, cause: string): Problem {
  return {
    code: "relay/routing-unreadable",
    what: `the edge cannot read its remembered routing in ${path}: ${cause}`,
    where: null,
    why: "Without it the edge does not know the highest epoch that it has seen, and might obey a controller of the past.",
    mend: `restore the file; or, with every controller stopped or up to date, delete it: the next route order fills it`,
  };
}
