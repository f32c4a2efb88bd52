/** A place with a network of its own. */
export interface NamespacedPlace {
  readonly name: string;
  /** IPv4; the first is where its connections come from. */
  readonly addresses: readonly [string, ...string[]];
}

export interface NamespacePlan {
  /** All names begin with it; nobody else's do. */
  readonly prefix: string;
  readonly places: readonly NamespacedPlace[];
}

/** Where ip-netns(8) keeps names. */
export const namesFolder = "/run/netns";
const bridgePlace = "bridge";
export const bridgeDevice = "bridge0";
const device = "eth0";
/** Of the one network that all places are in. */
const maskBits = 24;

export function namespaceOf(prefix: string, place: string): string {
  return `${prefix}-${place}`;
}

/** Where the other ends of all wires are, on a bridge; the end of a place's wire is called after the place. */
export function bridgeNamespace(prefix: string): string {
  return namespaceOf(prefix, bridgePlace);
}

/** What `ip` is told, one after another, to make all namespaces and the wires between them. */
export function makingOf({ prefix, places }: NamespacePlan): readonly (readonly string[])[] {
  const bridge = bridgeNamespace(prefix);
  return [
    ["netns", "add", bridge],
    ["-n", bridge, "link", "add", bridgeDevice, "type", "bridge"],
    ["-n", bridge, "link", "set", bridgeDevice, "up"],
    ...places.flatMap(({ name, addresses }) => {
      const own = namespaceOf(prefix, name);
      return [
        ["netns", "add", own],
        ["-n", own, "link", "set", "lo", "up"],
        ["-n", bridge, "link", "add", name, "type", "veth", "peer", "name", device, "netns", own],
        ["-n", bridge, "link", "set", name, "master", bridgeDevice, "up"],
        ...addresses.map((address) => ["-n", own, "address", "add", `${address}/${maskBits}`, "dev", device]),
        ["-n", own, "link", "set", device, "up"],
      ];
    }),
  ];
}

/** Those of `names` that were made with a prefix. */
export function ownNames(prefix: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith(`${prefix}-`));
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The same command in a namespace. The process that is started becomes the command, and keeps its number. */
export function entered(namespace: string, { command, args }: Command): Command {
  return { command: "nsenter", args: [`--net=${namesFolder}/${namespace}`, "--", command, ...args] };
}
