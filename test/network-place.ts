import type { Command } from "../src/adapters/kernel-network/namespaces.ts";

/** Where a program of a test runs, and where others reach it. */
export interface NetworkPlace {
  readonly host: string;
  /** The network of all who may come, with the bits of its mask. */
  readonly net: string;
  readonly enter: (command: Command) => Command;
}

export const onLoopback: NetworkPlace = {
  host: "127.0.0.1",
  net: "127.0.0.1/32",
  enter: (command) => command,
};
