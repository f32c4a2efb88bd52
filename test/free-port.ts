import { freePorts } from "../lab/free-ports.ts";

/** A port of 127.0.0.1 that no connection is given before its server listens there. */
export async function freePort(): Promise<number> {
  const ports = await freePorts(1);
  const port = ports.ok ? ports.value[0] : undefined;
  if (port === undefined) throw new Error("no port is free");
  return port;
}
