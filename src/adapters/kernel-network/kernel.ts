import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { type Detours, detoursScript, joiningScript } from "./detours.ts";
import {
  bridgeNamespace,
  type Command,
  entered,
  makingOf,
  type NamespacePlan,
  namesFolder,
  ownNames,
} from "./namespaces.ts";
import { type Rules, rulesScript } from "./rules.ts";

/** Makes all of it, or leaves nothing of it. What an earlier plan of the same prefix has left is removed first. */
export async function makeNamespaces(plan: NamespacePlan): Promise<Parsed<null>> {
  await removeNamespaces(plan.prefix);
  for (const args of makingOf(plan)) {
    const made = await run({ command: "ip", args }, "");
    if (made.ok) continue;
    await removeNamespaces(plan.prefix);
    return made;
  }
  return { ok: true, value: null };
}

/** Removes what was made with a prefix. A process that stands in a namespace keeps it until it ends. */
export async function removeNamespaces(prefix: string): Promise<void> {
  // Where nobody has ever made one there is no such folder.
  const names = await readdir(namesFolder).catch(() => []);
  for (const name of ownNames(prefix, names))
    await run({ command: "ip", args: ["netns", "delete", name] }, "");
}

/** From now on these rules are in force in a namespace, and no others of ours. */
export function setRules(namespace: string, rules: Rules): Promise<Parsed<null>> {
  return run(entered(namespace, { command: "nft", args: ["-f", "-"] }), rulesScript(rules));
}

/** Joins a wire that a process holds to the bridge, and lets it carry. */
export function joinWire(prefix: string, wire: string): Promise<Parsed<null>> {
  const args = ["-n", bridgeNamespace(prefix), "-batch", "-"];
  return run({ command: "ip", args }, joiningScript(wire));
}

/** From now on these packets of a place take a detour, and no others of the place. */
export function setDetours(prefix: string, detours: Detours): Promise<Parsed<null>> {
  const bridge = bridgeNamespace(prefix);
  return run(entered(bridge, { command: "nft", args: ["-f", "-"] }), detoursScript(detours));
}

async function run({ command, args }: Command, input: string): Promise<Parsed<null>> {
  const child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // A program that ends before it has read everything says why by its status.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    const [status] = (await once(child, "close")) as [number | null];
    if (status === 0) return { ok: true, value: null };
  } catch (cause) {
    said = cause instanceof Error ? cause.message : String(cause);
  }
  return { ok: false, problems: [kernelRefused([command, ...args].join(" "), said.trim())] };
}

function kernelRefused(line: string, said: string): Problem {
  return {
    code: "lab/kernel-refused",
    what: `\`${line}\` failed: ${said}`,
    where: null,
    why: "With --network namespaces the lab's regions have networks of their own, and the kernel drops their packets or sends them by a detour.",
    mend: "use a kernel with network namespaces, veth, bridge and nftables, as root of the machine and not of a container without CAP_NET_ADMIN and CAP_SYS_ADMIN; or leave --network out",
  };
}
