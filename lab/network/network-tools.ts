import { findProgram } from "../../src/adapters/processes/find-program.ts";
import type { Problem } from "../../src/core/problem/problem.ts";

/** Programs that networks of namespaces are made with, each with the Debian package that has it. */
const packages = { ip: "iproute2", nft: "nftables", nsenter: "util-linux", socat: "socat" } as const;
export type NetworkTool = keyof typeof packages;

/** Which of these this machine lacks, and `why` they are needed; `null`: none. */
export async function missingTools(tools: readonly NetworkTool[], why: string): Promise<Problem | null> {
  const missing: NetworkTool[] = [];
  for (const tool of tools) {
    if ((await findProgram([tool], process.env["PATH"] ?? "")) === null) missing.push(tool);
  }
  if (missing.length === 0) return null;
  return {
    code: "lab/network-tools-missing",
    what: `${missing.join(" and ")} cannot be found among the programs of this machine (PATH)`,
    where: null,
    why,
    mend: `install what is missing (Debian, Ubuntu: \`apt-get install ${missing.map((tool) => packages[tool]).join(" ")}\`), or use a lab without --network namespaces: its relays need none of it`,
  };
}
