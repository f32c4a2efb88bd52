import { afterEach, describe, expect, it } from "vitest";
import { reignMetrics } from "../../core/metrics/exported.ts";
import { type Sample, sampleOf } from "../../core/metrics/metrics.ts";
import { openScrapeDoor, type ScrapeDoor } from "./scrape-door.ts";

const open: ScrapeDoor[] = [];
afterEach(() => {
  for (const door of open.splice(0)) door.close();
});

async function door(samples: () => Iterable<Sample>): Promise<ScrapeDoor> {
  const opened = await openScrapeDoor({ host: "127.0.0.1", port: 0, version: "1.2.3", samples });
  if (!opened.ok) throw new Error(opened.problems[0].what);
  open.push(opened.value);
  return opened.value;
}

describe("a scrape", () => {
  it("is answered with what is so at that moment, and with what the system tells of the process", async () => {
    let epoch = 1;
    const { url } = await door(() => [sampleOf(reignMetrics.epoch, {}, epoch)]);
    expect(await (await fetch(url)).text()).toContain("\nholdfast_epoch 1\n");
    epoch = 2;
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await answer.text();
    expect(text).toContain("\nholdfast_epoch 2\n");
    expect(text).toContain('holdfast_build_info{version="1.2.3"} 1\n');
    const value = (name: string): number => Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
    const ageSeconds = Date.now() / 1_000 - value("process_start_time_seconds");
    expect(ageSeconds).toBeGreaterThan(0);
    expect(ageSeconds).toBeLessThan(86_400);
  });

  it("fails alone where what is to be told cannot be put together", async () => {
    let isBroken = true;
    const { url } = await door(() => {
      if (isBroken) throw new Error("no such state");
      return [];
    });
    const failed = await fetch(url);
    expect([failed.status, await failed.text()]).toEqual([500, expect.stringContaining("no such state")]);
    isBroken = false;
    expect((await fetch(url)).status).toBe(200);
  });

  it("is the only thing that is answered", async () => {
    const { url } = await door(() => []);
    const { origin } = new URL(url);
    expect((await fetch(origin)).status).toBe(404);
    expect((await fetch(url, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${url}?collect=all`)).status).toBe(200);
  });

  it("is refused where the port is taken, by name", async () => {
    const { port } = new URL((await door(() => [])).url);
    const second = await openScrapeDoor({
      host: "127.0.0.1",
      port: Number(port),
      version: "1.2.3",
      samples: () => [],
    });
    expect(second).toMatchObject({ ok: false, problems: [{ code: "observe/cannot-listen" }] });
  });
});
