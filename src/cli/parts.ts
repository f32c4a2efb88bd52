import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { Race } from "../core/availability/solve.ts";
import type { FaultTree } from "../core/availability/fault-tree.ts";
import type { ReadBills } from "../core/cost/ports.ts";
import type { EvidenceReader, Signer } from "../core/evidence/ports.ts";
import type { SimulationPart } from "../core/availability/simulation/part.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import type { ReadKey } from "../core/plan/signed-approval.ts";
import type { FindAvailabilities } from "../core/prediction/availabilities.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { ReportDocument } from "../core/report/document.ts";
import type { DrawPicture } from "../core/report/ports.ts";
import type { AttemptStore, SeriesStore } from "../core/slo/ports.ts";
import type { FindDestinations } from "../core/trace/ports.ts";
import type { Actuators } from "../runtime/outside-change.ts";
import type { Verifiers } from "../runtime/verifiers.ts";
import type { DrillParts, OpenLog } from "../runtime/drill-ports.ts";
import type { LabToStart, LabVerbs, NetworkKind } from "../runtime/lab.ts";
import type { ExitStatus } from "./shell.ts";

/**
 * The outside systems that commands are handed, each made when first asked for, so that `--help` loads none of them.
 * `main.ts` fills it; a command names what it needs and never an adapter.
 */
export interface Parts {
  /** Version of this program, as evidence and reports name it. */
  readonly version: string;
  /** The shipped catalogue, with the rows that a workspace's own files put in their place. */
  readonly readCatalogue: (
    workspace: string,
    cwd: string,
    signal: AbortSignal,
  ) => Promise<Parsed<WholeCatalogue>>;
  /** What providers charge, by component. */
  readonly readBills: ReadBills;
  /** A folder as it was in a git revision, laid out apart until it is given back. */
  readonly folderAt: (
    asked: { readonly folder: string; readonly cwd: string; readonly revision: string },
    signal: AbortSignal,
  ) => Promise<Parsed<{ readonly path: string; readonly giveBack: () => Promise<void> }>>;
  /** The manifest files of a folder; `folder` as the user named it, relative to `cwd`. */
  readonly readFolder: (
    folder: string,
    cwd: string,
    signal: AbortSignal,
  ) => Promise<Parsed<readonly SourceFile[]>>;
  /** Files by their paths, and in folders those of YAML and JSON; as the user named them, relative to `cwd`. */
  readonly readTexts: (
    paths: readonly string[],
    cwd: string,
    signal: AbortSignal,
  ) => Promise<Parsed<readonly SourceFile[]>>;
  /** The manifest files of a workspace that comes with the program. */
  readonly readExample: (name: "lab", signal: AbortSignal) => Promise<Parsed<readonly SourceFile[]>>;
  /** From now on a signal to stop ends the process, though it may not look up for long: nothing may need to be cleaned up. */
  readonly endAtOnce: () => void;
  /** Threads that run at once on this machine. */
  readonly threadsAtOnce: () => Promise<number>;
  /** A thread of its own in which it is found how often each journey of a platform is up; it may be asked once. */
  readonly availabilitiesInThread: () => Promise<FindAvailabilities>;
  /** Races the orders of events of a module in threads. */
  readonly raceInThreads: (settings: {
    readonly threads: number;
    readonly stepsMax: number;
    readonly signal: AbortSignal;
  }) => Promise<Race>;
  /** A fault tree in the Open-PSA format; `file` as the user named it, relative to `cwd`. */
  readonly readFaultTree: (file: string, cwd: string, signal: AbortSignal) => Promise<Parsed<FaultTree>>;
  /** What a shard of a simulation has found; `file` as the user named it, relative to `cwd`. */
  readonly readSimulationPart: (file: string, cwd: string) => Promise<Parsed<SimulationPart>>;
  readonly writeSimulationPart: (file: string, cwd: string, part: SimulationPart) => Promise<Parsed<null>>;
  /** Writes every file or none; answers their paths. */
  readonly writeFolder: (folder: FolderToWrite, signal: AbortSignal) => Promise<Parsed<readonly string[]>>;
  /** Answers the uppermost folder that was made, `null` when it was there. @throws what the system refuses */
  readonly makeFolder: (path: string) => Promise<string | null>;
  /** The right to be the one that writes an outcome into a folder, or who has it. */
  readonly lockOutcome: (folder: string) => Promise<Parsed<{ readonly release: () => Promise<void> }>>;
  /** Evidence folders, read back without changing them. */
  readonly evidence: () => Promise<EvidenceReader>;
  /** A store of metrics that speaks the API of Prometheus. */
  readonly prometheus: (settings: {
    readonly url: URL;
    readonly token: string | null;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  }) => Promise<SeriesStore>;
  /** What probes of journeys have kept in a file. */
  readonly attempts: (file: string) => Promise<Parsed<AttemptStore>>;
  /** Who wants to know of traces, as the environment names them. */
  readonly destinations: FindDestinations;
  /** The platform that runs on this machine to be broken. */
  readonly lab: () => Promise<LabVerbs>;
  /** What plans are run with. */
  readonly planRun: () => Promise<PlanRunParts>;
  /** What a drill is carried out with. */
  readonly drill: () => Promise<DrillParts>;
  /** How a document is told. */
  readonly report: () => Promise<Report>;
  /** What the lab starts for itself. */
  readonly labProcesses: () => Promise<LabProcesses>;
}

export interface PlanRunParts {
  readonly actuators: Actuators;
  readonly verifiers: Verifiers;
  /** Ours, of which steps are given what they name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly openLog: OpenLog;
  /** What people sign with, and what their signatures are verified by. */
  readonly keys: {
    /** Makes the private key of a person. */
    readonly make: (path: string) => Promise<Parsed<Signer>>;
    readonly read: (path: string) => Promise<Parsed<Signer>>;
    readonly readKey: ReadKey;
  };
}

export interface Report {
  /** One file that opens from disk. */
  readonly html: (document: ReportDocument) => string;
  readonly markdown: (document: ReportDocument) => string;
  readonly pdf: (document: ReportDocument) => Promise<Parsed<Uint8Array>>;
  /** A chart as an SVG file. */
  readonly picture: DrawPicture;
}

interface DaemonToRun extends Omit<LabToStart, "onProgress" | "network"> {
  readonly network: NetworkKind;
}

export interface LabProcesses {
  readonly daemon: (settings: DaemonToRun, signal: AbortSignal) => Promise<ExitStatus>;
  /** One part of a lab, by its kind and the path of its configuration. */
  readonly process: (kind: string, config: string, signal: AbortSignal) => Promise<ExitStatus>;
}

export interface FolderToWrite {
  /** As the user named it, relative to `cwd`. */
  readonly folder: string;
  readonly cwd: string;
  /** Paths are relative to the folder, and lie directly in it. */
  readonly files: readonly { readonly path: string; readonly text: string | Uint8Array | Iterable<string> }[];
  /** What to do with files of these names that are there already. */
  readonly existing: "keep" | "overwrite";
}
