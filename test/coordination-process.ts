import { openLibsqlJournal } from "../src/adapters/libsql/open-journal.ts";
import { systemClock } from "../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import { connectCoordinator } from "../src/adapters/served/connect-coordinator.ts";
import { serveCoordinator } from "../src/adapters/served/serve-coordinator.ts";

/** Run as a process of its own: `serve FILE PORT TOKEN`, or `watch PORT TOKEN`, which prints what it is told. */
const [verb = "", ...rest] = process.argv.slice(2);
const host = "127.0.0.1";

if (verb === "serve") {
  const [file = "", port = "0", token = ""] = rest;
  const journal = openLibsqlJournal(file);
  if (!journal.ok) throw new Error(journal.problems[0].what);
  const store = new MemoryCoordinator({ clock: systemClock, journal: journal.value });
  const server = await serveCoordinator(store, { host, port: Number(port), token });
  if (!server.ok) throw new Error(server.problems[0].what);
  process.stdout.write(`${server.value.port}\n`);
} else {
  const [port = "0", token = ""] = rest;
  connectCoordinator({ host, port: Number(port), token }).watch("", (event) => {
    process.stdout.write(
      event.kind === "changed" ? `${event.entry.key}=${event.entry.value}\n` : `-${event.key}\n`,
    );
  });
}
