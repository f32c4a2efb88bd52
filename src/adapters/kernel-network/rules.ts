/** Which packets are meant, by the other end of a connection, or by the port at either end. */
export type Packets =
  | { readonly kind: "all" }
  /** Each with this chance, above 0 and below 1. */
  | { readonly kind: "some"; readonly share: number }
  | { readonly kind: "of-hosts"; readonly hosts: readonly string[] }
  | { readonly kind: "of-ports"; readonly ports: readonly number[] }
  | {
      readonly kind: "of-hosts-but-ports";
      readonly hosts: readonly string[];
      readonly ports: readonly number[];
    };

/** Packets that are dropped where a place sends or receives them. */
export interface Drop {
  readonly way: "in" | "out";
  readonly packets: Packets;
}

export interface Rules {
  /** What passes between the place and these is never dropped. */
  readonly spared: readonly string[];
  readonly drops: readonly Drop[];
}

/** A share is told in whole parts of so many. */
const shareParts = 10_000;
const table = "inet holdfast";
const chains = {
  in: { name: "arriving", hook: "input", device: "iifname", host: "saddr" },
  out: { name: "leaving", hook: "output", device: "oifname", host: "daddr" },
} as const;

/** What nft is told to have these rules in a namespace in place of those that were there, all at once. */
export function rulesScript({ spared, drops }: Rules): string {
  const chainText = (way: Drop["way"]): readonly string[] => {
    const { name, hook, device, host } = chains[way];
    return [
      `  chain ${name} {`,
      `    type filter hook ${hook} priority -10; policy accept;`,
      `    ${device} "lo" accept`,
      ...spared.map((address) => `    ip ${host} ${address} accept`),
      ...drops.filter((drop) => drop.way === way).flatMap(dropText),
      "  }",
    ];
  };
  return [
    // Made first, so that there is one to be deleted.
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...chainText("in"),
    ...chainText("out"),
    "}",
    "",
  ].join("\n");
}

function dropText({ way, packets }: Drop): readonly string[] {
  return matchesOf(packets, chains[way].host).map((match) => `    ${match}drop`);
}

/**
 * What nft matches these packets by; several where one line cannot say it. Each is empty or ends in a blank.
 *
 * @param host at which end of a packet the other place is
 */
export function matchesOf(packets: Packets, host: "saddr" | "daddr"): readonly string[] {
  switch (packets.kind) {
    case "all":
      return [""];
    case "some":
      return [`numgen random mod ${shareParts} < ${Math.round(packets.share * shareParts)} `];
    case "of-hosts":
      return [`ip ${host} ${setText(packets.hosts)} `];
    case "of-ports":
      return [`tcp dport ${setText(packets.ports)} `, `tcp sport ${setText(packets.ports)} `];
    case "of-hosts-but-ports": {
      const [hosts, ports] = [`ip ${host} ${setText(packets.hosts)}`, setText(packets.ports)];
      return [`${hosts} tcp dport != ${ports} tcp sport != ${ports} `, `${hosts} meta l4proto != tcp `];
    }
  }
}

function setText(values: readonly (string | number)[]): string {
  return `{ ${values.join(", ")} }`;
}
