import { mkdir, rm } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { endProcesses } from "../src/adapters/postgres/processes.ts";
import { memberFolder } from "../src/adapters/postgres/data-folder.ts";
import { isAlive } from "../src/adapters/processes/identity.ts";
import { stopAll, waitGone } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { milliseconds } from "../src/core/units/units.ts";
import type { LabStatus, LabToStart, LabVerbs, StartedLab } from "../src/runtime/lab.ts";
import { askLab, type LabAnswer, type LabRequest, type LabState, readLabState } from "./control.ts";
import { folderProblem } from "./folder-problem.ts";
import { layoutOf, logFile } from "./layout.ts";
import { removeLab } from "./remove.ts";

const askMsMax = 30_000;
const stopMsMax = 60_000;

/** What the daemon says on the pipe to whoever started it, a line of JSON each. */
export type DaemonWord =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly status: LabStatus }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

/** What is written to the daemon to make it go on when the pipe ends. */
export const letGo = "let-go\n";

/** The lab on this machine. `program` is this program's own file, which each of the lab's processes runs. */
export function labVerbs(program: string): LabVerbs {
  return {
    start: (lab, signal) => startLab(lab, program, signal),
    status: async (root) => {
      const answer = await ask(root, { ask: "status" });
      if (!answer.ok) return answer;
      return answer.value.kind === "status" ? { ok: true, value: answer.value.status } : misunderstood;
    },
    details: async (root) => {
      const answer = await ask(root, { ask: "details" });
      if (!answer.ok) return answer;
      return answer.value.kind === "details" ? { ok: true, value: answer.value.details } : misunderstood;
    },
    inject: async (root, fault, region) => done(await ask(root, { ask: "fault", fault, region })),
    restore: async (root, region) => done(await ask(root, { ask: "restore", region })),
    stop: stopLab,
    remove: removeLab,
  };
}

function done(answer: Parsed<LabAnswer>): Parsed<null> {
  return answer.ok ? { ok: true, value: null } : answer;
}

const misunderstood = refused({
  code: "lab/other-version",
  what: "the lab gave an answer that this program does not know",
  where: null,
  why: "It was started by another version of Holdfast.",
  mend: "end it and start it again: holdfast lab down, then holdfast lab up",
});

/** Starts the lab of a folder: founds it, or goes on with what is there. Refuses where one runs. */
async function startLab(
  request: LabToStart,
  program: string,
  signal: AbortSignal,
): Promise<Parsed<StartedLab>> {
  const layout = layoutOf(request.root);
  const state = await readLabState(layout.stateFile);
  if (state !== null && isAlive(state.daemon)) return refused(alreadyRuns(request.root, state));
  if (state !== null) await cleanUp(state, layout.stateFile);
  try {
    await mkdir(layout.logs, { recursive: true });
  } catch (cause) {
    return refused(folderProblem(request.root, cause));
  }
  const { sql, http } = request.ports;
  const started = await startProcess({
    command: process.execPath,
    args: [
      program,
      "lab",
      "daemon",
      "--dir",
      request.root,
      ...port("--sql-port", sql),
      ...port("--http-port", http),
      ...(request.leaves === "nothing" ? ["--leave-nothing"] : []),
    ],
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    cwd: request.root,
    logFile: logFile(layout, "lab"),
    pipes: 1,
  });
  if (!started.ok) return started;
  const [pipe] = started.value.pipes;
  if (pipe === undefined) return refused(daemonGone(layout.logs));
  const abandon = (): void => void pipe.destroy();
  signal.addEventListener("abort", abandon, { once: true });
  const ready = await untilReady(pipe, request.onProgress, layout.logs);
  signal.removeEventListener("abort", abandon);
  const ended = started.value.ended.then(() => undefined);
  if (!ready.ok) {
    pipe.destroy();
    // Waited for by looking, not by its exit: a process that was let run on by itself keeps nobody's loop going.
    await waitGone([started.value.identity], AbortSignal.timeout(stopMsMax));
    return ready;
  }
  return {
    ok: true,
    value: {
      status: ready.value,
      ended,
      detach: async () => {
        await new Promise((resolve) => pipe.write(letGo, resolve));
        pipe.destroy();
      },
    },
  };
}

