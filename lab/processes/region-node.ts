import { openLink } from "../../src/adapters/links/link.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Coordinator } from "../../src/core/failover/coordinator.ts";
import type { Message } from "../../src/core/failover/message.ts";
import type { Post } from "../../src/core/failover/ports.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { RegionConfig } from "../region-config.ts";

/** What a controller and an agent have in common: the store, and messages to and from the others. */
export interface RegionNode {
  readonly coordinator: Coordinator;
  readonly post: Post;
  /** Messages go to `receive` from now on; those that came before are gone, as any message may be. */
  hearWith(receive: (message: Message) => void): void;
  close(): Promise<void>;
}

export async function openRegionNode(config: RegionConfig, listen: Endpoint): Promise<Parsed<RegionNode>> {
  let receive: (message: Message) => void = () => undefined;
  const link = await openLink({
    listen,
    token: config.token,
    onMessage: (message) => {
      // Whoever knows the token is one of the lab's own nodes, of this very version.
      receive(message as Message);
    },
  });
  if (link.kind === "refused") return { ok: false, problems: [link.problem] };
  const coordinator = await connect(config);
  const toAll = (addresses: readonly Endpoint[], message: Message): void => {
    for (const address of addresses) link.value.send(address, message);
  };
  return {
    ok: true,
    value: {
      coordinator,
      post: {
        toControllers: (message) => {
          toAll(config.controllers, message);
        },
        toAgents: (message) => {
          toAll(config.agents, message);
        },
      },
      hearWith: (handler) => {
        receive = handler;
      },
      close: async () => {
        coordinator.close();
        await link.value.close();
      },
    },
  };
}

type ConnectedStore = Coordinator & { close(): void };

/** Loads the adapter of the store that is there, and no other. */
async function connect({
  coordination,
  token,
}: Pick<RegionConfig, "coordination" | "token">): Promise<ConnectedStore> {
  if (coordination.kind === "built-in") {
    const { connectCoordinator } = await import("../../src/adapters/served/connect-coordinator.ts");
    return connectCoordinator({ ...coordination.at, token });
  }
  const { connectVoters } = await import("../store/store-access.ts");
  return connectVoters(coordination.voters, coordination.access);
}
