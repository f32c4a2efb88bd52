import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { openLink } from "../../src/adapters/links/link.ts";
import { bundled } from "../bundled.ts";

const host = "127.0.0.1";
const token = "shared by all";

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

it("tells a thawed node nothing of what was said more than a second before, and goes on telling it what is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-links-"));
  const child = spawn(
    process.execPath,
    [await bundled(new URL("../link-process.ts", import.meta.url), folder), token],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const lines = createInterface(child.stdout);
  const [port] = (await once(lines, "line")) as [string];
  const heard: number[] = [];
  lines.on("line", (line) => heard.push(Number(line)));
  const link = await openLink({ listen: { host, port: 0 }, token, onMessage: () => undefined });
  if (link.kind === "refused") throw new Error(link.problem.what);
  const say = (): void => {
    link.value.send({ host, port: Number(port) }, Math.round(performance.now()));
  };

  say();
  await once(lines, "line");
  child.kill("SIGSTOP");
  const frozenAt = performance.now();
  const saying = setInterval(say, 50);
  await pause(3_000);
  const thawedAt = performance.now();
  child.kill("SIGCONT");
  while (!heard.some((sentAt) => sentAt > thawedAt)) await once(lines, "line");
  clearInterval(saying);
  await link.value.close();
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });

  const whileFrozen = heard.filter((sentAt) => sentAt > frozenAt && sentAt < thawedAt);
  expect(whileFrozen.filter((sentAt) => sentAt < thawedAt - 1_000)).toEqual([]);
});
