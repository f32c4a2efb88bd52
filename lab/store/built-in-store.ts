import { setTimeout as pause } from "node:timers/promises";
import { openLibsqlJournal } from "../../src/adapters/libsql/open-journal.ts";
import { systemClock } from "../../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../../src/adapters/memory/memory-coordinator.ts";
import { type CoordinatorServer, serveCoordinator } from "../../src/adapters/served/serve-coordinator.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { LabLayout } from "../layout.ts";
import type { LabStore } from "./lab-store.ts";

const host = "127.0.0.1";
/** A connection that does not close holds up nobody. */
const closeMsMax = 1_000;

/** A store in the lab's own process, in one file. */
export function openBuiltInStore({ coordinationFile }: LabLayout): Parsed<LabStore> {
  const opened = openLibsqlJournal(coordinationFile);
  if (!opened.ok) return opened;
  const journal = opened.value;
  const coordinator = new MemoryCoordinator({ clock: systemClock, journal });
  let server: CoordinatorServer | null = null;
  const store: LabStore = {
    kind: "built-in",
    place: coordinationFile,
    coordinator,
    access: null,
    serve: async (token) => {
      const served = await serveCoordinator(coordinator, { host, port: 0, token });
      if (!served.ok) return served;
      server = served.value;
      return { ok: true, value: [{ host, port: server.port }] };
    },
    standing: () => Promise.resolve({ kind: "built-in", voters: [], access: null, notBelieved: null }),
    processes: () => [],
    revive: () => Promise.resolve({ ok: true, value: "unchanged" }),
    stop: async () => {
      await Promise.race([server?.close(), pause(closeMsMax, null, { ref: false })]);
      coordinator.close();
      journal.close();
      return [];
    },
  };
  return { ok: true, value: store };
}
