import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { labVerbs } from "../lab/lab.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { elapsed, type MonotonicMs } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import type { LabDetails, LabEffect, LabFault, LabStatus } from "../src/runtime/lab.ts";

/** The built program, beside the built benches. */
export const programFile = fileURLToPath(new URL("../main.js", import.meta.url));

const askEveryMs = 250;
const wholeMsMax = 120_000;

/** A lab in which every part stands, seen `at`, after one has waited since `askedAt`. */
interface WholeLab {
  readonly status: LabStatus;
  readonly askedAt: MonotonicMs;
  readonly at: MonotonicMs;
}

/** A lab of the bench's own, in a folder of its own. */
export class BenchLab {
  readonly #root: string;
  readonly #verbs = labVerbs(programFile);
  readonly details: LabDetails;

  private constructor(root: string, details: LabDetails) {
    this.#root = root;
    this.details = details;
  }

  static async start(onProgress: (text: string) => void, signal: AbortSignal): Promise<Parsed<BenchLab>> {
    const root = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
    // PostgreSQL runs as another account when we are root, and must be able to pass.
    await chmod(root, 0o711);
    const verbs = labVerbs(programFile);
    const started = await verbs.start(
      {
        root,
        ports: { sql: null, http: null },
        leaves: "data",
        watchedBy: "nothing",
        coordinator: null,
        network: null,
        onProgress,
      },
      signal,
    );
    const details = started.ok ? await verbs.details(root) : started;
    if (details.ok) return { ok: true, value: new BenchLab(root, details.value) };
    await verbs.stop(root);
    // What could not start is explained by its logs; what was interrupted needs no explanation.
    if (signal.aborted) await verbs.remove(root, { keepLogs: false });
    return details;
  }

  status(): Promise<Parsed<LabStatus>> {
    return this.#verbs.status(this.#root);
  }

  inject(fault: LabFault, region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#verbs.inject(this.#root, fault, region);
  }

  restore(region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#verbs.restore(this.#root, region);
  }

  /** Waits until every part stands. */
  async untilWhole(signal: AbortSignal): Promise<Parsed<WholeLab>> {
    const askedAt = readSystemClock().now;
    for (;;) {
      const status = await this.status();
      if (!status.ok) return status;
      const at = readSystemClock().now;
      if (status.value.state === "ready") return { ok: true, value: { status: status.value, askedAt, at } };
      if (elapsed(askedAt, at) > wholeMsMax) return refused(notWhole(status.value, this.#root));
      await pause(askEveryMs, undefined, { signal });
    }
  }

  /** @param remains whether the folder, with its logs and evidence, is kept to be looked at */
  async end(remains: "keep" | "remove"): Promise<void> {
    await this.#verbs.stop(this.#root);
    if (remains === "remove") await this.#verbs.remove(this.#root, { keepLogs: false });
    else process.stderr.write(`the lab's logs and evidence are kept in ${this.#root}\n`);
  }
}

function notWhole(status: LabStatus, root: string): Problem {
  const missing = status.regions.filter(({ role }) => role === "down" || role === "standby");
  return {
    code: "bench/not-whole",
    what:
      `the lab is ${status.state} after ${wholeMsMax / 1_000} s of waiting; not whole: ` +
      missing.map(({ name, role }) => `${name} (${role})`).join(", "),
    where: null,
    why: "The next loss is measured only on a lab in which every part stands.",
    mend: `read the messages in ${join(root, "logs")}`,
  };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}
