import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import type { Parsed } from "../src/core/problem/problem.ts";

export interface PortRange {
  readonly min: number;
  /** One above the last. */
  readonly end: number;
}

/**
 * Below the ports that the system gives to outgoing connections (from 32768 on Linux): one of those may be taken by any
 * connection between the moment it is chosen and the moment its process listens.
 */
const usualRange: PortRange = { min: 20_000, end: 32_000 };
const triesMax = 1_000;

/** As many different ports of 127.0.0.1 as asked for, free a moment ago. Held together while they are chosen, so none comes twice. */
export async function freePorts(
  count: number,
  range: PortRange = usualRange,
): Promise<Parsed<readonly number[]>> {
  const held = new Map<number, Server>();
  for (let tries = 0; held.size < count && tries < triesMax; tries += 1) {
    const port = randomInt(range.min, range.end);
    const server = held.has(port) ? null : await listening(port);
    if (server !== null) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return held.size < count ? tooFew(held.size, count, range) : { ok: true, value: [...held.keys()] };
}

function tooFew(found: number, count: number, { min, end }: PortRange): Parsed<never> {
  return {
    ok: false,
    problems: [
      {
        code: "lab/too-few-ports",
        what: `${found} free ports were found from ${min} to ${end - 1}, and ${count} are needed`,
        where: null,
        why: "Every service of the lab listens on a port of its own, so that labs do not meet.",
        mend: "see who listens there (`ss -ltn`), end another lab (`holdfast lab down`), and run the command again",
      },
    ],
  };
}

async function listening(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => {
      resolve(null);
    });
    server.listen(port, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
