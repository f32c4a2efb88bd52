import { describe, expect, it } from "vitest";
import type { LabStatus } from "../runtime/lab.ts";
import { wholeCut } from "../runtime/network-harm.ts";
import { statusText } from "./lab-status-text.ts";

const processes = (["postgres", "inference", "agent", "controller"] as const).map((name) => ({
  name,
  pid: 4_194_304,
}));
const etcd = { kind: "etcd", isAnswering: true, voters: [], access: null, notBelieved: null } as const;
const whole: LabStatus = {
  formatVersion: 1,
  state: "failing-over",
  active: "central",
  epoch: 4_194_304,
  blockedBy: null,
  trust: "armed",
  heldBecause: null,
  awaitsWord: false,
  mayLack: null,
  edge: { postgresUrl: "postgres://edge", httpUrl: "http://edge", dashboardUrl: "http://edge/" },
  coordination: { kind: "built-in", isAnswering: true, voters: [], access: null, notBelieved: null },
  metrics: { targets: [], prometheusUrl: null, alertmanagerUrl: null },
  regions: [
    { name: "east", role: "synchronous-standby", faults: [], network: [], processes },
    { name: "west", role: "down", faults: ["killed", "partitioned"], network: [wholeCut], processes: [] },
    { name: "central", role: "down", faults: ["frozen", "partitioned"], network: [wholeCut], processes },
  ],
};

describe("the status as text", () => {
  it("says first that nobody serves, and what stands in the way", () => {
    const blocked = { ...whole, blockedBy: "no quorum of controllers, 1 of 3 answer" };
    expect(statusText(blocked)).toBe(`nobody serves: no quorum of controllers, 1 of 3 answer
lab failing-over: active central, epoch 4194304, automatic failover armed

  east     synchronous-standby   postgres, inference, agent, controller
  west     down                  killed, partitioned: nothing runs
  central  down                  frozen, partitioned: 4 processes

  SQL     postgres://edge
  model   http://edge/v1   (demo model, synthetic text)
  status  http://edge/
`);
  });

  it("tells once why failover is held while nobody serves, and that its mending is for later", () => {
    const heldBecause = "no fresh drill proves it; run `holdfast drill run loss`";
    const blockedBy = "automatic failover is held, and waits for a person";
    const told = statusText({ ...whole, trust: "held", blockedBy, heldBecause, awaitsWord: true });
    expect(told.split("\n").slice(0, 4)).toEqual([
      "nobody serves: automatic failover is held, and waits for a person",
      "lab failing-over: active central, epoch 4194304, automatic failover held",
      "why it is held, to be mended once a region serves: no fresh drill proves it; run",
      "`holdfast drill run loss`",
    ]);
  });

  it("says what the last failover may have lost, for as long as that region serves", () => {
    const mayLack = { kind: "estimated", seconds: 1.3, bytes: 4_096 } as unknown as LabStatus["mayLack"];
    const [, ...lines] = statusText({ ...whole, mayLack }).split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "since the last failover central may lack 1.3 s of writes, 4,096 bytes of log",
      "(estimated)",
    ]);
  });

  it("says of a region that is partly cut off from whom, and which way", () => {
    const network = [{ kind: "cut", direction: "in", from: "coordination" } as const];
    const faults = ["partly-partitioned"] as const;
    const east = { name: "east", role: "standby", faults, network, processes } as const;
    expect(statusText({ ...whole, regions: [east] })).toContain(
      `  east     standby               partly-partitioned: 4 processes
    nothing from the coordination store reaches east
`,
    );
  });

  it("names what watches the lab, where it runs", () => {
    const metrics = { ...whole.metrics, prometheusUrl: "http://prometheus", alertmanagerUrl: null };
    const told = statusText({ ...whole, metrics });
    expect(told).toContain("\n  metrics http://prometheus/   (Prometheus)\n");
    expect(told).not.toContain("alerts");
    const both = { ...metrics, alertmanagerUrl: "http://alertmanager" };
    expect(statusText({ ...whole, metrics: both })).toMatch(
      /\n {2}alerts {2}http:\/\/alertmanager\/ {3}\(Alertmanager\)\n$/,
    );
  });

  it("names the voters of its etcd, those that are missing, and that no majority answers", () => {
    const voter = (at: number, pid: number | null) => ({ name: `voter-${at}`, url: `http://v${at}`, pid });
    const text = (isAnswering: boolean, ...pids: readonly (number | null)[]): string => {
      const voters = pids.map((pid, at) => voter(at + 1, pid));
      return statusText({ ...whole, coordination: { ...etcd, isAnswering, voters } });
    };
    expect(text(true, 1, 2, 3)).toContain("\n  etcd    http://v1,http://v2,http://v3\n");
    expect(text(true, 1, null, 3)).toContain("http://v3   (missing: voter-2)\n");
    expect(text(false, null, null, 3)).toContain(
      "   (no majority answers: nothing fails over until one does; missing: voter-1, voter-2)\n",
    );
  });

  it("says what whoever would look into its etcd comes with, and what is wrong with its certificates", () => {
    const access = { authorityFile: "/lab/ca.pem", user: "holdfast", passwordFile: "/lab/password" };
    const told = statusText({ ...whole, coordination: { ...etcd, access } });
    expect(told).toContain("\n  login   holdfast, by the password in /lab/password\n  CA      /lab/ca.pem\n");
    expect(told).not.toContain("believed");
    const notBelieved = "/lab/voter-1.pem ran out on Nov 29; `lab down` and `lab up` make new ones";
    expect(statusText({ ...whole, coordination: { ...etcd, access, notBelieved } })).toContain(
      `\n  its voters are not believed: ${notBelieved}\n`,
    );
  });

  it("names what is missing where no fault was injected", () => {
    const agentless = processes.filter(({ name }) => name !== "agent");
    const [east] = whole.regions;
    const regions = [{ ...(east as LabStatus["regions"][number]), processes: agentless }];
    expect(statusText({ ...whole, regions })).toContain(
      "  east     synchronous-standby   postgres, inference, controller; missing: agent\n",
    );
  });

  it("fits 80 columns but for the addresses", () => {
    const states = ["starting", "ready", "degraded", "failing-over"] as const;
    const lines = states.flatMap((state) =>
      [null, "the edge does not answer; restoring any region starts it"].flatMap((blockedBy) =>
        statusText({ ...whole, state, blockedBy }).split("\n"),
      ),
    );
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
