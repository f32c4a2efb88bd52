import type { Literal } from "../core/availability/fault-graph.ts";
import type { FaultTree } from "../core/availability/fault-tree.ts";
import { stepsAlone, stepsMaxByDefault } from "../core/availability/solve.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { answered, type TreeAnswer } from "./availability-answer.ts";
import { treeText } from "./availability-text.ts";
import { formatOf, type JsonOption } from "./context.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, printJson, type Shell } from "./shell.ts";

export interface TreeOptions extends JsonOption {
  readonly gate?: string;
  readonly cutSets?: true;
  readonly top: string;
  readonly importance?: true;
  readonly stepsMax?: string;
  readonly threads?: string;
}

interface Around {
  readonly shell: Shell;
  readonly parts: Pick<Parts, "readFaultTree" | "threadsAtOnce" | "raceInThreads">;
}

export async function solveTree(
  file: string,
  options: TreeOptions,
  { shell, parts }: Around,
): Promise<ExitStatus> {
  const format = formatOf(options);
  const limits = limitsOf(options);
  if (!limits.ok) return fail(shell, limits.problems, format);
  const read = await parts.readFaultTree(file, shell.cwd, shell.signal);
  if (!read.ok) return fail(shell, read.problems, format);
  const gate = gateOf(read.value, options.gate ?? null);
  if (!gate.ok) return fail(shell, gate.problems, format);
  const asked = {
    cutSets: options.cutSets === true,
    importance: options.importance === true,
    top: limits.value.top,
  };
  const { stepsMax } = limits.value;
  const threads = limits.value.threads ?? (await parts.threadsAtOnce());
  const isRaced = threads > 1 && stepsMax > stepsAlone;
  const race = isRaced ? await parts.raceInThreads({ threads, stepsMax, signal: shell.signal }) : null;
  const answer = await answered(read.value, gate.value, { asked, stepsMax, race });
  if (format === "json") printJson(shell, treeData(answer));
  else shell.out(treeText(answer, shell.output.columns));
  return 0;
}

interface Limits {
  readonly top: number;
  readonly stepsMax: number;
  readonly threads: number | null;
}

function limitsOf({ top, stepsMax, threads }: TreeOptions): Parsed<Limits> {
  const wrong = [
    ...(isCount(top) ? [] : [badCount("--top", top)]),
    ...(stepsMax === undefined || isCount(stepsMax) ? [] : [badCount("--steps-max", stepsMax)]),
    ...(threads === undefined || isCount(threads) ? [] : [badCount("--threads", threads)]),
  ];
  const [first, ...others] = wrong;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return {
    ok: true,
    value: {
      top: Number(top),
      stepsMax: Number(stepsMax ?? stepsMaxByDefault),
      threads: threads === undefined ? null : Number(threads),
    },
  };
}

function isCount(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) > 0 && Number.isSafeInteger(Number(text));
}

function badCount(option: string, text: string): Problem {
  return {
    code: "cli/bad-count",
    what: `${option} is "${text}"`,
    where: null,
    why: "It counts something.",
    mend: "write a whole number above 0",
  };
}

/** The gate that is asked for: by its name, or the only one that no other reads. */
function gateOf(
  { gates, roots }: FaultTree,
  name: string | null,
): Parsed<{ name: string; literal: Literal }> {
  const asked = name ?? (roots.length === 1 ? roots[0] : undefined);
  const literal = asked === undefined ? undefined : gates.get(asked);
  if (asked !== undefined && literal !== undefined) return { ok: true, value: { name: asked, literal } };
  const some = roots.slice(0, 8).join(", ");
  const told: Pick<Problem, "code" | "what" | "why" | "mend"> =
    name === null
      ? {
          code: "tree/several-tops",
          what: `${roots.length} gates are read by no other: ${some}${roots.length > 8 ? ", …" : ""}`,
          why: "Which of them is asked for cannot be told.",
          mend: `name one: --gate ${roots[0] ?? "NAME"}`,
        }
      : {
          code: "tree/no-such-gate",
          what: `there is no gate "${name}"`,
          why: "Only a gate that the file defines can be asked for.",
          mend: `${didYouMean(name, gates.keys())}name a gate of the file, such as ${roots[0] ?? "its top"}`,
        };
  return { ok: false, problems: [{ ...told, where: null }] };
}

/** Numbers are printed so that they read back as the same; counts as texts, for they may be larger than a double holds. */
function treeData({ model, gate, isExact, bounds, coreSeconds, cutSets, importance, asked }: TreeAnswer) {
  return {
    model,
    gate,
    exact: isExact,
    topProbability: isExact ? bounds.lower : null,
    lowerBound: bounds.lower,
    upperBound: bounds.upper,
    minimalCutSets: cutSets === null ? null : String(cutSets.count),
    ...(asked.cutSets && { cutSetsGivenUp: cutSets === null }),
    ...(cutSets !== null && {
      cutSetsByOrder: cutSets.byOrder.map(String),
      singlePointsOfFailure: cutSets.singlePointsOfFailure,
      likeliestCutSets: cutSets.likeliest,
    }),
    ...(asked.importance && { importance }),
    coreSeconds,
  };
}
