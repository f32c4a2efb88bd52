import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const found = spawnSync("terraform", ["version", "-json"], { encoding: "utf8" });
/** Whether Terraform is here, and what the name of a test that needs it says where it is not. */
export const isTerraformHere = found.status === 0;
export const skipped = isTerraformHere ? "" : " (skipped: the program terraform is not here)";

/** A root module of Terraform in a folder of its own, of resources that need no provider to be fetched. */
export class TerraformFolder {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-terraform-"));
  readonly module = join(this.folder, "module");
  readonly epochFile = join(this.folder, "epoch.json");

  constructor(text: string) {
    mkdirSync(this.module);
    this.write(text);
  }

  write(text: string): void {
    writeFileSync(join(this.module, "main.tf"), text);
  }

  /** By another hand than ours. */
  terraform(...args: readonly string[]): string {
    const { stdout, stderr, status } = spawnSync("terraform", [...args, "-no-color"], {
      ...{ cwd: this.module, encoding: "utf8" },
      env: { PATH: process.env["PATH"], CHECKPOINT_DISABLE: "1" },
    });
    if (status !== 0) throw new Error(`terraform ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  get stateFile(): string {
    return join(this.module, "terraform.tfstate");
  }

  /** The attributes in the state, by address. */
  state(): Record<string, Record<string, unknown>> {
    const { values = {} } = JSON.parse(this.terraform("show", "-json")) as {
      values?: { root_module?: { resources: { address: string; values: Record<string, unknown> }[] } };
    };
    const resources = values.root_module?.resources ?? [];
    return Object.fromEntries(resources.map(({ address, values: attributes }) => [address, attributes]));
  }

  /** Changes what Terraform believes, as somebody does who edits its state. */
  editState(edit: (text: string) => string): void {
    copyFileSync(this.stateFile, `${this.stateFile}.before`);
    writeFileSync(this.stateFile, edit(readFileSync(this.stateFile, "utf8")));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
