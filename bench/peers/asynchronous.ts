import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../../src/core/problem/problem.ts";

/** The lab's own workspace, beside the built benches. */
const labWorkspace = fileURLToPath(new URL("../../examples/lab", import.meta.url));

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const edits: readonly Edit[] = [
  {
    file: "components.yaml",
    from: "replication: { mode: synchronous, confirmations: 1 }",
    to: "replication: { mode: asynchronous, lag: 1 s }",
  },
  { file: "recovery.yaml", from: "method: far-side, within: 500 ms", to: "method: lease, within: 8 s" },
  { file: "recovery.yaml", from: "dataLoss: ask", to: "dataLoss: accept" },
];

/**
 * The lab's workspace with standbys that no commit waits for, and a plan that accepts what they have not; removed by what comes with it.
 *
 * @param rpo how much of that is accepted without a person
 */
export function asynchronousWorkspace(rpo: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-asynchronous-"));
  cpSync(labWorkspace, folder, { recursive: true });
  const accepted: Edit = { file: "journeys.yaml", from: "rpo: 0 s", to: `rpo: ${rpo}` };
  for (const { file, from, to } of [...edits, accepted]) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    invariant(text.includes(from), `${file} of the lab's workspace says "${from}"`);
    writeFileSync(path, text.replace(from, to));
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
