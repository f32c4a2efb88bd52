import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findWatchers } from "./watchers.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-programs-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function install(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await writeFile(join(folder, name), "");
    await chmod(join(folder, name), 0o755);
  }
}

describe("the programs that watch a lab", () => {
  it.each(["prometheus-alertmanager", "alertmanager"])("are found where one is called %s", async (name) => {
    await install("prometheus", name);
    const path = [join(folder, "nowhere"), folder].join(delimiter);
    expect(await findWatchers(path)).toEqual({
      ok: true,
      value: { prometheus: join(folder, "prometheus"), alertmanager: join(folder, name) },
    });
  });

  it.each([
    [[], "Prometheus and Alertmanager are not"],
    [["prometheus"], "Alertmanager is not"],
    [["alertmanager"], "Prometheus is not"],
  ] as const)("are named with how they are installed when only %j is there", async (there, said) => {
    await install(...there);
    expect(await findWatchers(folder)).toMatchObject({
      ok: false,
      problems: [
        {
          code: "observe/not-installed",
          what: expect.stringContaining(said) as string,
          mend: expect.stringContaining("`apt-get install prometheus prometheus-alertmanager`") as string,
        },
      ],
    });
  });

  it("are no folders, and no files that may not be run", async () => {
    await install("alertmanager");
    await mkdir(join(folder, "prometheus"));
    expect(await findWatchers(folder)).toMatchObject({ ok: false });
    await rm(join(folder, "prometheus"), { recursive: true });
    await writeFile(join(folder, "prometheus"), "", { mode: 0o644 });
    expect(await findWatchers(folder)).toMatchObject({ ok: false });
  });
});
