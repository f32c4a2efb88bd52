import { isAlive, stateOf } from "../src/adapters/processes/identity.ts";
import { stopAll } from "../src/adapters/processes/signals.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { layoutOf } from "./layout.ts";
import { readLabState } from "./state-file.ts";

/** An agent that was frozen takes its PostgreSQL down before it ends. */
const partingMs = milliseconds(2_000);

/**
 * Ends what is frozen of a lab whose daemon was killed: a stopped process cannot see that its lab is gone. Does nothing while the
 * daemon lives, and after one that has ended in good order.
 */
export async function endLeftBehind(root: string): Promise<void> {
  const found = await readLabState(layoutOf(root).stateFile);
  if (found.kind !== "state" || isAlive(found.state.daemon)) return;
  const frozen = found.state.processes.filter((identity) => stateOf(identity) === "stopped");
  await stopAll(frozen, { gentleMs: partingMs });
}
