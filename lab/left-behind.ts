import { isAlive } from "../src/adapters/processes/identity.ts";
import { stopAll } from "../src/adapters/processes/signals.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { layoutOf } from "./layout.ts";
import { removeLabNamespaces } from "./network/places.ts";
import { readLabState } from "./state-file.ts";
import { endStore } from "./stop-lab.ts";

/** Within which parts end by themselves when their lab is gone; an agent takes its PostgreSQL down first. */
const partingMs = milliseconds(5_000);

/**
 * Ends what is left of a lab whose daemon was killed: a part that is frozen cannot see that its lab is gone, and the PostgreSQL of
 * an agent that was killed has nobody to take it down. Does nothing while the daemon lives, and after one that has ended in good
 * order.
 */
export async function endLeftBehind(root: string): Promise<void> {
  const found = await readLabState(layoutOf(root).stateFile);
  if (found.kind !== "state" || isAlive(found.state.daemon)) return;
  const { processes, dataFolders } = found.state;
  const others = processes.filter((identity) => identity.pid !== process.pid && isAlive(identity));
  await stopAll(others, { gentleMs: partingMs });
  await Promise.all(dataFolders.map(endStore));
  await removeLabNamespaces(root);
}
