import type { Command } from "commander";
import { didYouMean } from "../core/problem/nearest.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { type Context, formatOf, type JsonOption, jsonOption } from "./context.ts";
import type { Explaining, Explanation, UnknownName } from "./explanation.ts";
import { availabilityThread, predict } from "./predict.ts";
import { type AnswerFormat, type ExitStatus, fail, printJson } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

interface Subject {
  readonly name: "journey" | "cell" | "component";
  readonly argument: string;
  readonly description: string;
  readonly explain: () => Promise<(asked: string, from: Explaining) => Explanation | UnknownName>;
}

const subjects: readonly Subject[] = [
  {
    name: "journey",
    argument: "[NAME]",
    description: "why a journey is as available as it is predicted to be",
    explain: async () => (await import("./explain-journey.ts")).explainJourney,
  },
  {
    name: "cell",
    argument: "[JOURNEY/SCENARIO]",
    description: "why a recovery takes as long as predicted, and loses as much; /rto or /rpo: only that",
    explain: async () => (await import("./explain-cell.ts")).explainCell,
  },
  {
    name: "component",
    argument: "[NAME]",
    description: "what a component costs and emits, how it fails, what it needs and who needs it",
    explain: async () => (await import("./explain-component.ts")).explainComponent,
  },
];

interface FigureOptions extends JsonOption {
  readonly workspace: string;
}

/**
 * `explain journey NAME` and its like, beside the topics that `explain` knows by themselves.
 *
 * @param topic answers what is asked without a name: a field may be called `component`, too
 */
export function registerExplainFigures(
  explain: Command,
  context: Context,
  topic: (name: string, format: AnswerFormat) => Promise<ExitStatus>,
): void {
  for (const subject of subjects) {
    explain
      .command(subject.name)
      .argument(subject.argument, "as the manifests name it")
      .description(subject.description)
      .option("--workspace <DIR>", "the folder of your manifests", ".")
      .option(...jsonOption)
      .action(
        context.run(async (asked: string | undefined, _: unknown, command: Command) => {
          // `--json` is an option of `explain` as well, which takes it before this command sees it.
          const options = command.optsWithGlobals<FigureOptions>();
          if (asked === undefined) return topic(subject.name, formatOf(options));
          return explainFigure(subject, { asked, options }, context);
        }),
      );
  }
}

async function explainFigure(
  subject: Subject,
  { asked, options }: { readonly asked: string; readonly options: FigureOptions },
  context: Context,
): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const thread = await availabilityThread(context.parts);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const { catalogue } = opened;
  const { model } = opened.workspace;
  const prediction = await predict(model, catalogue, thread);
  const explain = await subject.explain();
  const { Places } = await import("./explain-places.ts");
  const found = explain(asked, { model, catalogue, prediction, places: new Places(opened.workspace) });
  if ("unknown" in found) return unknownName(found, { format, folder: options.workspace }, context);
  if (format === "json") printJson(shell, found.data());
  else shell.out(found.text(shell.output.columns));
  return 0;
}

function unknownName(
  { unknown, what, known }: UnknownName,
  { format, folder }: { readonly format: AnswerFormat; readonly folder: string },
  { shell }: Context,
): ExitStatus {
  const names = [...known];
  const list = names.length === 0 ? `the workspace declares none` : `there are ${listed(names)}`;
  const problem = {
    code: `explain/unknown-${what.replaceAll(" ", "-")}`,
    what: `there is no ${what} "${unknown}" in ${pathWord(folder)}`,
    where: null,
    why: "only what is declared can be explained",
    mend: `${didYouMean(unknown, names)}${list}`,
  } as const;
  return fail(shell, [problem], format);
}

const namesMax = 12;

function listed(names: readonly string[]): string {
  const rest = names.length - namesMax;
  return `${names.slice(0, namesMax).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
