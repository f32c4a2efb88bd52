import { join } from "node:path";
import packageFile from "../../package.json" with { type: "json" };
import { openEvidenceLog } from "../../src/adapters/files/evidence-log.ts";
import { databases, roles } from "../../src/adapters/postgres/credentials.ts";
import { causeOf, openLink, type Unanswered } from "../../src/adapters/postgres/session.ts";
import { guardedQuery } from "../../src/adapters/postgres/synchronous-wait.ts";
import { createWriteProbe, type WriteProbe } from "../../src/adapters/postgres/write-probe.ts";
import { connectEdge } from "../../src/adapters/relay/edge-client.ts";
import type { ExitStatus } from "../../src/cli/shell.ts";
import type { JsonObject } from "../../src/core/evidence/evidence.ts";
import type { EvidenceLog } from "../../src/core/evidence/ports.ts";
import { controllerSamples } from "../../src/core/metrics/of-controller.ts";
import { Tally } from "../../src/core/metrics/tally.ts";
import { runController, type RunningController } from "../../src/runtime/controller.ts";
import { readSystemClock } from "../../src/runtime/clocks.ts";
import { FailoverMeter } from "../../src/runtime/failover-meter.ts";
import { meteredCoordinator, meteredProber, meteredRecorder } from "../../src/runtime/metered.ts";
import { layoutOf } from "../layout.ts";
import { readConfig, type RegionConfig } from "../region-config.ts";
import { goldenCompletion } from "../topology.ts";
import { aborted } from "./aborted.ts";
import { writeDecision } from "./decision-line.ts";
import { Parent } from "./parent.ts";
import { ProcessLog } from "./process-log.ts";
import { openRegionNode } from "./region-node.ts";
import { tellMetrics } from "./tell-metrics.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import type { EdgeAnswer, Prober, Recorder, ServiceProof } from "../../src/core/failover/ports.ts";
import { readSettings } from "../../src/core/failover/settings.ts";
import type { MonotonicMs } from "../../src/core/units/units.ts";

/** One region's controller, as a process: the real parts behind the runtime's ports. */
export async function runControllerProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const config = await readConfig<RegionConfig>(configPath);
  const { region, platformId } = config;
  const log = new ProcessLog({ process: "controller", region, platformId });
  const parent = new Parent(signal, log);
  const { until } = parent;
  const layout = layoutOf(config.root);
  const evidence = await openEvidenceLog({
    directory: config.evidence,
    log: `controller-${config.region}`,
    keyPath: join(layout.keys, `controller-${config.region}.pem`),
    software: `holdfast ${packageFile.version}`,
    clock: readStamp,
  });
  if (!evidence.ok) return parent.giveUp(evidence.problems);
  const node = await openRegionNode(config, config.own.controller);
  if (!node.ok) return parent.giveUp(node.problems);
  const { coordinator, post } = node.value;
  log.write("INFO", `the controller of ${region} has started`);
  const probes = new Map<RegionId, WriteProbe>();
  const tally = new Tally();
  const meter = new FailoverMeter(tally);
  const now = (): MonotonicMs => readSystemClock().now;
  const controller: RunningController = runController(
    {
      self: config.region,
      settings: readSettings(config.settings),
      coordinator: meteredCoordinator(coordinator, tally, meter),
      post,
      prober: meteredProber(proberOf(config, probes), tally, now),
      edge: connectEdge(config.edge.admin),
      proof: proofOf(config),
      recorder: meteredRecorder(recorderOf(evidence.value, platformId), {
        tally,
        meter,
        state: () => controller.state(),
      }),
      onRecordFailed: (because) => {
        const { seen } = controller.state();
        parent.triedInVain(`a decision could not be written down: ${because}`, { seen });
      },
      onRecorded: (record) => {
        writeDecision(record, { log, platformId, seen: controller.state().seen });
      },
      onStanding: (standing) => {
        const { seen, vantage } = controller.state();
        const isCalm = seen === null || (seen.reign.phase === "steady" && vantage?.verdict === "answering");
        log.write(isCalm ? "INFO" : "WARN", standing, { seen });
      },
    },
    until,
  );
  node.value.hearWith(controller.receive);
  await tellMetrics(
    { ...config.own.controllerMetrics, log },
    () => {
      const state = controller.state();
      return [...controllerSamples(state, now()), ...meter.samples(state), ...tally.samples()];
    },
    until,
  );
  await aborted(until);
  // A connection left open would keep this process waiting for it, and whoever ends the lab waiting for this process.
  for (const probe of probes.values()) probe.close();
  await node.value.close();
  await evidence.value.close();
  log.write("INFO", `the controller of ${region} has ended`);
  return 0;
}

