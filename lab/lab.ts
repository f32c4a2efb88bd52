import type { Duplex } from "node:stream";
import { makeFolder } from "../src/adapters/files/make-folder.ts";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { waitGone } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import { type Parsed, type Problem, unreachable } from "../src/core/problem/problem.ts";
import type {
  LabDetails,
  LabEffect,
  LabStatus,
  LabToStart,
  LabVerbs,
  NetworkKind,
  OnLabProgress,
  StartedLab,
} from "../src/runtime/lab.ts";
import { readSettings, type SavedSettings } from "../src/core/failover/settings.ts";
import type { RunStore } from "../src/runtime/run-store.ts";
import { labCommand } from "../src/runtime/lab-command.ts";
import { askLab, type LabAnswer, type LabRequest } from "./control.ts";
import { folderProblem } from "./folder-problem.ts";
import { keepWorkspace, keptWorkspace } from "./kept-workspace.ts";
import { type LabLayout, layoutOf, logFile } from "./layout.ts";
import { chosenNetwork } from "./network/chosen-network.ts";
import { groundOfDaemon, networkProblem } from "./network/ground-of-daemon.ts";
import { findWatchers } from "./prometheus/watchers.ts";
import { removeLab } from "./remove.ts";
import { type LabState, readLabState } from "./state-file.ts";
import { endWhatRuns, stopLab, unreadableState } from "./stop-lab.ts";
import { straysOf } from "./strays.ts";
import { wantedPortsProblem } from "./wanted-ports.ts";

const askMsMax = 30_000;
const stopMsMax = 60_000;

/** What the daemon says on the pipe to whoever started it, a line of JSON each. */
export type DaemonWord =
  | { readonly kind: "step" | "trouble"; readonly text: string }
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
      return answer.value.kind === "status"
        ? { ok: true, value: readStatus(answer.value.status) }
        : misunderstood(root);
    },
    details: async (root) => {
      const answer = await ask(root, { ask: "details" });
      if (!answer.ok) return answer;
      return answer.value.kind === "details"
        ? { ok: true, value: readDetails(answer.value.details) }
        : misunderstood(root);
    },
    inject: async (root, fault, region) => done(root, await ask(root, { ask: "fault", fault, region })),
    harm: async (root, harm, region) => done(root, await ask(root, { ask: "harm", harm, region })),
    restore: async (root, region) => done(root, await ask(root, { ask: "restore", region })),
    order: async (root, wish) => {
      const answer = await ask(root, { ask: "order", wish });
      if (!answer.ok) return answer;
      return answer.value.kind === "order" ? { ok: true, value: answer.value.outcome } : misunderstood(root);
    },
    runStore,
    stop: stopLab,
    remove: removeLab,
  };
}

function runStore(root: string): RunStore {
  const unreachable = (cause: unknown): { readonly kind: "unreachable"; readonly cause: unknown } => ({
    kind: "unreachable",
    cause,
  });
  return {
    get: async () => {
      const answer = await ask(root, { ask: "read-run" });
      if (!answer.ok) return unreachable(answer.problems[0].what);
      return answer.value.kind === "run-read"
        ? answer.value.answer
        : unreachable(misunderstood(root).problems[0].what);
    },
    compareAndSet: async ({ value, expected }) => {
      const answer = await ask(root, { ask: "write-run", text: value ?? "", expected });
      if (!answer.ok) return unreachable(answer.problems[0].what);
      return answer.value.kind === "run-written"
        ? answer.value.answer
        : unreachable(misunderstood(root).problems[0].what);
    },
  };
}

function done(root: string, answer: Parsed<LabAnswer>): Parsed<LabEffect> {
  if (!answer.ok) return answer;
  return answer.value.kind === "done" ? { ok: true, value: answer.value.effect } : misunderstood(root);
}

/** A daemon that an older program started tells of no loss. */
function readStatus(
  status: Omit<LabStatus, "mayLack"> & { readonly mayLack?: LabStatus["mayLack"] },
): LabStatus {
  return { ...status, mayLack: status.mayLack ?? null };
}

function readDetails(
  details: Omit<LabDetails, "settings"> & { readonly settings: SavedSettings },
): LabDetails {
  return { ...details, settings: readSettings(details.settings) };
}

