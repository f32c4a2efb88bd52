import { agentMemoryFile, readAgentMemory } from "../../src/adapters/files/agent-memory.ts";
import { findInstallation } from "../../src/adapters/postgres/installation.ts";
import { postgresMember } from "../../src/adapters/postgres/member.ts";
import { cryptography } from "../../src/adapters/files/evidence-cryptography.ts";
import type { ExitStatus } from "../../src/cli/shell.ts";
import { agentSamples } from "../../src/core/metrics/of-agent.ts";
import { Tally } from "../../src/core/metrics/tally.ts";
import type { AgentState } from "../../src/core/failover/agent-state.ts";
import { invariant } from "../../src/core/problem/problem.ts";
import { contextAt, deedPlace } from "../../src/core/trace/ids.ts";
import { inSeconds } from "../../src/core/units/units.ts";
import { runAgent } from "../../src/runtime/agent.ts";
import { readSystemClock } from "../../src/runtime/clocks.ts";
import { meteredCoordinator, meteredMember } from "../../src/runtime/metered.ts";
import { layoutOf, memoryFile } from "../layout.ts";
import { readConfig, type RegionConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";
import { type LogAbout, ProcessLog } from "./process-log.ts";
import { openRegionNode } from "./region-node.ts";
import { tellMetrics } from "./tell-metrics.ts";
import type { MemberAddress, RegionId } from "../../src/core/failover/member.ts";

/** One region's agent, as a process: it guards the PostgreSQL beside it, and takes it down when it goes. */
export async function runAgentProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const config = await readConfig<RegionConfig>(configPath);
  const { region, platformId } = config;
  const log = new ProcessLog({ process: "agent", region, platformId });
  const parent = new Parent(signal, log);
  const { until } = parent;
  const keptAt = memoryFile(layoutOf(config.root), config.region);
  const installation = await findInstallation();
  if (!installation.ok) return parent.giveUp(installation.problems);
  const memory = await readAgentMemory(keptAt);
  if (!memory.ok) return parent.giveUp(memory.problems);
  const member = postgresMember({
    installation: installation.value,
    folder: config.dataFolder,
    address: { region: config.region, ...config.own.postgres },
    credentials: config.credentials,
  });
  const node = await openRegionNode(config, config.own.agent);
  if (!node.ok) return parent.giveUp(node.problems);
  const { coordinator, post } = node.value;
  const tally = new Tally();
  log.write("INFO", `the agent of ${region} has started`);
  const agent = runAgent(
    {
      self: config.region,
      settings: config.settings,
      member: meteredMember(member, tally),
      coordinator: meteredCoordinator(coordinator, tally, null),
      post,
      memory: memory.value,
      memoryFile: agentMemoryFile(keptAt),
      addressOf: (region) => addressOf(config, region),
      onDeedEnded: ({ deed, ticket, outcome, took }) => {
        const about = aboutDeed(agent.state(), ticket, platformId);
        const attributes = { "holdfast.deed": deed.kind, "holdfast.deed.seconds": inSeconds(took) };
        if (outcome.kind === "done") log.write("INFO", `${deed.kind} is done`, { ...about, attributes });
        else parent.triedInVain(`${deed.kind} failed: ${outcome.cause}`, { ...about, attributes });
      },
      onMemoryFailed: (because) => {
        const { seen } = agent.state();
        parent.triedInVain(`the reign could not be kept on disk: ${because}`, { seen });
      },
    },
    until,
  );
  node.value.hearWith(agent.receive);
  await tellMetrics(
    { ...config.own.agentMetrics, log },
    () => [...agentSamples(agent.state(), readSystemClock().now), ...tally.samples()],
    until,
  );
  await aborted(until);
  await member.stopNow(AbortSignal.timeout(10_000));
  member.close();
  await node.value.close();
  log.write("INFO", `the agent of ${region} has ended`);
  return 0;
}

/** A deed of a failover has a span of its own. */
function aboutDeed({ seen, self, incarnation }: AgentState, ticket: number, platformId: string): LogAbout {
  if (seen === null || seen.reign.phase === "steady") return { seen };
  const { settledAt } = seen.reign;
  const place = deedPlace({ region: self, incarnation, ticket });
  return { seen, context: contextAt({ platformId, settledAt }, place, cryptography.digest) };
}

function addressOf(config: RegionConfig, region: RegionId): MemberAddress {
  const address = config.members[region];
  invariant(address !== undefined, `the lab has no region ${region}`);
  return { region, ...address };
}
