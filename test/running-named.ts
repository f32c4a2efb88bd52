import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.ts";

const programs = ["named", "tsig-keygen", "dig", "nsupdate"];

/** Whether Debian's packages bind9 and bind9-dnsutils are here, and what the name of a test that needs them says where not. */
export const isNamedHere = programs.every((program) => spawnSync(program, ["-h"]).error === undefined);
export const skipped = isNamedHere
  ? ""
  : " (skipped: Debian's packages bind9 and bind9-dnsutils are not here)";

/** What a key file of BIND holds, made as its manual says. */
export function generatedKey(name: string, algorithm = "hmac-sha256"): string {
  return spawnSync("tsig-keygen", ["-a", algorithm, name], { encoding: "utf8" }).stdout;
}

/** A server of the zone `example.test` on loopback, which one key may change, and another one may only ask. */
export class RunningNamed {
  readonly port: number;
  readonly folder: string;
  readonly #child: ChildProcess;

  constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.folder = folder;
    this.#child = child;
  }

  /** Of the key that may change the zone, and of the one that may not. */
  keyFile(name: "writer" | "reader"): string {
    return join(this.folder, `${name}.key`);
  }

  /** What another program sees. */
  dig(name: string, type: string): string {
    const args = ["@127.0.0.1", "-p", String(this.port), "+tcp", "+short", "+tries=1", name, type];
    return spawnSync("dig", args, { encoding: "utf8" }).stdout.trim();
  }

  /** As somebody changes the zone who has the key. @param updates such as `add api.example.test 60 A 192.0.2.1` */
  update(...updates: readonly string[]): void {
    const commands = [
      `server 127.0.0.1 ${this.port}`,
      "zone example.test",
      ...updates.map((each) => `update ${each}`),
    ];
    const input = [...commands, "send", ""].join("\n");
    const args = ["-v", "-k", this.keyFile("writer")];
    const { status, stderr } = spawnSync("nsupdate", args, { input, encoding: "utf8" });
    if (status !== 0) throw new Error(`nsupdate: ${stderr}`);
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const zoneText = `$TTL 60
@ IN SOA ns hostmaster 1 3600 600 86400 60
@ IN NS ns
ns IN A 127.0.0.1
*.wild IN TXT "made up"
taken IN A 192.0.2.99
alias IN CNAME elsewhere.example.
below IN NS ns.below
ns.below IN A 127.0.0.1
`;

export async function runningNamed(): Promise<RunningNamed> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-named-"));
  const port = await freePort();
  const zone = (name: string, more: string): string =>
    `zone "${name}" { type primary; file "${name}.zone"; ${more} };\n`;
  for (const name of ["example.test", "fixed.test"]) writeFileSync(join(folder, `${name}.zone`), zoneText);
  const keys = ["writer", "reader"].map((name) => {
    const text = generatedKey(name);
    writeFileSync(join(folder, `${name}.key`), text, { mode: 0o600 });
    return text;
  });
  writeFileSync(
    join(folder, "named.conf"),
    `options {
  directory "${folder}"; pid-file none; session-keyfile "session.key"; managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; empty-zones-enable no; notify no;
};
controls { };
${keys.join("")}${zone("example.test", "update-policy { grant writer zonesub ANY; };")}${zone("fixed.test", "")}`,
  );
  chmodSync(folder, 0o700);
  const child = spawn("named", ["-g", "-n", "1", "-c", join(folder, "named.conf")], { stdio: "ignore" });
  const running = new RunningNamed(port, folder, child);
  for (let tries = 0; tries < 400; tries += 1) {
    if (await listens(port)) return running;
    await pause(50);
  }
  await running.stop();
  throw new Error("named does not listen");
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}
