import { readFileSync, writeFileSync } from "node:fs";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { LabStatus } from "../src/runtime/lab.ts";
import type { Ended } from "./built-program.ts";
import { ownProgram } from "./running-lab.ts";
import { ended, StartedProgram } from "./started-program.ts";

/** A folder with a copy of the lab's example, `workspace`, a lab that may run in `lab`, and the built program to run on both. */
export class LabWorkspace {
  readonly folder: string;
  readonly #program: Awaited<ReturnType<typeof ownProgram>>;
  /** What the program's environment says besides. */
  readonly environment: Record<string, string> = {};

  private constructor(folder: string, program: Awaited<ReturnType<typeof ownProgram>>) {
    this.folder = folder;
    this.#program = program;
  }

  static async make(): Promise<LabWorkspace> {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-lab-workspace-"));
    // PostgreSQL runs as another account when we are root, and must be able to pass.
    await chmod(folder, 0o711);
    await cp("examples/lab", join(folder, "workspace"), { recursive: true });
    return new LabWorkspace(folder, await ownProgram());
  }

  start(...args: readonly string[]): StartedProgram {
    const { folder, environment } = this;
    return new StartedProgram({ program: this.#program.file, args, folder, environment });
  }

  holdfast(...args: readonly string[]): Promise<Ended> {
    const { folder, environment } = this;
    return ended({ program: this.#program.file, args, folder, environment });
  }

  async labUp(): Promise<LabStatus> {
    const up = await this.holdfast("lab", "up", "--detach", "--dir", "lab", "--json");
    expect(up.status).toBe(0);
    return JSON.parse(up.out) as LabStatus;
  }

  /** The manifest that holds the lab's own plan. */
  get recovery(): string {
    return readFileSync(join(this.folder, "workspace", "recovery.yaml"), "utf8");
  }

  set recovery(text: string) {
    writeFileSync(join(this.folder, "workspace", "recovery.yaml"), text);
  }

  /** Changes what a manifest of the workspace says, once. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, "workspace", file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }

  /** Declares a plan of these steps, each written as an item of a list, for the loss of a region. */
  declare(name: string, steps: readonly string[]): void {
    writeFileSync(
      join(this.folder, "workspace", `${name}.yaml`),
      `apiVersion: holdfast/v1alpha1
kind: RecoveryPlan
metadata: { name: ${name} }
spec:
  covers: { journeys: [chat-completion], scenarios: [region-lost] }
  controllers: [east, west, central]
  steps:
${steps.map((step) => `    ${step}`).join("\n")}
  interlocks: { placesOnMin: 1, coolDown: 3 s, dataLoss: ask }
  automation: { failover: when-armed, proofValidFor: 30 d }
`,
    );
  }

  /** Keeps a plan as it is foretold for the loss of a region. */
  async keep(name: string, file: string): Promise<void> {
    const options = ["--scenario", "region-lost", "--workspace", "workspace", "--out", file];
    expect(await this.holdfast("plan", "show", name, ...options)).toMatchObject({ status: 0 });
  }

  /** `failover run` of a kept plan, by ann. */
  run(file: string, ...more: readonly string[]): StartedProgram {
    return this.start(
      ...["failover", "run", file, "--workspace", "workspace", "--dir", "lab", "--by", "ann"],
      ...more,
    );
  }

  /** Ends the lab and removes everything. @returns what is left running */
  async remove(): Promise<readonly string[]> {
    const down = this.start("lab", "down", "--dir", "lab");
    await down.ended();
    const left = await down.leftRunning();
    await rm(this.folder, { recursive: true });
    await this.#program.remove();
    return left;
  }
}
