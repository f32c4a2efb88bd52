import type { Command } from "commander";
import { formatOf, type JsonOption, jsonOption, leadWithExamples, type Register } from "./context.ts";
import type { TraceOptions } from "./evidence-trace.ts";
import type { VerifyOptions } from "./evidence-verify.ts";

/** `holdfast evidence verify|list|show|trace`: reads evidence back, offline and without changing it. */
export const registerEvidence: Register = (program, { shell, parts, run }) => {
  const evidence = leadWithExamples(
    program.command("evidence").description("read back what was done, and see whether it was touched"),
    [
      ["holdfast evidence verify holdfast-demo/evidence", "see whether it holds"],
      ["holdfast evidence list holdfast-demo/evidence", "list the entries"],
      ["holdfast evidence show holdfast-demo/evidence drill/1", "show one entry"],
      ["holdfast evidence trace holdfast-demo/evidence", "show where the time went"],
    ],
  );
  inGroup(evidence, "verify", "verify every entry, every checkpoint and every seal of one log over another")
    .option("--key <PUB.pem>", "believe this key alone; may be given more than once", collected)
    .option("--head <HEX>", "a head kept elsewhere, which some log must have or have had")
    .action(
      run(async (directory: string, options: VerifyOptions) => {
        const { verifyCommand } = await import("./evidence-verify.ts");
        return await verifyCommand({ shell, reader: await parts.evidence() }, directory, options);
      }),
    );
  inGroup(evidence, "list", "list the entries that hold, by log").action(
    run(async (directory: string, options: JsonOption) => {
      const { listCommand } = await import("./evidence-show.ts");
      return await listCommand({ shell, reader: await parts.evidence() }, directory, formatOf(options));
    }),
  );
  inGroup(evidence, "show", "show one entry, and the proof that it is in its log")
    .argument("<LOG/N>", "the entry, as `list` names it")
    .action(
      run(async (directory: string, name: string, options: JsonOption) => {
        const { showCommand } = await import("./evidence-show.ts");
        const asked = { directory, name, format: formatOf(options) };
        return await showCommand({ shell, reader: await parts.evidence() }, asked);
      }),
    );
  inGroup(evidence, "trace", "show drills and failovers as traces of OpenTelemetry")
    .option("--out <FILE>", "write them there instead, as OTLP in JSON")
    .option("--send", "send them where OTEL_EXPORTER_OTLP_ENDPOINT and GRAFANA_URL say")
    .action(
      run(async (directory: string, options: TraceOptions) => {
        const { traceCommand } = await import("./evidence-trace.ts");
        const { destinations } = parts;
        return await traceCommand(
          { shell, reader: await parts.evidence(), destinations },
          directory,
          options,
        );
      }),
    );
};

function inGroup(evidence: Command, name: string, description: string): Command {
  return evidence
    .command(name)
    .description(description)
    .argument("<DIR>", "the evidence folder, or the folder of one log")
    .option(...jsonOption);
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
