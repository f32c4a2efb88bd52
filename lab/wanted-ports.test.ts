import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { wantedPortsProblem } from "./wanted-ports.ts";

/** Below it, ports are kept for root; 0 where that is not known, and nobody is refused one. */
function ordinaryPortMin(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return 0;
  }
}

/** Root may have any port: this has it ask as somebody else. */
async function asOrdinaryUser<Value>(ask: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return ask();
  process.seteuid?.(65_534);
  try {
    return await ask();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a port that the lab cannot have", () => {
  it.each([
    ["--sql-port", (port: number) => ({ sql: port, http: null })],
    ["--http-port", (port: number) => ({ sql: null, http: port })],
  ])("is told with who may listen there: %s", async (option, wanting) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const problem = await wantedPortsProblem(wanting(port));
    server.close();
    expect(problem).toMatchObject({
      code: "relay/port-in-use",
      mend: `see who listens there (\`ss -ltnp 'sport = :${port}'\`), give another port with ${option}, or leave ${option} out to have a free one chosen`,
    });
  });

  it.skipIf(ordinaryPortMin() <= 80)(
    "is not looked for where only root may listen (skipped where everybody may)",
    async () => {
      expect(await asOrdinaryUser(() => wantedPortsProblem({ sql: 80, http: null }))).toMatchObject({
        code: "relay/port-forbidden",
        why: "Ports below 1024 need root or the capability CAP_NET_BIND_SERVICE.",
        mend: "give a port above 1023 with --sql-port, or leave --sql-port out to have a free one chosen",
      });
    },
  );

  it("cannot be two", async () => {
    expect(await wantedPortsProblem({ sql: 23_456, http: 23_456 })).toMatchObject({
      code: "lab/one-port-twice",
    });
  });
});