function port(name: string, value: number | null): readonly string[] {
  return value === null ? [] : [name, String(value)];
}

async function untilReady(
  pipe: Duplex,
  onProgress: (text: string) => void,
  logs: string,
): Promise<Parsed<LabStatus>> {
  let text = "";
  return new Promise((resolve) => {
    pipe.on("error", () => undefined);
    pipe.on("close", () => {
      resolve(refused(daemonGone(logs)));
    });
    pipe.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const word = JSON.parse(line) as DaemonWord;
        if (word.kind === "progress") onProgress(word.text);
        if (word.kind === "ready") resolve({ ok: true, value: word.status });
        const [first, ...rest] = word.kind === "failed" ? word.problems : [];
        if (first !== undefined) resolve({ ok: false, problems: [first, ...rest] });
      }
    });
  });
}

/** Asks the lab that runs in a folder. */
async function ask(root: string, request: LabRequest): Promise<Parsed<LabAnswer>> {
  const state = await readLabState(layoutOf(root).stateFile);
  if (state === null || !isAlive(state.daemon)) return refused(noneRuns(root));
  const answer = await askLab(state, request, AbortSignal.timeout(askMsMax));
  if (!answer.ok) return answer;
  return answer.value.kind === "problem" ? refused(answer.value.problem) : answer;
}

/** Ends the lab of a folder, also one whose daemon was killed. Its data and its evidence stay. */
async function stopLab(root: string): Promise<Parsed<"stopped" | "none-ran">> {
  const { stateFile } = layoutOf(root);
  const state = await readLabState(stateFile);
  if (state === null) return { ok: true, value: "none-ran" };
  if (isAlive(state.daemon)) {
    await askLab(state, { ask: "down" }, AbortSignal.timeout(stopMsMax));
    const left = await stopAll([state.daemon], { gentleMs: milliseconds(stopMsMax) });
    if (left.length > 0) return refused(wontStop(state));
  }
  await cleanUp(state, stateFile);
  return { ok: true, value: "stopped" };
}

async function cleanUp(state: LabState, stateFile: string): Promise<void> {
  await stopAll(state.processes, { gentleMs: milliseconds(2_000) });
  for (const folder of state.dataFolders) {
    await endProcesses(memberFolder(folder).data, AbortSignal.timeout(stopMsMax));
  }
  await rm(stateFile, { force: true });
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

function alreadyRuns(root: string, { daemon }: LabState): Problem {
  return {
    code: "lab/already-runs",
    what: `a lab runs in ${root} already (process ${daemon.pid})`,
    where: null,
    why: "Two labs in one folder would share one store and one set of data.",
    mend: "use it (holdfast lab status), end it (holdfast lab down), or start another one with --dir",
  };
}

function noneRuns(root: string): Problem {
  return {
    code: "lab/none-runs",
    what: `no lab runs in ${root}`,
    where: null,
    why: "The request is for a running lab.",
    mend: "start one with `holdfast lab up --detach`, or name its folder with --dir",
  };
}

function daemonGone(logs: string): Problem {
  return {
    code: "lab/daemon-gone",
    what: "the lab ended before it was ready",
    where: null,
    why: "Its daemon holds the network and starts every process.",
    mend: `read ${logs}/lab.log; if it was ended on purpose, run the command again`,
  };
}

function wontStop({ daemon }: LabState): Problem {
  return {
    code: "lab/will-not-stop",
    what: `the lab's daemon, process ${daemon.pid}, does not end`,
    where: null,
    why: "A process that cannot be ended waits for a disk or is traced.",
    mend: `look at it with: ps -o pid,stat,wchan,args -p ${daemon.pid}`,
  };
}
