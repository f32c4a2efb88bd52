import type { Opened } from "../../src/adapters/relay/listening.ts";
import { openNetwork, type Route } from "../../src/adapters/relay/network.ts";
import { cutsIn, delaysIn } from "./harms.ts";
import type { CutPartner } from "../../src/runtime/network-harm.ts";
import type { LabNetwork } from "./lab-network.ts";

/** Wires that are relays on loopback, without root: they fall silent for real, though no packet is lost. */
export async function openRelayedNetwork(routes: readonly Route[]): Promise<Opened<LabNetwork>> {
  const opened = await openNetwork({ routes });
  if (opened.kind === "refused") return opened;
  const wires = opened.value;
  const network: LabNetwork = {
    addressOf: (from, to, service) => wires.addressOf(from, to, service),
    losesPackets: false,
    settle: (region, strains) => {
      wires.setCuts(
        region,
        cutsIn(strains).map(({ direction, from }) => ({ direction, group: groupOf(from) })),
      );
      wires.setSlowness(
        region,
        delaysIn(strains).map(({ direction, from, delaySeconds }) => ({
          direction,
          group: groupOf(from),
          ms: 1_000 * delaySeconds,
        })),
      );
      return Promise.resolve({ ok: true, value: null });
    },
    // Relays are of this very process.
    onQuickened: () => undefined,
    close: () => wires.close(),
  };
  return { kind: "open", value: network };
}

/** The group of routes that a partner is reached by; `null`: all. */
function groupOf(from: CutPartner): string | null {
  return from === "everybody" ? null : from;
}
