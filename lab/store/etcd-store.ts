import { join } from "node:path";
import { EtcdFailure } from "../../src/adapters/etcd/failure.ts";
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
import type { LabStatus, OnLabProgress } from "../../src/runtime/lab.ts";
import { inherited } from "../inherited.ts";
import { type LabLayout, logFile } from "../layout.ts";
import { labRegions } from "../topology.ts";
import { type EtcdAccess, etcdAccess } from "./etcd-access.ts";
import type { LabStore, Placement } from "./lab-store.ts";
import { connectVoters } from "./store-access.ts";
import { accessFolder, type KeptVoters, keptVoters, urlOf, voterArguments } from "./voters.ts";

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
  readonly onProgress: OnLabProgress;
}

/** An etcd of three voters, in processes of their own. What was started of it is ended again when it does not answer. */
export async function openEtcdStore(settings: EtcdSettings, signal: AbortSignal): Promise<Parsed<LabStore>> {
  const { layout, placement } = settings;
  const kept = await (placement === null
    ? keptVoters(layout.etcd)
    : keptVoters(layout.etcd, () => placement.net));
  if (!kept.ok) return kept;
  // Two labs that start at once in one folder would meet in one etcd, and make its certificates twice.
  const owner = openLibsqlJournal(join(layout.etcd, ownerFile));
  if (!owner.ok) return owner;
  const opened = await openedBy({ ...settings, kept: kept.value }, signal).catch((error: unknown) => {
    owner.value.close();
    throw error;
  });
  if (!opened.ok) {
    owner.value.close();
    return opened;
  }
  const stop = async (): Promise<readonly ProcessIdentity[]> => {
    const left = await opened.value.stop();
    owner.value.close();
    return left;
  };
  return { ok: true, value: { ...opened.value, stop } };
}

/** The same, by whoever owns the etcd's folder. */
async function openedBy(settings: VotersSettings, signal: AbortSignal): Promise<Parsed<LabStore>> {
  const { layout, kept, onProgress } = settings;
  const doors = kept.voters.map(({ client }) => client);
  const by = await etcdAccess(layout.root, kept);
  if (by.renewedBecause !== null)
    onProgress(`the etcd's certificates are made anew: ${by.renewedBecause}`, "step");
  const members = new Voters(settings);
  const started = await members.revive(() => Promise.resolve());
  const coordinator = connectVoters(doors, by.access);
  const stop = (): Promise<readonly ProcessIdentity[]> => {
    coordinator.close();
    return members.stop();
  };
  const problem = started.ok ? await whyNotReady(coordinator, { by, layout }, signal) : null;
  if (!started.ok || problem !== null) {
    await stop();
    return started.ok ? { ok: false, problems: [problem ?? silent(layout, null)] } : started;
  }
  const store: LabStore = {
    kind: "etcd",
    place: layout.etcd,
    coordinator,
    access: by.access,
    serve: () => Promise.resolve({ ok: true, value: doors }),
    standing: async () => ({ kind: "etcd", voters: members.standing(), ...(await by.told()) }),
    processes: () => members.processes(),
    revive: (onStarted) => members.revive(onStarted),
    stop,
  };
  return { ok: true, value: store };
}

interface VotersSettings extends EtcdSettings {
  readonly kept: KeptVoters;
}

/** The processes of an etcd. */
class Voters {
  readonly #settings: VotersSettings;
  readonly #running = new Map<string, ProcessIdentity>();

  constructor(settings: VotersSettings) {
    this.#settings = settings;
  }

  async revive(onStarted: (identity: ProcessIdentity) => Promise<void>): ReturnType<LabStore["revive"]> {
    const { layout, program, kept, placement } = this.#settings;
    let effect: "done" | "unchanged" = "unchanged";
    for (const [at, voter] of kept.voters.entries()) {
      const known = this.#running.get(voter.name);
      if (known !== undefined && isAlive(known)) continue;
      await makeFolder(join(layout.etcd, voter.name));
      const command = { command: program, args: voterArguments(voter, kept) };
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

  standing(): LabStatus["coordination"]["voters"] {
    const { voters, scheme } = this.#settings.kept;
    return voters.map(({ name, client }) => {
      const identity = this.#running.get(name);
      const isRunning = identity !== undefined && isAlive(identity);
      return { name, url: urlOf(client, scheme), pid: isRunning ? identity.pid : null };
    });
  }

  stop(): Promise<readonly ProcessIdentity[]> {
    return stopAll(this.processes(), { gentleMs: partingMs });
  }
}

interface Opening {
  readonly by: EtcdAccess;
  readonly layout: LabLayout;
}

/** Why the lab's parts have not been let in, or nobody has answered, for half a minute; `null` once somebody does. */
function whyNotReady(
  coordinator: Coordinator,
  { by, layout }: Opening,
  signal: AbortSignal,
): Promise<Problem | null> {
  return within({ signals: [signal], ms: answerMsMax }, async (until) => {
    for (;;) {
      // Who is to be let in comes first, for nobody else is answered.
      const refusal = await causeOf(() => by.grant(until));
      if (refusal?.kind === "refused") return notLetIn(layout, refusal);
      const answer = refusal === null ? await coordinator.get(reignKey, until) : null;
      if (answer?.kind === "answered") return null;
      if (until.aborted) return silent(layout, refusal ?? answer?.cause);
      await rest(pauseMs, until);
    }
  });
}

/** Why etcd did not do it; `null`: it did. */
async function causeOf(act: () => Promise<void>): Promise<EtcdFailure | null> {
  try {
    await act();
    return null;
  } catch (cause) {
    if (cause instanceof EtcdFailure) return cause;
    throw cause;
  }
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

function notLetIn({ root }: LabLayout, { message }: EtcdFailure): Problem {
  const folder = join(root, accessFolder);
  return {
    code: "lab/etcd-login-refused",
    what: `the lab's etcd does not let the lab in by the passwords in ${folder}: ${message}`,
    where: null,
    why: "The passwords in its data let nobody in who has others.",
    mend: `restore the files *.password in ${folder} from a copy; without one, start a fresh lab in another folder with --dir`,
  };
}
