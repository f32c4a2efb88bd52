import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NetworkPlace } from "../../test/network-place.ts";

/** When HAProxy takes a member for gone or back: as Patroni's own template has it, or as fast as is sensible. */
export type ProxyChecks = "template" | "fast";

const checks: Readonly<Record<ProxyChecks, string>> = {
  template: "inter 3s fall 3 rise 2",
  fast: "inter 500ms fastinter 250ms fall 2 rise 1",
};

export interface ProxiedMember {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly apiPort: number;
}

const port = 5000;

/** HAProxy before a Patroni cluster, which asks each member's REST API whether it leads. */
export class FrontProxy {
  readonly #child: ChildProcess;
  readonly host: string;
  readonly port = port;

  constructor(
    place: NetworkPlace,
    {
      folder,
      members,
      timing,
    }: { readonly folder: string; readonly members: readonly ProxiedMember[]; readonly timing: ProxyChecks },
  ) {
    this.host = place.host;
    const file = join(folder, "haproxy.cfg");
    writeFileSync(file, configuration(place.host, members, timing));
    const { command, args } = place.enter({ command: "haproxy", args: ["-db", "-f", file] });
    this.#child = spawn(command, args, { stdio: "ignore" });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

function configuration(host: string, members: readonly ProxiedMember[], timing: ProxyChecks): string {
  return `defaults
  mode tcp
  retries 2
  timeout connect 4s
  timeout client 30m
  timeout server 30m
  timeout check 5s
listen primary
  bind ${host}:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server ${checks[timing]} on-marked-down shutdown-sessions
${members.map((member) => `  server ${member.name} ${member.host}:${member.port} maxconn 100 check port ${member.apiPort}`).join("\n")}
`;
}
