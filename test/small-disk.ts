import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of 1 MB that a test may fill. */
export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** On an empty folder, which vanishes with it. `null` where we may not mount: not every root may. */
  static mounted(folder = mkdtempSync(join(tmpdir(), "holdfast-small-disk-"))): SmallDisk | null {
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", folder]);
    if (status === 0) return new SmallDisk(folder);
    rmdirSync(folder);
    return null;
  }

  static canBeMounted(): boolean {
    const disk = SmallDisk.mounted();
    disk?.remove();
    return disk !== null;
  }

  /** Writes one file that takes all but this much of what is free. */
  fillBut(bytes: number): void {
    const { bsize, bfree } = statfsSync(this.folder);
    try {
      writeFileSync(join(this.folder, "filler"), Buffer.alloc(bsize * bfree - bytes));
    } catch (cause) {
      // Somebody else has written meanwhile, and the disk is as full as can be.
      if ((cause as NodeJS.ErrnoException).code !== "ENOSPC") throw cause;
    }
  }

  /** Gives what was so taken free again. */
  clear(): void {
    rmSync(join(this.folder, "filler"), { force: true });
  }

  remove(): void {
    spawnSync("umount", [this.folder]);
    rmdirSync(this.folder);
  }
}