function misunderstood(root: string): { readonly ok: false; readonly problems: readonly [Problem] } {
  return refused({
    code: "lab/other-version",
    what: "the lab gave an answer that this program does not know",
    where: null,
    why: "It was started by another version of Holdfast.",
    mend: `end it and start it again: \`${labCommand("down", root)}\`, then \`${labCommand("up", root)}\``,
  });
}

/** Starts the lab of a folder: founds it, or goes on with what is there. Refuses where one runs. */
async function startLab(
  request: LabToStart,
  program: string,
  signal: AbortSignal,
): Promise<Parsed<StartedLab>> {
  const layout = layoutOf(request.root);
  const state = await stateOf(request.root);
  if (!state.ok) return state;
  const daemon = await daemonOf(request.root, state.value);
  if (daemon !== null) return refused(alreadyRuns(request.root, daemon));
  // First: what is left of an earlier lab may still listen on the ports that are wanted.
  const cleared = await endWhatRuns(request.root, state.value);
  if (!cleared.ok) return cleared;
  const chosen = await possible(request, layout);
  if (!chosen.ok) return chosen;
  const kept = await foldersOf(layout, request);
  if (!kept.ok) return kept;
  const args = [program, ...daemonArguments({ ...request, ...chosen.value, workspace: kept.value })];
  const ground = await groundOfDaemon(request, chosen.value.network, { command: process.execPath, args });
  if (!ground.ok) return ground;
  const started = await startProcess({
    ...ground.value.command,
    doors: ground.value.doors,
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    cwd: request.root,
    logFile: logFile(layout, "lab"),
    pipes: 1,
  });
  if (!started.ok) {
    await ground.value.undo();
    return started;
  }
  const [pipe] = started.value.pipes;
  if (pipe === undefined) return refused(daemonGone(layout.logs));
  const abandon = (): void => void pipe.destroy();
  signal.addEventListener("abort", abandon, { once: true });
  // The daemon holds the other end for as long as it lives.
  const gone = new Promise((resolve) => pipe.once("close", resolve));
  const ready = await untilReady(pipe, request.onProgress, layout.logs);
  signal.removeEventListener("abort", abandon);
  const { identity } = started.value;
  if (!ready.ok) {
    pipe.destroy();
    // Waited for by looking, not by its exit: a process that was let run on by itself keeps nobody's loop going.
    await waitGone([identity], AbortSignal.timeout(stopMsMax));
    await ground.value.undo();
    return ready;
  }
  let isLetGo = false;
  return {
    ok: true,
    value: {
      status: ready.value,
      ended: gone.then(async () => {
        if (!isLetGo) await waitGone([identity], AbortSignal.timeout(stopMsMax));
      }),
      detach: async () => {
        isLetGo = true;
        await new Promise((resolve) => pipe.write(letGo, resolve));
        pipe.destroy();
      },
    },
  };
}

/** Makes its folder, and finds which manifests it is to go by; `null`: its own. */
async function foldersOf(
  layout: LabLayout,
  { root, workspace }: Pick<LabToStart, "root" | "workspace">,
): Promise<Parsed<string | null>> {
  try {
    await makeFolder(layout.logs);
    if (workspace === null) return { ok: true, value: await keptWorkspace(layout) };
    await keepWorkspace(layout, workspace);
    return { ok: true, value: workspace };
  } catch (cause) {
    return refused(folderProblem(root, cause));
  }
}

function daemonArguments({
  root,
  ports,
  leaves,
  watchedBy,
  coordinator,
  network,
  workspace,
}: LabToStart): readonly string[] {
  return [
    ...["lab", "daemon", "--dir", root],
    ...port("--sql-port", ports.sql),
    ...port("--http-port", ports.http),
    ...(leaves === "nothing" ? ["--leave-nothing"] : []),
    ...["--watched-by", watchedBy],
    ...(coordinator === null ? [] : ["--coordinator", coordinator]),
    ...(network === null ? [] : ["--network", network]),
    ...(workspace === null ? [] : ["--workspace", workspace]),
  ];
}

/** What the lab is to stand on, where it can have what was asked for. */
async function possible(request: LabToStart, layout: LabLayout): ReturnType<typeof chosenNetwork> {
  const chosen = await chosenNetwork(layout, request);
  if (!chosen.ok) return chosen;
  const problem = await wantedProblem(request, chosen.value.network);
  return problem === null ? chosen : refused(problem);
}

