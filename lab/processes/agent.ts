import { agentMemoryFile, readAgentMemory } from "../../src/adapters/files/agent-memory.ts";
import { findInstallation } from "../../src/adapters/postgres/installation.ts";
import { postgresMember } from "../../src/adapters/postgres/member.ts";
import type { ExitStatus } from "../../src/cli/shell.ts";
import { agentSamples } from "../../src/core/metrics/of-agent.ts";
import { Tally } from "../../src/core/metrics/tally.ts";
import { invariant } from "../../src/core/problem/problem.ts";
import { runAgent } from "../../src/runtime/agent.ts";
import { readSystemClock } from "../../src/runtime/clocks.ts";
import { meteredCoordinator, meteredMember } from "../../src/runtime/metered.ts";
import { layoutOf, memoryFile } from "../layout.ts";
import { readConfig, type RegionConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";
import { openRegionNode } from "./region-node.ts";
import { tellMetrics } from "./tell-metrics.ts";
import type { MemberAddress, RegionId } from "../../src/core/failover/member.ts";

/** One region's agent, as a process: it guards the PostgreSQL beside it, and takes it down when it goes. */
export async function runAgentProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const parent = new Parent(signal);
  const { until } = parent;
  const config = await readConfig<RegionConfig>(configPath);
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
      onDeedFailed: (deed, cause) => {
        parent.triedInVain(`${deed.kind} failed: ${cause}`);
      },
      onMemoryFailed: (because) => {
        parent.triedInVain(`the reign could not be kept on disk: ${because}`);
      },
    },
    until,
  );
  node.value.hearWith(agent.receive);
  await tellMetrics(
    config.own.agentMetrics,
    () => [...agentSamples(agent.state(), readSystemClock().now), ...tally.samples()],
    until,
  );
  await aborted(until);
  await member.stopNow(AbortSignal.timeout(10_000));
  member.close();
  await node.value.close();
  return 0;
}

function addressOf(config: RegionConfig, region: RegionId): MemberAddress {
  const address = config.members[region];
  invariant(address !== undefined, `the lab has no region ${region}`);
  return { region, ...address };
}
