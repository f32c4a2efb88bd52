import { harmText } from "./harm-text.ts";
import { ledBy } from "./layout.ts";
import { mayLackText } from "../core/failover/may-lack.ts";
import { type LabStatus, regionProcesses } from "../runtime/lab.ts";
import { failoverCommand } from "../runtime/lab-command.ts";
import { asTyped, calledAs, type Next, type Shell } from "./shell.ts";

/** The status in which every command is one that works here. */
export function statusAsTyped(lab: LabStatus, shell: Pick<Shell, "env">): LabStatus {
  const told = (text: string | null): string | null =>
    text === null ? null : asTyped(text, calledAs(shell));
  return { ...lab, blockedBy: told(lab.blockedBy), heldBecause: told(lab.heldBecause) };
}

/** The one command of this moment, where nobody serves before a person has spoken. */
export function wordAwaited({ active, awaitsWord }: LabStatus, dir: string): readonly Next[] {
  if (!awaitsWord) return [];
  return [[failoverCommand("run --ungraceful", dir), `take ${active} for lost: another region serves`]];
}

/** The status for people, at most 80 columns wide but for the addresses, which must be copied whole. */
export function statusText(lab: LabStatus): string {
  const { edge } = lab;
  const { prometheusUrl, alertmanagerUrl } = lab.metrics;
  return [
    ...headline(lab),
    "",
    ...lab.regions.map(
      (region) => `  ${region.name.padEnd(9)}${region.role.padEnd(22)}${standingIn(region)}`,
    ),
    "",
    `  SQL     ${edge.postgresUrl}`,
    `  model   ${edge.httpUrl}/v1   (demo model, synthetic text)`,
    `  status  ${edge.dashboardUrl}`,
    ...etcdText(lab.coordination),
    ...(prometheusUrl === null ? [] : [`  metrics ${prometheusUrl}/   (Prometheus)`]),
    ...(alertmanagerUrl === null ? [] : [`  alerts  ${alertmanagerUrl}/   (Alertmanager)`]),
    "",
  ].join("\n");
}

/** That nobody serves comes before anything else. */
function headline(lab: LabStatus): readonly string[] {
  const { state, active, epoch, trust, blockedBy } = lab;
  const failover = `automatic failover ${trust}`;
  if (blockedBy === null) {
    const serving = `lab ${state}: ${active} serves under epoch ${epoch}, ${failover}`;
    return [serving, ...heldLines(lab), ...lackLines(lab)];
  }
  return [
    ledBy("", `nobody serves: ${blockedBy}`, 80),
    `lab ${state}: active ${active}, epoch ${epoch}, ${failover}`,
    ...heldLines(lab),
  ];
}

/** What was perhaps lost in the last failover, which nobody should have to look for. */
export function lackLines(
  { active, mayLack }: Pick<LabStatus, "active" | "mayLack">,
  columns = 80,
): readonly string[] {
  return mayLack === null
    ? []
    : [ledBy("", `since the last failover ${mayLackText(active, mayLack)}`, columns)];
}

/** Why nothing fails over by itself. Who has an outage mends that later. */
export function heldLines(
  { blockedBy, heldBecause }: Pick<LabStatus, "blockedBy" | "heldBecause">,
  columns = 80,
): readonly string[] {
  if (heldBecause === null) return [];
  const lead =
    blockedBy === null ? "automatic failover is held" : "why it is held, to be mended once a region serves";
  return [ledBy("", `${lead}: ${heldBecause}`, columns)];
}

/** Faults in force come before the processes, of which only the number is told then; a process that is missing is named. */
function standingIn({ name, faults, network, processes }: LabStatus["regions"][number]): string {
  const count = processes.length === 0 ? "nothing runs" : `${processes.length} processes`;
  const partly = faults.includes("partitioned") ? [] : network.map((harm) => harmText(harm, name));
  if (faults.length > 0) return [`${faults.join(", ")}: ${count}`, ...partly].join("\n    ");
  const running = processes.map(({ name }) => name);
  const missing = regionProcesses.filter((name) => !running.includes(name));
  return `${running.join(", ")}${missing.length === 0 ? "" : `; missing: ${missing.join(", ")}`}`;
}

/** Where its voters are, and what one comes to them with; one that does not run is named. */
function etcdText(coordination: LabStatus["coordination"]): readonly string[] {
  const { kind, isAnswering, voters, access, notBelieved } = coordination;
  if (kind === "built-in") return [];
  const missing = voters.filter(({ pid }) => pid === null).map(({ name }) => name);
  const silent = isAnswering ? [] : ["no majority answers: nothing fails over until one does"];
  const trouble = [...silent, ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`])];
  const standing = trouble.length === 0 ? "" : `   (${trouble.join("; ")})`;
  const login =
    access === null
      ? []
      : [
          `  login   ${access.user}, by the password in ${access.passwordFile}`,
          `  CA      ${access.authorityFile}`,
        ];
  return [
    `  etcd    ${voters.map(({ url }) => url).join(",")}${standing}`,
    ...login,
    ...(notBelieved === null ? [] : [`  its voters are not believed: ${notBelieved}`]),
  ];
}
