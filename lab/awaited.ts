import type { RegionId } from "../src/core/failover/member.ts";
import type { Problem } from "../src/core/problem/problem.ts";
import type { LabStatus } from "../src/runtime/lab.ts";
import type { LabLayout } from "./layout.ts";

// What a lab that starts is waited for, in words.

export function regionsAwaited(status: LabStatus): readonly RegionId[] {
  return status.regions.flatMap(({ name, role }) =>
    role === "primary" || role === "synchronous-standby" ? [] : [name],
  );
}

export function awaitedText(status: LabStatus): string {
  const waiting = regionsAwaited(status);
  if (waiting.length > 0) return `PostgreSQL: waiting for ${waiting.join(", ")}`;
  return "the controllers and the edge are taking their places";
}

export function notReady({ logs }: LabLayout, last: string): Problem {
  return {
    code: "lab/not-ready",
    what: `the lab did not become ready; the last that it waited for: ${last}`,
    where: null,
    why: "A lab that is not whole proves nothing about losing a region.",
    mend: `read the messages in ${logs}, and run the command again when what they name is mended`,
  };
}
