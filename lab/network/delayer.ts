import { once } from "node:events";
import { holding } from "../../src/adapters/kernel-network/detours.ts";
import { bridgeNamespace, type Command, entered } from "../../src/adapters/kernel-network/namespaces.ts";
import type { ProcessIdentity } from "../../src/adapters/processes/identity.ts";
import { startProcess, type StartedProcess } from "../../src/adapters/processes/start-process.ts";
import { stopAll } from "../../src/adapters/processes/signals.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import { inherited } from "../inherited.ts";

/** What a lab and one of its delayers say to each other, a byte each, on the pipe between them. */
export const delayerWords = {
  /** The delayer: it holds its wire and reads from it. */
  isReady: "r",
  /** The lab: nothing is to be late any more. The delayer: what it held is passed on. */
  hurry: "h",
} as const;

/** A busy machine takes a while to start one. */
const answerMsMax = 15_000;
const partingMs = milliseconds(1_000);

/** A process that lets packets come late, by a wire of its own. */
export interface Delayer {
  readonly wire: string;
  readonly identity: ProcessIdentity;
  /** How it ended; told while this program runs. */
  readonly ended: StartedProcess["ended"];
  /** Answers once it has passed on all that it held, in order; nothing is late from then on. */
  readonly hurry: () => Promise<void>;
  /** Ends it, once it has passed on what the kernel still has for it. */
  readonly letGo: () => void;
}

export interface DelayerSettings {
  /** Of the lab's namespaces. */
  readonly prefix: string;
  readonly wire: string;
  readonly delayMs: number;
  /** The lab's folder, in which it stands. */
  readonly root: string;
  readonly logFile: string;
  /** The program's own file, run by this very Node. */
  readonly program: string;
  /** Told when it has been started, before anything else is done with it. */
  readonly onStarted: (identity: ProcessIdentity) => Promise<void>;
}

/** Starts one, and answers when it reads from its wire. */
export async function startDelayer(settings: DelayerSettings): Promise<Parsed<Delayer>> {
  const { wire, root, logFile } = settings;
  const { env, ...command } = holding(wire, ownCommand(settings));
  const started = await startProcess({
    ...entered(bridgeNamespace(settings.prefix), command),
    env: { ...inherited(), ...env },
    cwd: root,
    logFile,
    pipes: 1,
  });
  if (!started.ok) return started;
  const { identity, ended, pipes } = started.value;
  await settings.onStarted(identity);
  const [pipe] = pipes;
  // One that ended shows by its end.
  pipe?.on("error", () => undefined);
  const heard = async (word: string): Promise<boolean> => {
    if (pipe === undefined) return false;
    const answer = once(pipe, "data", { signal: AbortSignal.timeout(answerMsMax) }).then(
      ([said]) => String(said) === word,
      () => false,
    );
    return Promise.race([answer, ended.then(() => false)]);
  };
  if (!(await heard(delayerWords.isReady))) {
    await stopAll([identity], { gentleMs: partingMs });
    return { ok: false, problems: [notReady(settings)] };
  }
  return {
    ok: true,
    value: {
      wire,
      identity,
      ended,
      hurry: async () => {
        const answer = heard(delayerWords.hurry);
        pipe?.write(delayerWords.hurry);
        await answer;
      },
      letGo: () => {
        pipe?.end();
      },
    },
  };
}

function ownCommand({ program, delayMs }: DelayerSettings): Command {
  return { command: process.execPath, args: [program, "lab", "process", "delayer", String(delayMs)] };
}

function notReady({ logFile }: DelayerSettings): Problem {
  return {
    code: "lab/delayer-not-ready",
    what: "the process that is to let packets come late did not begin to",
    where: null,
    why: "With --network namespaces a process holds a region's packets up, by a device that /dev/net/tun makes, for not every kernel can (netem).",
    mend: `read the end of ${logFile}; where it names /dev/net/tun, use a machine that has it (a container may need \`--device /dev/net/tun\`), and give the fault again`,
  };
}
