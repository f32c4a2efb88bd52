import { bridgeDevice, type Command } from "./namespaces.ts";
import { matchesOf, type Packets } from "./rules.ts";

// Where the kernel cannot let packets come late (netem) a process can. It holds a wire (a TAP device) at the bridge: what is sent to the wire
// the process reads, and what it writes arrives from the wire. Packets are sent there where the place's own wire meets the bridge.

/** Packets of a place that go by a wire whose other end a process holds, and go on from there. */
export interface Detour {
  readonly way: "in" | "out";
  readonly packets: Packets;
  readonly wire: string;
}

export interface Detours {
  readonly place: string;
  /** The place's address; nothing but IPv4 from it and to it takes a detour. */
  readonly host: string;
  /** What passes between the place and these goes straight. */
  readonly spared: readonly string[];
  /** A packet takes the first that is meant for it. */
  readonly detours: readonly Detour[];
}

/** On a packet that has been on its detour already. */
const mark = "0x686f6c64";

/** What nft is told, where the bridge is, to have these detours in place of those that the place had, all at once. */
export function detoursScript({ place, host, spared, detours }: Detours): string {
  const table = `netdev holdfast_${place}`;
  const sent = (
    way: Detour["way"],
    [own, other]: readonly ["saddr" | "daddr", "saddr" | "daddr"],
  ): string[] => [
    ...spared.map((address) => `    ip ${other} ${address} accept`),
    ...detours
      .filter((detour) => detour.way === way)
      .flatMap(({ packets, wire }) =>
        matchesOf(packets, other).map((match) => `    ip ${own} ${host} ${match}fwd to "${wire}"`),
      ),
  ];
  const wires = [...new Set(detours.map(({ wire }) => wire))];
  const chain = (name: string, hook: string, lines: readonly string[]): string[] => [
    `  chain ${name} {`,
    `    type filter hook ${hook} priority 0; policy accept;`,
    ...lines,
    "  }",
  ];
  const chains = [
    ...chain("leaving", `ingress device "${place}"`, sent("out", ["saddr", "daddr"])),
    ...chain("arriving", `egress device "${place}"`, [
      `    meta mark ${mark} accept`,
      ...sent("in", ["daddr", "saddr"]),
    ]),
    // What was on its way into the place goes there; what has left it is the bridge's to send on.
    ...wires.flatMap((wire) =>
      chain(`back_${wire}`, `ingress device "${wire}"`, [
        `    ip daddr ${host} meta mark set ${mark} fwd to "${place}"`,
      ]),
    ),
  ];
  return [
    // Made first, so that there is one to be deleted.
    `table ${table}`,
    `delete table ${table}`,
    ...(detours.length === 0 ? [] : [`table ${table} {`, ...chains, "}"]),
    "",
  ].join("\n");
}

/** In packets. A process that gets no turn for a while loses none of a burst. */
const queueMax = 16_384;

/**
 * What `ip -batch` is told to join a wire to the bridge. It learns of no place by the wire and sends none of its own there: a frame for everybody
 * would come back by it.
 */
export function joiningScript(wire: string): string {
  return [
    `link set dev ${wire} txqueuelen ${queueMax}`,
    `link set dev ${wire} addrgenmode none`,
    `link set dev ${wire} master ${bridgeDevice}`,
    `link set dev ${wire} type bridge_slave learning off flood off mcast_flood off bcast_flood off`,
    `link set dev ${wire} up`,
    "",
  ].join("\n");
}

/** Where a process holds its wire. */
export const wireDescriptor = 4;

interface Holding extends Command {
  /** Added to what the command is given otherwise. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The same command, holding a wire of its own in the namespace that it runs in. The process that is started becomes the command, and keeps its
 * number; nothing is on its standard input, and its standard output goes to its standard error. The wire is gone when the process is.
 *
 * A TAP device is asked for by an ioctl, which Node cannot do: socat does, and becomes the command. It reads no more than 512 characters, so the
 * words come by the environment.
 */
export function holding(wire: string, { command, args }: Command): Holding {
  const words = [command, ...args];
  const name = (at: number): string => `HOLDFAST_WORD_${at}`;
  const run = words.map((_, at) => `"$${name(at)}"`).join(" ");
  const line = `exec ${run} ${wireDescriptor}<&0 </dev/null >&2`;
  return {
    command: "socat",
    args: [
      `TUN,tun-name=${wire},tun-type=tap,iff-no-pi`,
      `EXEC:${["sh", "-c", line].map(escaped).join(" ")},nofork`,
    ],
    env: Object.fromEntries(words.map((word, at) => [name(at), word])),
  };
}

/** socat reads what it executes twice. */
function escaped(word: string): string {
  return word.replaceAll(/[^\w/.=-]/g, String.raw`\\\$&`);
}
