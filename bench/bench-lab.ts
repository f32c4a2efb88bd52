import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { labVerbs } from "../lab/lab.ts";
import { layoutOf } from "../lab/layout.ts";
import { labSecrets } from "../lab/secrets.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { invariant, type Parsed, type Problem } from "../src/core/problem/problem.ts";
import { elapsed, type Seconds, seconds } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import type { CoordinatorKind, LabDetails, LabEffect, LabStatus, NetworkKind } from "../src/runtime/lab.ts";
import type { Cut } from "../src/runtime/network-harm.ts";
import type { Subject, TrialFault, Whole } from "./subject.ts";

/** The built program, beside the built benches. */
export const programFile = fileURLToPath(new URL("../main.js", import.meta.url));

const askEveryMs = 250;
const wholeMsMax = 120_000;

const storeCut: Cut = { kind: "cut", direction: "both", from: "coordination" };

/** What a bench's lab is made of. */
export interface LabKind {
  readonly coordinator: CoordinatorKind;
  readonly network: NetworkKind;
  /** The folder of its manifests; `null`: its own. */
  readonly workspace: string | null;
}

export const usualLab: LabKind = { coordinator: "built-in", network: "relays", workspace: null };

/** A lab of the bench's own, in a folder of its own. */
export class BenchLab implements Subject {
  readonly #root: string;
  readonly #verbs = labVerbs(programFile);
  readonly details: LabDetails;

  private constructor(root: string, details: LabDetails) {
    this.#root = root;
    this.details = details;
  }

  static async start(
    kind: LabKind,
    onProgress: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Parsed<BenchLab>> {
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
        ...kind,
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

  get frontUrl(): string {
    return this.details.postgresUrl;
  }

  /** Four times as long as its right to serve lasts. */
  get storeLossSettles(): Seconds {
    return seconds(20);
  }

  storeUrlOf(region: RegionId): string {
    const url = this.details.postgresUrls[region];
    invariant(url !== undefined, `the lab tells no address of ${region}'s store`);
    return url;
  }

  strike(fault: Exclude<TrialFault, "switchover">, region: RegionId): Promise<Parsed<LabEffect>> {
    if (fault === "store-cut") return this.#verbs.harm(this.#root, storeCut, region);
    return this.#verbs.inject(this.#root, fault, region);
  }

  thaw(region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#verbs.inject(this.#root, "thaw", region);
  }

  heal(region: RegionId): Promise<Parsed<LabEffect>> {
    return this.#verbs.restore(this.#root, region);
  }

  async switchOver(): Promise<Parsed<null>> {
    const asked = await this.#verbs.order(this.#root, { kind: "switchover", to: null, by: "bench" });
    if (!asked.ok) return asked;
    const outcome = asked.value;
    return outcome.kind === "served" ? { ok: true, value: null } : refused(notSwitched(outcome.kind));
  }

  async untilWhole(signal: AbortSignal): Promise<Parsed<Whole>> {
    const askedAt = readSystemClock().now;
    for (;;) {
      const status = await this.status();
      if (!status.ok) return status;
      const at = readSystemClock().now;
      const { state, active } = status.value;
      if (state === "ready") return { ok: true, value: { active, askedAt, at } };
      if (elapsed(askedAt, at) > wholeMsMax) return refused(notWhole(status.value, this.#root));
      await pause(askEveryMs, undefined, { signal });
    }
  }

  /** By which the lab's controllers try whether a store takes writes. */
  async proberPassword(): Promise<Parsed<string>> {
    const secrets = await labSecrets(layoutOf(this.#root).secretsFile, []);
    return secrets.ok ? { ok: true, value: secrets.value.credentials.prober } : secrets;
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

function notSwitched(outcome: string): Problem {
  return {
    code: "bench/not-switched",
    what: `the lab was asked to let another region serve, and what came of it is: ${outcome}`,
    where: null,
    why: "A switchover is measured on a lab in which every part stands, and nothing is in its way there.",
    mend: "run the bench again; where it comes back, read the logs of the controllers",
  };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}
