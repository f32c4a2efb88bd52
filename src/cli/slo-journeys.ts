import { type Context, formatOf, type JsonOption } from "./context.ts";
import { journeySlosIn } from "./journey-documents.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";
import { documentsIn } from "./slo-read.ts";

/** Prints the SLOs that the availability objectives of journeys become where no SLO is about the journey. */
export async function showJourneys(
  workspace: string,
  options: JsonOption,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  const files = await parts.readFolder(workspace, shell.cwd, shell.signal);
  if (!files.ok) return fail(shell, files.problems, format);
  const given = await documentsIn(files.value, "strict");
  const made = await journeySlosIn(files.value, given.ok ? given.value : [], context);
  if (!made.ok) return fail(shell, made.problems, format);
  const documents = made.value.slos.map(({ document }) => document);
  if (format === "json") {
    printJson(shell, { ok: true, documents });
    return 0;
  }
  if (documents.length === 0) shell.err("no journey has an availability objective that no SLO is about\n");
  const { openSloText } = await import("../core/openslo/openslo-text.ts");
  shell.out(openSloText(documents));
  return 0;
}