/** Why the lab cannot have what was asked for; `null` when it can. Asked before anything is made. */
async function wantedProblem(
  { ports, watchedBy }: LabToStart,
  network: NetworkKind,
): Promise<Problem | null> {
  const impossible = await networkProblem(network, watchedBy);
  if (impossible !== null) return impossible;
  const watchers = watchedBy === "prometheus" ? await findWatchers(process.env["PATH"] ?? "") : null;
  if (watchers?.ok === false) return watchers.problems[0];
  return wantedPortsProblem(ports);
}

function port(name: string, value: number | null): readonly string[] {
  return value === null ? [] : [name, String(value)];
}

async function untilReady(pipe: Duplex, onProgress: OnLabProgress, logs: string): Promise<Parsed<LabStatus>> {
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
        if (word.kind === "step" || word.kind === "trouble") onProgress(word.text, word.kind);
        if (word.kind === "ready") resolve({ ok: true, value: word.status });
        const [first, ...rest] = word.kind === "failed" ? word.problems : [];
        if (first !== undefined) resolve({ ok: false, problems: [first, ...rest] });
      }
    });
  });
}

/** Asks the lab that runs in a folder. */
async function ask(root: string, request: LabRequest): Promise<Parsed<LabAnswer>> {
  const state = await stateOf(root);
  if (!state.ok) return state;
  const daemon = await daemonOf(root, state.value);
  if (daemon === null) {
    const { parts } = await straysOf(root);
    return refused(parts.length === 0 ? noneRuns(root) : leftBehind(root, parts));
  }
  if (state.value === null || state.value.controlPort === 0) return refused(notReachable(root, daemon));
  const answer = await askLab({ ...state.value, root }, request, AbortSignal.timeout(askMsMax));
  if (!answer.ok) return answer;
  return answer.value.kind === "problem" ? refused(answer.value.problem) : answer;
}

/** The daemon of the lab that runs in a folder, also one that its state file does not name (yet); `null` when none runs. */
async function daemonOf(root: string, state: LabState | null): Promise<ProcessIdentity | null> {
  if (state !== null && isAlive(state.daemon)) return state.daemon;
  const { daemons } = await straysOf(root);
  return daemons[0] ?? null;
}

/** How the lab of a folder is reached; `null` when none has run since the last was ended. */
async function stateOf(root: string): Promise<Parsed<LabState | null>> {
  const found = await readLabState(layoutOf(root).stateFile);
  switch (found.kind) {
    case "none":
      return { ok: true, value: null };
    case "state":
      return { ok: true, value: found.state };
    case "unreadable":
      return refused(unreadableState(root));
    case "refused":
      return refused(folderProblem(root, found.cause));
    default:
      return unreachable(found);
  }
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

function alreadyRuns(root: string, { pid }: ProcessIdentity): Problem {
  return {
    code: "lab/already-runs",
    what: `a lab runs in ${root} already (process ${pid})`,
    where: null,
    why: "Two labs in one folder would share one store and one set of data.",
    mend: `use it (\`${labCommand("status", root)}\`), end it (\`${labCommand("down", root)}\`), or start another one with another --dir`,
  };
}

function noneRuns(root: string): Problem {
  return {
    code: "lab/none-runs",
    what: `no lab runs in ${root}`,
    where: null,
    why: "The request is for a running lab.",
    mend: `start one with \`${labCommand("up --detach", root)}\`, or name the folder of the one that runs with --dir`,
  };
}

function leftBehind(root: string, parts: readonly ProcessIdentity[]): Problem {
  return {
    code: "lab/left-behind",
    what: `the lab in ${root} has lost its daemon, and parts of it still run: processes ${parts.map(({ pid }) => pid).join(", ")}`,
    where: null,
    why: "Without the daemon no command reaches them, and nothing of the lab goes on.",
    mend: `end what is left and start it again: \`${labCommand("down", root)}\`, then \`${labCommand("up", root)}\``,
  };
}

function notReachable(root: string, { pid }: ProcessIdentity): Problem {
  return {
    code: "lab/not-reachable",
    what: `a lab runs in ${root} (process ${pid}), and ${layoutOf(root).stateFile} does not say how it is reached`,
    where: null,
    why: "A lab writes that file once its parts have been started; without it no command reaches the lab.",
    mend: `if it was started just now, ask again in a few seconds; otherwise end it and start it again: \`${labCommand("down", root)}\`, then \`${labCommand("up", root)}\``,
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