function readStamp(): {
  readonly at: ReturnType<typeof readSystemClock>["wall"];
  readonly monotonic: ReturnType<typeof readSystemClock>["now"];
} {
  const { wall, now } = readSystemClock();
  return { at: wall, monotonic: now };
}

function proberOf(config: RegionConfig, probes: Map<RegionId, WriteProbe>): Prober {
  return {
    probe: async (region, signal) => {
      const address = config.members[region];
      if (address === undefined) return "silent";
      let probe = probes.get(region);
      if (probe === undefined) {
        probe = createWriteProbe({
          ...address,
          prober: config.region,
          password: config.credentials.prober,
        });
        probes.set(region, probe);
      }
      return (await probe.probe(signal)).kind;
    },
  };
}

function recorderOf(evidence: EvidenceLog, platformId: string): Recorder {
  return {
    record: async (body) => {
      // A record body is plain data; JSON holds all of it.
      const facts = JSON.parse(JSON.stringify(body)) as JsonObject;
      const outcome = await evidence.append({ kind: body.kind, body: { ...facts, platformId } });
      return outcome.kind === "sealed"
        ? { kind: "recorded" }
        : { kind: "failed", because: outcome.problem.what };
    },
  };
}

/** A real write and a real inference through the edge; wrong words are no inference. */
function proofOf(config: RegionConfig): ServiceProof {
  return {
    prove: async (active, signal) => {
      const [write, completion] = await Promise.all([
        proveWrite(config, active, signal),
        proveCompletion(config, signal),
      ]);
      return write.kind === "failed" ? write : completion;
    },
  };
}

async function proveWrite(config: RegionConfig, active: string, signal: AbortSignal): Promise<EdgeAnswer> {
  const opened = await openLink(
    {
      ...config.edge.sql,
      user: roles.application,
      password: config.credentials.application,
      database: databases.application,
      applicationName: `proof from ${config.region}`,
      options: "",
    },
    signal,
  );
  if (opened.kind !== "open") return noWrite(opened);
  const table =
    "create table if not exists service_proof (region text not null, proven_at timestamptz not null)";
  const row = {
    text: "insert into service_proof (region, proven_at) values ($1, now())",
    values: [active],
  };
  try {
    const made = await guardedQuery(opened.link, { text: table }, signal);
    const written = made.kind === "rows" ? await guardedQuery(opened.link, row, signal) : made;
    return written.kind === "rows" ? { kind: "done" } : noWrite(written);
  } finally {
    opened.link.socket.destroy();
  }
}

function noWrite(answer: Unanswered): EdgeAnswer {
  return { kind: "failed", because: `no write passed through the edge: ${causeOf(answer)}` };
}

async function proveCompletion(config: RegionConfig, signal: AbortSignal): Promise<EdgeAnswer> {
  try {
    const answer = await fetch(
      `http://${config.edge.http.host}:${config.edge.http.port}/v1/chat/completions`,
      {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
        body: JSON.stringify({
          model: "holdfast-demo",
          messages: [{ role: "user", content: goldenCompletion.prompt }],
          max_tokens: goldenCompletion.maxTokens,
        }),
        signal,
      },
    );
    const body = (await answer.json()) as { choices?: { message?: { content?: string } }[] };
    const words = body.choices?.[0]?.message?.content?.trim() ?? "";
    return words.startsWith(goldenCompletion.begins)
      ? { kind: "done" }
      : { kind: "failed", because: `the model answered ${answer.status} with "${words}"` };
  } catch (cause) {
    return { kind: "failed", because: `no inference passed through the edge: ${String(cause)}` };
  }
}
