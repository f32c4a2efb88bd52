import { freePorts } from "../lab/free-ports.ts";

/** Two that are chosen one after the other may come out alike while nobody listens yet. */
const given = new Set<number>();

/** A port of 127.0.0.1 that no connection is given before its server listens there, and that was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const ports = await freePorts(1);
    const port = ports.ok ? ports.value[0] : undefined;
    if (port === undefined) throw new Error("no port is free");
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
