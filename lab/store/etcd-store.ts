import { join } from "node:path";
import { connectEtcd } from "../../src/adapters/etcd/etcd-coordinator.ts";
import { makeFolder } from "../../src/adapters/files/make-folder.ts";
import { openLibsqlJournal } from "../../src/adapters/libsql/open-journal.ts";
import { findProgram } from "../../src/adapters/processes/find-program.ts";
import { isAlive, type ProcessIdentity } from "../../src/adapters/processes/identity.ts";
import { stopAll } from "../../src/adapters/processes/signals.ts";
import { startProcess } from "../../src/adapters/processes/start-process.ts";
import type { Coordinator } from "../../src/core/failover/coordinator.ts";
import { reignKey } from "../../src/core/failover/reign.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import { rest } from "../../src/waiting/rest.ts";
import { within } from "../../src/waiting/deadline.ts";
import { inherited } from "../inherited.ts";
import { type LabLayout, logFile } from "../layout.ts";
import { labRegions } from "../topology.ts";
import type { LabStore, Placement } from "./lab-store.ts";
import { keptVoters, labNamespace, urlOf, type Voter, voterArguments } from "./voters.ts";

/** Held open by the lab that runs the voters. */
const ownerFile = "owner.db";
const answerMsMax = 30_000;
const pauseMs = 100;
const partingMs = milliseconds(5_000);

/** The program of etcd's members. @param path folders, as the environment lists them */
export async function findEtcd(path: string): Promise<Parsed<string>> {
  const program = await findProgram(["etcd"], path);
  return program === null ? { ok: false, problems: [notInstalled] } : { ok: true, value: program };
}

interface EtcdSettings {
  readonly layout: LabLayout;
  readonly program: string;
  readonly placement: Placement | null;
}

/** An etcd of three voters, in processes of their own. What was started of it is ended again when it does not answer. */
export async function openEtcdStore(
  { layout, program, placement }: EtcdSettings,
  signal: AbortSignal,
): Promise<Parsed<LabStore>> {
  const voters = await (placement === null
    ? keptVoters(layout.etcd)
    : keptVoters(layout.etcd, () => placement.net));
  if (!voters.ok) return voters;
  // Two labs that start at once in one folder would meet in one etcd.
  const owner = openLibsqlJournal(join(layout.etcd, ownerFile));
  if (!owner.ok) return owner;
  const members = new Voters({ layout, program, placement, voters: voters.value });
  const started = await members.revive(() => Promise.resolve());
  const coordinator = connectEtcd({
    endpoints: voters.value.map(({ client }) => urlOf(client)),
    namespace: labNamespace,
    ...{ tls: null, login: null },
  });
  const stop = async (): Promise<readonly ProcessIdentity[]> => {
    coordinator.close();
    const left = await members.stop();
    owner.value.close();
    return left;
  };
  const cause = started.ok ? await causeOfSilence(coordinator, signal) : null;
  if (!started.ok || cause !== null) {
    await stop();
    return started.ok ? { ok: false, problems: [silent(layout, cause)] } : started;
  }
  const store: LabStore = {
    kind: "etcd",
    place: layout.etcd,
    coordinator,
    serve: () => Promise.resolve({ ok: true, value: voters.value.map(({ client }) => client) }),
    voters: () => members.standing(),
    processes: () => members.processes(),
    revive: (onStarted) => members.revive(onStarted),
    stop,
  };
  return { ok: true, value: store };
}

interface VotersSettings extends EtcdSettings {
  readonly voters: readonly Voter[];
}

/** The processes of an etcd. */
class Voters {
  readonly #settings: VotersSettings;
  readonly #running = new Map<string, ProcessIdentity>();

  constructor(settings: VotersSettings) {
    this.#settings = settings;
  }

  async revive(onStarted: (identity: ProcessIdentity) => Promise<void>): ReturnType<LabStore["revive"]> {
    const { layout, program, voters, placement } = this.#settings;
    let effect: "done" | "unchanged" = "unchanged";
    for (const [at, voter] of voters.entries()) {
      const known = this.#running.get(voter.name);
      if (known !== undefined && isAlive(known)) continue;
      await makeFolder(join(layout.etcd, voter.name));
      const command = { command: program, args: voterArguments(voter, voters) };
      const started = await startProcess({
        ...(placement?.placed(labRegions[at] ?? labRegions[0], command) ?? command),
        env: inherited(),
        cwd: layout.root,
        logFile: logFile(layout, `etcd-${voter.name}`),
      });
      if (!started.ok) return started;
      this.#running.set(voter.name, started.value.identity);
      await onStarted(started.value.identity);
      effect = "done";
    }
    return { ok: true, value: effect };
  }

  processes(): readonly ProcessIdentity[] {
    return [...this.#running.values()];
  }

  standing(): ReturnType<LabStore["voters"]> {
    return this.#settings.voters.map(({ name, client }) => {
      const identity = this.#running.get(name);
      const isRunning = identity !== undefined && isAlive(identity);
      return { name, url: urlOf(client), pid: isRunning ? identity.pid : null };
    });
  }

  stop(): Promise<readonly ProcessIdentity[]> {
    return stopAll(this.processes(), { gentleMs: partingMs });
  }
}

/** Why nobody has answered for half a minute; `null` once somebody does. */
function causeOfSilence(coordinator: Coordinator, signal: AbortSignal): Promise<unknown> {
  return within({ signals: [signal], ms: answerMsMax }, async (until) => {
    for (;;) {
      const answer = await coordinator.get(reignKey, until);
      if (answer.kind === "answered") return null;
      if (until.aborted) return answer.cause;
      await rest(pauseMs, until);
    }
  });
}

const notInstalled: Problem = {
  code: "lab/etcd-not-installed",
  what: "etcd is not among the programs of this machine (PATH)",
  where: null,
  why: "With --coordinator etcd the lab coordinates by an etcd of three voters.",
  mend: "install it (Debian, Ubuntu: `apt-get install etcd-server`), or leave --coordinator out",
};

function silent({ logs }: LabLayout, cause: unknown): Problem {
  return {
    code: "lab/etcd-silent",
    what: `the lab's etcd does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "Every agent and controller goes by what the store says.",
    mend: `read what its voters say in ${logs}, in the files etcd-voter-*.log, and run the command again`,
  };
}
