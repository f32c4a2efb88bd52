import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Below the ports that the system gives to outgoing connections (from 32768 on Linux): one of those may be taken by any
 * connection between the moment it is chosen and the moment its process listens.
 */
const portMin = 20_000;
const portMax = 32_000;
const triesMax = 1_000;

/** As many different ports of 127.0.0.1 as asked for, free a moment ago. Held together while they are chosen, so none comes twice. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  for (let tries = 0; held.size < count && tries < triesMax; tries += 1) {
    const port = randomInt(portMin, portMax);
    const server = held.has(port) ? null : await listening(port);
    if (server !== null) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  if (held.size < count) throw new Error(`fewer than ${count} ports from ${portMin} to ${portMax} are free`);
  return [...held.keys()];
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
